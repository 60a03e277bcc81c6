import { openPool } from "./sql.ts";
import { makeDatabase, stack } from "./stack.ts";
import type { Pool } from "@gluttony/postgres";

/** A hospital's database with the table `his.patient`, and a login whose password must never be seen again. */
export interface Source extends AsyncDisposable {
  readonly pool: Pool;
  readonly password: string;
  readonly connString: string;
  /** Slots and publications of ours in this database. */
  replication(): Promise<{ readonly slots: number; readonly publications: number }>;
}

/** Distinctive, so that a search for it proves something. */
const sourcePassword = "Passwort-K4n4r1enV0gel";

export async function makeSource(password = sourcePassword): Promise<Source> {
  const database = await makeDatabase("his");
  const pool = openPool(database.url);
  const user = `debezium_${database.name}`;
  await pool.query(`create role ${user} login superuser password '${password}'`);
  await demandPassword(pool, user);
  await pool.query("create schema his");
  await pool.query("create table his.patient (id bigint primary key, hospital text not null, name text)");
  return {
    pool,
    password,
    connString: `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${stack().postgresPort}/${database.name}`,
    async replication() {
      const [slots] = await pool.query<{ count: number }>(
        "select count(*)::int as count from pg_replication_slots where database = current_database()",
      );
      const [publications] = await pool.query<{ count: number }>(
        "select count(*)::int as count from pg_publication",
      );
      return { slots: slots?.count ?? -1, publications: publications?.count ?? -1 };
    },
    async [Symbol.asyncDispose]() {
      await pool.close();
      await database[Symbol.asyncDispose]();
      const server = openPool(`postgres://postgres@127.0.0.1:${stack().postgresPort}/postgres`);
      await trustAgain(server, user);
      await server.query(`drop role ${user}`);
      await server.close();
    },
  };
}

/** The tests' server trusts everybody; without this a wrong password would do as well. */
async function demandPassword(pool: Pool, user: string): Promise<void> {
  await writeRules(pool, [`host all ${user} 127.0.0.1/32 scram-sha-256`, ...(await readRules(pool))]);
}

async function trustAgain(pool: Pool, user: string): Promise<void> {
  await writeRules(
    pool,
    (await readRules(pool)).filter((line) => !line.includes(user)),
  );
}

async function readRules(pool: Pool): Promise<readonly string[]> {
  const [read] = await pool.query<{ text: string }>(
    "select pg_read_file(current_setting('hba_file')) as text",
  );
  return (read?.text ?? "").split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

/** Only the server itself may write the file, whoever runs the tests. */
async function writeRules(pool: Pool, lines: readonly string[]): Promise<void> {
  const [setting] = await pool.query<{ file: string }>("select current_setting('hba_file') as file");
  const rows = lines.map((line, place) => `(${place}, '${line.replaceAll("'", "''")}')`).join(", ");
  const ordered = `select line from (values ${rows}) as rule (place, line) order by place`;
  await pool.query(`copy (${ordered}) to '${setting?.file ?? ""}'`);
  await pool.query("select pg_reload_conf()");
}
