import { type Dialect, schemaAndTable } from "./dialect.ts";

/** https://debezium.io/documentation/reference/stable/connectors/postgresql.html */
export const postgresql: Dialect = {
  // A commit reaches its handler in 65 to 130 ms with this value.
  defaults: () => ({ "poll.interval.ms": "20" }),
  fixed: ({ address }, { slot, publication }) => ({
    "database.dbname": address.database,
    "plugin.name": "pgoutput",
    "slot.name": slot ?? "",
    "slot.drop.on.stop": "false",
    "publication.name": publication ?? "",
    "publication.autocreate.mode": "filtered",
  }),
  tableTopic: schemaAndTable,
};
