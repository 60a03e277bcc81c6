import { type Dialect, historyOf } from "./dialect.ts";

/** https://debezium.io/documentation/reference/stable/connectors/sqlserver.html */
export const sqlServer: Dialect = {
  // Each poll asks the source's capture tables.
  defaults: () => ({ "poll.interval.ms": "500" }),
  fixed: (wish, names) => ({ "database.names": wish.address.database, ...historyOf(wish, names) }),
  tableTopic: ({ address, schema, table }) => `${address.database}.${schema}.${table}`,
};
