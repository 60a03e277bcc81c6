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

export async function makeSource(): Promise<Source> {
  const database = await makeDatabase("his");
  const pool = openPool(database.url);
  const user = `debezium_${database.name}`;
  await pool.query(`create role ${user} login superuser password '${sourcePassword}'`);
  await pool.query("create schema his");
  await pool.query("create table his.patient (id bigint primary key, hospital text not null, name text)");
  return {
    pool,
    password: sourcePassword,
    connString: `postgresql://${user}:${sourcePassword}@127.0.0.1:${stack().postgresPort}/${database.name}`,
    async replication() {
      const [slots] = await pool.query<{ count: number }>(
        "select count(*)::int as count from pg_replication_slots where database = current_database()",
      );
      const [publications] = await pool.query<{ count: number }>("select count(*)::int as count from pg_publication");
      return { slots: slots?.count ?? -1, publications: publications?.count ?? -1 };
    },
    async [Symbol.asyncDispose]() {
      await pool.close();
      await database[Symbol.asyncDispose]();
      const server = openPool(`postgres://postgres@127.0.0.1:${stack().postgresPort}/postgres`);
      await server.query(`drop role ${user}`).catch(() => undefined);
      await server.close();
    },
  };
}
