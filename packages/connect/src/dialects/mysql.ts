import { exactly } from "../java-pattern.ts";
import { type Dialect, historyOf, schemaAndTable } from "./dialect.ts";

/**
 * MySQL and MariaDB, where a schema is a database.
 * https://debezium.io/documentation/reference/stable/connectors/mysql.html
 */
export const mysql: Dialect = {
  defaults: ({ serverId }) => ({ "poll.interval.ms": "20", "database.server.id": serverId }),
  fixed: (wish, names) => ({
    "database.include.list": exactly(wish.schema),
    // The other mode wraps what is above 2^63 into negative numbers.
    "bigint.unsigned.handling.mode": "precise",
    ...historyOf(wish, names),
  }),
  tableTopic: schemaAndTable,
};
