import { createPool, migrate, type Pool } from "@gluttony/postgres";

/** A pool on a test's own database. */
export function openPool(connectionString: string): Pool {
  return createPool({ connectionString, applicationName: "gluttony test", connectionsMax: 4 });
}

/** A pool on a database that has gluttony's schema. */
export async function openMigrated(connectionString: string): Promise<Pool> {
  const pool = openPool(connectionString);
  await migrate(pool);
  return pool;
}

/** The columns of a consumer that a test sets; the rest keeps its default. */
export interface ConsumerColumns {
  readonly name: string;
  readonly handlerFunc: string;
  readonly topic?: string;
  readonly group?: string;
  readonly connString?: string;
  readonly captureSchema?: string;
  readonly captureTable?: string;
  readonly globalKey?: readonly string[];
  readonly configuration?: unknown;
}

/** Inserts a row by plain SQL, as an administrator would with psql; answers its id. */
export async function insertConsumer(pool: Pool, columns: ConsumerColumns): Promise<string> {
  const [row] = await pool.query<{ id: string }>(
    `insert into cdc.consumer (name, data_source, conn_string, capture_schema, capture_table, topic, "group",
       handler_func, global_key, is_valid, configuration)
     values ($1, 'postgresql', $2, $3, $4, $5, $6, $7, $8, true, $9) returning id::text as id`,
    [
      columns.name,
      columns.connString ?? null,
      columns.captureSchema ?? null,
      columns.captureTable ?? null,
      columns.topic ?? null,
      columns.group ?? null,
      columns.handlerFunc,
      columns.globalKey ?? [],
      JSON.stringify(columns.configuration ?? {}),
    ],
  );
  if (row === undefined) throw new Error("nothing was inserted");
  return row.id;
}
