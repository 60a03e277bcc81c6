import type { DataSourceName } from "@gluttony/model";
import type { Dialect } from "./dialect.ts";
import { mysql } from "./mysql.ts";
import { oracle } from "./oracle.ts";
import { postgresql } from "./postgresql.ts";
import { sqlServer } from "./sqlserver.ts";

const dialects: { readonly [source in DataSourceName]: Dialect } = {
  postgresql,
  mysql,
  mariadb: mysql,
  mssql: sqlServer,
  oracle,
};

/** Pure. */
export function dialectOf(dataSource: DataSourceName): Dialect {
  return dialects[dataSource];
}
