import type { DataSourceName } from "@gluttony/model";

/** The connectors that may be made. Everything else on a worker's plugin path may do anything with its machine. */
export const connectorClasses: { readonly [source in DataSourceName]: string } = {
  postgresql: "io.debezium.connector.postgresql.PostgresConnector",
  mysql: "io.debezium.connector.mysql.MySqlConnector",
  mariadb: "io.debezium.connector.mariadb.MariaDbConnector",
  mssql: "io.debezium.connector.sqlserver.SqlServerConnector",
  oracle: "io.debezium.connector.oracle.OracleConnector",
};

/** Which database a connector's class reads; null for a class that is not on the list. Short names are not accepted. Pure. */
export function dataSourceOfClass(className: string): DataSourceName | null {
  const sources: readonly DataSourceName[] = ["postgresql", "mysql", "mariadb", "mssql", "oracle"];
  return sources.find((source) => connectorClasses[source] === className) ?? null;
}

/** The last part of a class name, as the worker's validation wants it. Pure. */
export function pluginNameOf(className: string): string {
  return className.split(".").at(-1) ?? className;
}
