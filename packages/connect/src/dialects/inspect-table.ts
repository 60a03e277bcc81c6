import { type DataSourceName, GluttonyError } from "@gluttony/model";
import { type MysqlFacts, readMysqlFacts } from "../checks/mysql-checks.ts";
import { type OracleFacts, readOracleFacts } from "../checks/oracle-checks.ts";
import type { OpenSourceOf } from "../checks/source-drivers.ts";
import { parseSourceLogin } from "../checks/source-login.ts";
import type { SourceRows } from "../checks/source-rows.ts";
import type { TableWish } from "../checks/table-checks.ts";
import { readSqlServerFacts, type SqlServerFacts } from "../checks/sqlserver-checks.ts";
import type { InspectedTable, TablePlace } from "../ports.ts";

type OtherSource = Exclude<DataSourceName, "postgresql">;
type OtherPlace = TablePlace & { readonly dataSource: OtherSource };

/**
 * Looks at a table of a source that is no PostgreSQL. What its log carries of an old row is told in PostgreSQL's words. Throws
 * `connect.source_unreachable`, `connect.login_refused`, `connect.rejected`, `source.driver_missing`.
 */
export async function inspectOtherTable(
  connString: string,
  place: OtherPlace,
  open: OpenSourceOf,
): Promise<InspectedTable> {
  const source = await open(place.dataSource, parseSourceLogin(connString, place.dataSource));
  try {
    return await readers[place.dataSource](source, { ...place, globalKey: [] });
  } catch (error) {
    if (error instanceof GluttonyError) throw error;
    // A driver's message may quote the statement's values.
    throw new GluttonyError("connect.source_unreachable", { data_source: place.dataSource });
  } finally {
    await source.close();
  }
}

type Reader = (source: SourceRows, wish: TableWish) => Promise<InspectedTable>;

const readers: { readonly [source in OtherSource]: Reader } = {
  mysql: async (source, wish) => mysqlTable(await readMysqlFacts(source, wish)),
  mariadb: async (source, wish) => mysqlTable(await readMysqlFacts(source, wish)),
  mssql: async (source, wish) => sqlServerTable(await readSqlServerFacts(source, wish)),
  oracle: async (source, wish) => oracleTable(await readOracleFacts(source, wish)),
};

/** The log carries the whole old row, or its key alone. Pure. */
export function mysqlTable({ table, variables }: MysqlFacts): InspectedTable {
  const logs = variables.get("log_bin") ?? "";
  if (!/^(?:on|1)$/i.test(logs))
    throw new GluttonyError("connect.rejected", { log_bin: logs, expected: "ON" });
  const isFull = /^full$/i.test(variables.get("binlog_row_image") ?? "full");
  return { ...seenTable(table), ...carried(isFull ? table.columns : table.primaryKey, table.columns) };
}

/** What the newest capture instance has; a column that was added since is in no change. Pure. */
export function sqlServerTable({
  table,
  canSelect,
  instances,
  isCdcEnabled,
}: SqlServerFacts): InspectedTable {
  const newest = instances.at(-1);
  if (table.columns.length > 0 && canSelect && newest === undefined)
    throw new GluttonyError("connect.rejected", {
      cdc_enabled: isCdcEnabled,
      capture_instances: 0,
      expected: 1,
    });
  return {
    ...seenTable(table),
    ...carried(newest?.columns ?? [], table.columns),
    ...(table.columns.length > 0 ? { canRead: canSelect } : {}),
  };
}

/** Supplemental logging of all columns, or of the key. Pure. */
export function oracleTable({ table, tableLogsAll, allColumnLogging }: OracleFacts): InspectedTable {
  const isFull = tableLogsAll || allColumnLogging === "YES";
  return { ...seenTable(table), ...carried(isFull ? table.columns : table.primaryKey, table.columns) };
}

function seenTable({
  columns,
  primaryKey,
}: MysqlFacts["table"]): Pick<InspectedTable, "exists" | "columns" | "primaryKey"> {
  return { exists: columns.length > 0, columns, primaryKey };
}

function carried(
  identityColumns: readonly string[],
  columns: readonly string[],
): Pick<InspectedTable, "identityColumns" | "replicaIdentity"> {
  const isFull = columns.length > 0 && columns.every((column) => identityColumns.includes(column));
  return { identityColumns, replicaIdentity: isFull ? "f" : "i" };
}
