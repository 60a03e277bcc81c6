import type { ColumnType } from "./column-type.ts";
import { mysqlTypes } from "./mysql.ts";
import { oracleTypes } from "./oracle.ts";
import { postgresqlTypes } from "./postgresql.ts";
import { sqlserverTypes } from "./sqlserver.ts";

/** What an author sees of each column type, by database; the documentation is written from it. */
export const columnTypes: { readonly [database: string]: readonly ColumnType[] } = {
  PostgreSQL: postgresqlTypes,
  "SQL Server": sqlserverTypes,
  Oracle: oracleTypes,
  "MySQL and MariaDB": mysqlTypes,
};
