import type { ConnectorWish } from "../connector-config.ts";
import type { ConnectorNames } from "../connector-names.ts";

/** Options as Connect takes them: texts only. */
export interface DialectOptions {
  readonly [option: string]: string;
}

/** What one database's connector is told beside what all are. */
export interface Dialect {
  /** Options that a row may set otherwise. */
  defaults(names: ConnectorNames): DialectOptions;
  /** Options that a row cannot change. */
  fixed(wish: ConnectorWish, names: ConnectorNames): DialectOptions;
  /** What Debezium calls the table's topic behind `topic.prefix` (its default topic naming strategy). */
  tableTopic(wish: ConnectorWish): string;
}

/** Schema and table, as most call a topic. Pure. */
export function schemaAndTable({ schema, table }: Pick<ConnectorWish, "schema" | "table">): string {
  return `${schema}.${table}`;
}

/**
 * Where the definitions of tables over time are kept, which the log does not carry: a topic of the connector's own, which must
 * never lose a record. Changes of tables are not written beside the rows as well. Pure.
 */
export function historyOf(wish: ConnectorWish, { historyTopic }: ConnectorNames): DialectOptions {
  return {
    "schema.history.internal.kafka.bootstrap.servers": wish.workerBrokers,
    "schema.history.internal.kafka.topic": historyTopic ?? "",
    // The connector captures one table for ever; the other thousands of a hospital's database would only fill the topic.
    "schema.history.internal.store.only.captured.tables.ddl": "true",
    "include.schema.changes": "false",
  };
}
