import type { Queries } from "./pool.ts";
import { onSource, type SourceReach } from "./on-source.ts";

/** Names of what a connector uses in its source. */
export interface SourceFactsWish {
  readonly schema: string;
  readonly table: string;
  readonly slotName: string;
  readonly publicationName: string;
  /** `schema.table`; null when the connector takes no signals. */
  readonly signalTable: string | null;
}

/** What a PostgreSQL source says of itself and of one table; see the checks in `@gluttony/connect`. */
export interface SourceFacts {
  readonly serverVersion: number;
  readonly walLevel: string;
  readonly timeZone: string;
  readonly slotKeepMb: number;
  readonly slotsMax: number;
  readonly slotsUsed: number;
  readonly sendersMax: number;
  readonly sendersUsed: number;
  readonly role: {
    readonly name: string;
    readonly isSuperuser: boolean;
    readonly canReplicate: boolean;
    readonly canCreate: boolean;
  };
  readonly table: SourceTableFacts | null;
  readonly nearTables: readonly string[];
  readonly publication: PublicationFacts | null;
  readonly slot: SlotFacts | null;
  readonly signalTable: SignalTableFacts | null;
}

interface SourceTableFacts {
  readonly kind: "table" | "partitioned" | "partition" | "other";
  readonly isUnlogged: boolean;
  readonly isOwner: boolean;
  readonly canSelect: boolean;
  readonly canUseSchema: boolean;
  readonly hasRowSecurity: boolean;
  readonly primaryKey: readonly string[];
  readonly replicaIdentity: "d" | "n" | "f" | "i";
  readonly identityColumns: readonly string[];
  readonly columns: readonly string[];
  readonly largeColumns: readonly string[];
}

interface PublicationFacts {
  readonly isOfAllTables: boolean;
  readonly holdsTable: boolean;
  readonly tables: number;
  readonly isWhole: boolean;
  readonly isViaRoot: boolean;
}

interface SlotFacts {
  readonly plugin: string;
  readonly isActive: boolean;
  readonly walStatus: string | null;
  readonly retainedBytes: bigint;
  readonly safeBytes: bigint | null;
  readonly restartLsn: bigint | null;
  readonly confirmedLsn: bigint | null;
}

interface SignalTableFacts {
  readonly name: string;
  readonly isThere: boolean;
  readonly columns: readonly string[];
  readonly hasPrimaryKey: boolean;
  readonly canWrite: boolean;
  readonly isPublished: boolean;
}

/** One short connection. Throws `connect.source_unreachable` or `connect.login_refused`, never with the secret. */
export function readSourceFacts(
  connString: string,
  wish: SourceFactsWish,
  reach: SourceReach = {},
): Promise<SourceFacts> {
  const read = async (queries: Queries): Promise<SourceFacts> => ({
    ...(await readServer(queries)),
    table: (await readTable(queries, wish)) ?? null,
    nearTables: await readNear(queries, wish),
    publication: await readPublication(queries, wish),
    slot: await readSlot(queries, wish.slotName),
    signalTable: wish.signalTable === null ? null : await readSignalTable(queries, wish.signalTable, wish),
  });
  return onSource(connString, read, reach);
}

type Server = Omit<SourceFacts, "table" | "nearTables" | "publication" | "slot" | "signalTable">;

async function readServer(queries: Queries): Promise<Server> {
  const [row] = await queries.query<
    Omit<Server, "role"> & Server["role"] & { readonly [name: string]: unknown }
  >(serverStatement);
  if (row === undefined) throw new Error("the server answered no row");
  const { name, isSuperuser, canReplicate, canCreate, ...server } = row;
  return { ...server, role: { name, isSuperuser, canReplicate, canCreate } };
}

// A managed service gives the right to replicate by membership in a role of its own.
const serverStatement = `
  select current_setting('server_version_num')::int as "serverVersion", current_setting('wal_level') as "walLevel",
    current_setting('TimeZone') as "timeZone",
    coalesce((select case when setting = '-1' then -1 else setting::int end from pg_settings
      where name = 'max_slot_wal_keep_size'), -1) as "slotKeepMb",
    current_setting('max_replication_slots')::int as "slotsMax",
    (select count(*)::int from pg_replication_slots) as "slotsUsed",
    current_setting('max_wal_senders')::int as "sendersMax",
    (select count(*)::int from pg_stat_replication) as "sendersUsed",
    r.rolname::text as name, r.rolsuper as "isSuperuser",
    r.rolreplication or exists (
      select from pg_roles m where m.rolname in ('rds_replication', 'cloudsqlsuperuser', 'azure_pg_admin')
        and pg_has_role(current_user, m.oid, 'member')
    ) as "canReplicate",
    has_database_privilege(current_database(), 'create') as "canCreate"
  from pg_roles r where r.rolname = current_user`;

async function readTable(
  queries: Queries,
  { schema, table }: SourceFactsWish,
): Promise<SourceTableFacts | undefined> {
  const [row] = await queries.query<SourceTableFacts & { readonly [name: string]: unknown }>(tableStatement, [
    schema,
    table,
  ]);
  return row;
}

const columnsOfIndex = (condition: string): string => `
  coalesce((
    select array_agg(a.attname::text order by k.place) from pg_index i
    cross join unnest(i.indkey) with ordinality as k (attnum, place)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = c.oid and k.place <= i.indnkeyatts and ${condition}
  ), '{}')`;

const columnsWhere = (condition: string): string => `
  coalesce((
    select array_agg(a.attname::text order by a.attnum) from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and ${condition}
  ), '{}')`;

const tableStatement = `
  select case when c.relispartition then 'partition' when c.relkind = 'p' then 'partitioned'
      when c.relkind = 'r' then 'table' else 'other' end as kind,
    c.relpersistence <> 'p' as "isUnlogged", pg_has_role(current_user, c.relowner, 'member') as "isOwner",
    has_table_privilege(c.oid, 'select') as "canSelect", has_schema_privilege(n.oid, 'usage') as "canUseSchema",
    c.relrowsecurity as "hasRowSecurity", c.relreplident::text as "replicaIdentity",
    ${columnsOfIndex("i.indisprimary")} as "primaryKey",
    case c.relreplident
      when 'd' then ${columnsOfIndex("i.indisprimary")}
      when 'i' then ${columnsOfIndex("i.indisreplident")}
      when 'f' then ${columnsWhere("true")}
      else '{}'
    end as "identityColumns",
    ${columnsWhere("true")} as columns, ${columnsWhere("a.attstorage in ('x', 'e')")} as "largeColumns"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'f')`;

async function readNear(queries: Queries, { schema, table }: SourceFactsWish): Promise<readonly string[]> {
  const rows = await queries.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where lower(n.nspname) = lower($1) and lower(c.relname) = lower($2) and c.relkind in ('r', 'p')
       and (n.nspname, c.relname) <> ($1, $2) order by 1 limit 5`,
    [schema, table],
  );
  return rows.map(({ name }) => name);
}

async function readPublication(
  queries: Queries,
  { publicationName, schema, table }: SourceFactsWish,
): Promise<PublicationFacts | null> {
  const [row] = await queries.query<PublicationFacts & { readonly [name: string]: unknown }>(
    `select p.puballtables as "isOfAllTables", p.pubinsert and p.pubupdate and p.pubdelete as "isWhole",
       p.pubviaroot as "isViaRoot",
       (select count(*)::int from pg_publication_tables t where t.pubname = p.pubname) as tables,
       exists (select from pg_publication_tables t where t.pubname = p.pubname and t.schemaname = $2 and t.tablename = $3)
         or exists (
           select from pg_publication_rel pr join pg_class c on c.oid = pr.prrelid join pg_namespace n on n.oid = c.relnamespace
           where pr.prpubid = p.oid and n.nspname = $2 and c.relname = $3
         ) as "holdsTable"
     from pg_publication p where p.pubname = $1`,
    [publicationName, schema, table],
  );
  return row ?? null;
}

async function readSlot(queries: Queries, slotName: string): Promise<SlotFacts | null> {
  const [row] = await queries.query<{
    readonly plugin: string;
    readonly isActive: boolean;
    readonly walStatus: string | null;
    readonly retained: string;
    readonly safe: string | null;
    readonly restart: string | null;
    readonly confirmed: string | null;
  }>(
    `select coalesce(plugin, '')::text as plugin, active as "isActive", wal_status as "walStatus",
       coalesce(pg_wal_lsn_diff(here.lsn, restart_lsn), 0)::text as retained, safe_wal_size::text as safe,
       (restart_lsn - '0/0'::pg_lsn)::text as restart, (confirmed_flush_lsn - '0/0'::pg_lsn)::text as confirmed
     from pg_replication_slots, (select case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
       else pg_current_wal_lsn() end as lsn) as here
     where slot_name = $1`,
    [slotName],
  );
  if (row === undefined) return null;
  return {
    plugin: row.plugin,
    isActive: row.isActive,
    walStatus: row.walStatus,
    retainedBytes: BigInt(row.retained),
    safeBytes: row.safe === null ? null : BigInt(row.safe),
    restartLsn: row.restart === null ? null : BigInt(row.restart),
    confirmedLsn: row.confirmed === null ? null : BigInt(row.confirmed),
  };
}

async function readSignalTable(
  queries: Queries,
  name: string,
  { publicationName }: SourceFactsWish,
): Promise<SignalTableFacts> {
  const [schema = "", table = ""] = name.split(".");
  const [row] = await queries.query<
    Omit<SignalTableFacts, "name" | "isThere"> & { readonly [name: string]: unknown }
  >(
    `select ${columnsWhere("true")} as columns,
       exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) as "hasPrimaryKey",
       has_table_privilege(c.oid, 'insert') and has_table_privilege(c.oid, 'select') as "canWrite",
       exists (select from pg_publication_tables t where t.pubname = $3 and t.schemaname = $1 and t.tablename = $2)
         as "isPublished"
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')`,
    [schema, table, publicationName],
  );
  if (row === undefined)
    return { name, isThere: false, columns: [], hasPrimaryKey: false, canWrite: false, isPublished: false };
  return { name, isThere: true, ...row };
}
