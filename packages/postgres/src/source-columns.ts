import { onSource } from "./on-source.ts";
import type { SourceTableName } from "./source-database.ts";

/** A column as the catalogue of a PostgreSQL source has it. */
export interface SourceColumn {
  readonly name: string;
  /** As `format_type` writes it, a domain as its base type, an enum as `enum` or `enum[]`. */
  readonly type: string;
  readonly isNullable: boolean;
  /** The names of an enum, in order; null for any other type. */
  readonly enumNames: readonly string[] | null;
}

/** What the catalogue says of a table. */
export interface SourceColumns {
  readonly columns: readonly SourceColumn[];
  /** Whether the log carries whole rows: replica identity FULL. */
  readonly isIdentityFull: boolean;
  readonly primaryKey: readonly string[];
}

/**
 * Reads the columns of a table from the catalogue of a PostgreSQL source; null when there is no such table. Throws
 * `connect.source_unreachable` or `connect.login_refused`, never with the secret.
 */
export function readSourceColumns(connString: string, name: SourceTableName): Promise<SourceColumns | null> {
  return onSource(connString, async (queries) => {
    const [table] = await queries.query<{ oid: string; identity: string; key: readonly string[] }>(
      tableStatement,
      [name.schema, name.table],
    );
    if (table === undefined) return null;
    const columns = await queries.query<{ [part in keyof SourceColumn]: SourceColumn[part] }>(
      columnsStatement,
      [table.oid],
    );
    return { columns, isIdentityFull: table.identity === "f", primaryKey: table.key };
  });
}

const tableStatement = `
  select c.oid::text as oid, c.relreplident::text as identity, coalesce((
    select array_agg(a.attname::text) from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = c.oid and i.indisprimary
  ), '{}') as key
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p')`;

// A domain may stand on another one, and forbid null on its own.
const columnsStatement = `
  with recursive resolved (place, name, nullable, typid, typmod) as (
    select a.attnum, a.attname::text, not a.attnotnull, a.atttypid, a.atttypmod from pg_attribute a
    where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped
    union all
    select r.place, r.name, r.nullable and not t.typnotnull, t.typbasetype, t.typtypmod
    from resolved r join pg_type t on t.oid = r.typid where t.typtype = 'd'
  )
  select r.name, r.nullable as "isNullable",
    case
      when t.typtype = 'e' then 'enum'
      when item.typtype = 'e' then 'enum[]'
      else format_type(r.typid, r.typmod)
    end as type,
    (select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e
      where e.enumtypid in (t.oid, item.oid)) as "enumNames"
  from resolved r
  join pg_type t on t.oid = r.typid
  left join pg_type item on item.oid = t.typelem and t.typcategory = 'A'
  where t.typtype <> 'd'
  order by r.place`;
