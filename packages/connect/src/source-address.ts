import type { DataSourceName } from "@gluttony/model";

/** Where a source database is and who asks. The password is in clear: only the connector's configuration may hold it. */
export interface SourceAddress {
  readonly dataSource: DataSourceName;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The database; Oracle's service; for MySQL and MariaDB often empty. */
  readonly database: string;
  /** How the connection is secured and what else of the string the connector is told, in its own options. */
  readonly transport: { readonly [option: string]: string };
}
