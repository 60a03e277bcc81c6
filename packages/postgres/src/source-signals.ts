import pg from "pg";
import type { Queries } from "./pool.ts";
import { onSource, type SourceReach } from "./on-source.ts";

/** A row of a connector's signal table. */
export interface SourceSignal {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** Tables of a PostgreSQL source that can be captured, with whether they have a primary key. */
export function listSourceTables(
  connString: string,
  reach: SourceReach = {},
): Promise<readonly { readonly name: string; readonly hasPrimaryKey: boolean }[]> {
  return onSource(
    connString,
    (queries) =>
      queries.query<{ name: string; hasPrimaryKey: boolean }>(
        `select n.nspname || '.' || c.relname as name,
         exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) as "hasPrimaryKey"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
         and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'
       order by 1 limit 10000`,
      ),
    reach,
  );
}

/** Writes a signal unless one of its id is there. Answers whether it is new. Throws `connect.source_unreachable`. */
export function sendSourceSignal(
  connString: string,
  { table, signal }: { readonly table: string; readonly signal: SourceSignal },
  reach: SourceReach = {},
): Promise<boolean> {
  const [schema = "", name = ""] = table.split(".");
  const place = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
  const write = async (queries: Queries): Promise<boolean> => {
    const written = await queries.query(
      `insert into ${place} (id, type, data) values ($1, $2, $3) on conflict (id) do nothing returning id`,
      [signal.id, signal.type, signal.data],
    );
    return written.length > 0;
  };
  return onSource(connString, write, reach);
}
