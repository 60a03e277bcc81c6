import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { sqlstateOf } from "./errors.ts";
import { onSource } from "./on-source.ts";
import type { Queries } from "./pool.ts";

/** How long a slot may still be held by a connector that is just being removed. */
const slotWaitMs = 10_000;
const slotPauseMs = 250;
const objectInUse = "55006";
const undefinedObject = "42704";

/** What a connector needs to know of the table it is to capture. */
export interface SourceTable {
  readonly exists: boolean;
  readonly primaryKey: readonly string[];
  /** `d` default, `n` nothing, `f` full, `i` an index. */
  readonly replicaIdentity: "d" | "n" | "f" | "i";
  /** The columns that an update or delete carries of the old row. */
  readonly identityColumns: readonly string[];
  readonly columns: readonly string[];
  /** Must be `logical`. */
  readonly walLevel: string;
  /** Whether the login may read the table's rows. */
  readonly canRead: boolean;
}

/** Which table of a source. */
export interface SourceTableName {
  readonly schema: string;
  readonly table: string;
}

/**
 * Looks at a table of a PostgreSQL source. Throws `connect.source_unreachable` or `connect.login_refused`,
 * never with the secret.
 */
export function inspectTable(connString: string, name: SourceTableName): Promise<SourceTable> {
  return onSource(connString, async (queries) => {
    const [setting] = await queries.query<{ walLevel: string }>(
      `select current_setting('wal_level') as "walLevel"`,
    );
    const [found] = await queries.query<
      Omit<SourceTable, "walLevel" | "exists"> & { readonly [n: string]: unknown }
    >(inspectStatement, [name.schema, name.table]);
    const walLevel = setting?.walLevel ?? "";
    if (found !== undefined) return { ...found, exists: true, walLevel };
    return {
      exists: false,
      primaryKey: [],
      replicaIdentity: "d",
      identityColumns: [],
      columns: [],
      walLevel,
      canRead: false,
    };
  });
}

/** What a connector leaves behind in its source. */
export interface ReplicationObjects {
  readonly slot: string | null;
  readonly publication: string | null;
}

/** Removes a slot and a publication; what is not there any more is no error. */
export function dropReplication(connString: string, objects: ReplicationObjects): Promise<void> {
  return onSource(connString, async (queries) => {
    if (objects.slot !== null) await dropSlot(queries, objects.slot);
    if (objects.publication !== null) {
      await queries.query(`drop publication if exists ${pg.escapeIdentifier(objects.publication)}`);
    }
  });
}

async function dropSlot(queries: Queries, slot: string): Promise<void> {
  const waits = slotWaitMs / slotPauseMs;
  for (let wait = 0; ; wait += 1) {
    try {
      await queries.query(
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1",
        [slot],
      );
      return;
    } catch (error) {
      if (sqlstateOf(error) === undefinedObject) return;
      if (sqlstateOf(error) !== objectInUse || wait >= waits) throw error;
    }
    await sleep(slotPauseMs);
  }
}

const columnsOfIndex = (condition: string): string => `
  coalesce((
    select array_agg(a.attname::text order by k.place) from pg_index i
    cross join unnest(i.indkey) with ordinality as k (attnum, place)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = c.oid and k.place <= i.indnkeyatts and ${condition}
  ), '{}')`;

const columnsOfTable = `
  coalesce((
    select array_agg(a.attname::text order by a.attnum) from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ), '{}')`;

const inspectStatement = `
  select ${columnsOfIndex("i.indisprimary")} as "primaryKey", c.relreplident::text as "replicaIdentity",
    case c.relreplident
      when 'd' then ${columnsOfIndex("i.indisprimary")}
      when 'i' then ${columnsOfIndex("i.indisreplident")}
      when 'f' then ${columnsOfTable}
      else '{}'
    end as "identityColumns",
    ${columnsOfTable} as "columns",
    has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') as "canRead"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')`;
