import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPool, type Queries } from "@gluttony/postgres";
import type { Postgres } from "../local-stack/postgres.ts";
import { HOSPITAL_DATABASE, OWN_DATABASE } from "./prepare-databases.ts";

/** One consumer of the demo: a table and the handler of its changes. */
export interface DemoConsumer {
  readonly name: string;
  readonly table: string;
  readonly handler: string;
  readonly configuration: object;
}

export const PATIENTS: DemoConsumer = {
  name: "empi-patients",
  table: "pat_master_index",
  handler: "empi",
  configuration: { handler: { events: { delete: "ignore" } } },
};

export const VISITS: DemoConsumer = {
  name: "cdss-visits",
  table: "pat_visit",
  handler: "cdss-trigger",
  configuration: {},
};

export const demoConsumers: readonly DemoConsumer[] = [PATIENTS, VISITS];

/**
 * Writes the rows by plain SQL, as the first gluttony's users do. On kept data they are left as they are, unless the
 * server's port is another one: what the host sealed cannot be compared, so the address is noted beside it.
 */
export async function writeConsumers(postgres: Postgres, folder: string): Promise<void> {
  const connString = `postgresql://postgres@127.0.0.1:${postgres.port}/${HOSPITAL_DATABASE}`;
  const noteFile = join(folder, "hospital.address");
  const isNoted = existsSync(noteFile) && readFileSync(noteFile, "utf8") === connString;
  await using pool = createPool({ connectionString: postgres.url(OWN_DATABASE) });
  for (const consumer of demoConsumers) {
    await insertConsumer(pool, consumer, connString);
    if (!isNoted) await moveConsumer(pool, consumer, connString);
  }
  writeFileSync(noteFile, connString);
}

async function insertConsumer(queries: Queries, consumer: DemoConsumer, connString: string): Promise<void> {
  const { name, table, handler, configuration } = consumer;
  await queries.query(
    `insert into cdc.consumer (name, data_source, conn_string, capture_schema, capture_table, handler_func, global_key,
       configuration)
     values ($1, 'postgresql', $2, 'his', $3, $4, '{patient_id}', $5)
     on conflict (name) do nothing`,
    [name, connString, table, handler, JSON.stringify(configuration)],
  );
}

async function moveConsumer(queries: Queries, { name }: DemoConsumer, connString: string): Promise<void> {
  await queries.query(
    `update cdc.consumer set conn_string = $2 where name = $1 and conn_string is distinct from $2`,
    [name, connString],
  );
}
