import { type Dialect, historyOf, schemaAndTable } from "./dialect.ts";

/** https://debezium.io/documentation/reference/stable/connectors/oracle.html */
export const oracle: Dialect = {
  defaults: () => ({ "poll.interval.ms": "500" }),
  fixed: (wish, names) => ({
    "database.dbname": wish.address.database,
    "database.connection.adapter": "logminer",
    ...historyOf(wish, names),
  }),
  tableTopic: schemaAndTable,
};
