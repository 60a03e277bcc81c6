import { type DataSourceName, GluttonyError } from "@gluttony/model";
import type { OpenSourceOf } from "../checks/source-drivers.ts";
import { parseSourceLogin } from "../checks/source-login.ts";
import { type SourceRow, textIn } from "../checks/source-rows.ts";
import type { SourceDestinations } from "../policy/source-destinations.ts";
import type { SourceTableSeen } from "../snapshots/draft-signal.ts";

type OtherSource = Exclude<DataSourceName, "postgresql">;

/** By the columns, since a login that may only read tables is not shown their constraints. */
const mysqlTables = `select concat(t.table_schema, '.', t.table_name) as name,
    exists (select 1 from information_schema.columns c where c.table_schema = t.table_schema
      and c.table_name = t.table_name and c.column_key = 'PRI') as has_key
    from information_schema.tables t where t.table_type in ('BASE TABLE', 'SYSTEM VERSIONED')
      and t.table_schema not in ('mysql', 'sys', 'information_schema', 'performance_schema')
    order by 1 limit 10000`;

/** What each database is asked; it shows only the tables that the login may see, and none of its own. */
export const tableStatements: { readonly [source in OtherSource]: string } = {
  mysql: mysqlTables,
  mariadb: mysqlTables,
  mssql: `select top (10000) s.name + '.' + t.name as name,
    case when exists (select 1 from sys.indexes i where i.object_id = t.object_id and i.is_primary_key = 1)
      then 1 else 0 end as has_key
    from sys.tables t join sys.schemas s on s.schema_id = t.schema_id
    where t.is_ms_shipped = 0 and s.name <> 'cdc' order by 1`,
  oracle: `select t.owner || '.' || t.table_name as name,
    case when exists (select 1 from all_constraints c where c.owner = t.owner and c.table_name = t.table_name
      and c.constraint_type = 'P') then 1 else 0 end as has_key
    from all_tables t where t.temporary = 'N' and t.nested = 'NO' and t.secondary = 'N'
      and t.owner not in (select username from all_users where oracle_maintained = 'Y')
    order by 1 fetch first 10000 rows only`,
};

/** A source that is no PostgreSQL; the connection string is in clear. */
export interface OtherSourcePlace {
  readonly dataSource: OtherSource;
  readonly connString: string;
}

/** How the source is reached. */
export interface SourceWay {
  readonly open: OpenSourceOf;
  readonly admit: SourceDestinations["admit"];
}

/**
 * The tables of a source that can be captured, by `schema.table`, where a schema of MySQL and MariaDB is a database; at most
 * 10,000. Throws `connect.source_unreachable`, `connect.login_refused`, `connect.destination_refused`,
 * `connect.conn_string_invalid`, `source.driver_missing`.
 */
export async function listOtherTables(
  { dataSource, connString }: OtherSourcePlace,
  { open, admit }: SourceWay,
): Promise<readonly SourceTableSeen[]> {
  const login = parseSourceLogin(connString, dataSource);
  await admit(login);
  const source = await open(dataSource, login);
  try {
    return (await source.rows(tableStatements[dataSource])).map(tableSeen);
  } catch {
    // A driver's message may quote the statement's values.
    throw new GluttonyError("connect.source_unreachable", { data_source: dataSource });
  } finally {
    await source.close();
  }
}

function tableSeen(row: SourceRow): SourceTableSeen {
  return { name: textIn(row, "name"), hasPrimaryKey: /^(?:1|true)$/i.test(textIn(row, "has_key")) };
}
