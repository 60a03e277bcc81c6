import type { DataSourceName } from "@gluttony/model";
import {
  anyOf,
  type Check,
  databaseName,
  hostName,
  oneOf,
  passwordText,
  patternList,
  plainText,
  slotName,
  topicName,
  truth,
  wholeNumber,
} from "./checks.ts";

/** Options of every connector that may be made, but those that need to know more than their value. */
const ofAll: ReadonlyMap<string, Check> = new Map([
  ["tasks.max", wholeNumber(1, 64)],
  ["topic.prefix", topicName],
  ["database.hostname", hostName],
  ["database.port", wholeNumber(1, 65_535)],
  ["database.user", databaseName],
  ["database.password", passwordText],
  ["table.include.list", patternList],
  ["table.exclude.list", patternList],
  ["column.include.list", patternList],
  ["column.exclude.list", patternList],
  ["message.key.columns", patternList],
  ["column.propagate.source.type", patternList],
  ["datatype.propagate.source.type", patternList],
  ["tombstones.on.delete", truth],
  ["skipped.operations", oneOf("none", "t")],
  ["provide.transaction.metadata", truth],
  [
    "time.precision.mode",
    oneOf("adaptive", "adaptive_time_microseconds", "connect", "isostring", "microseconds", "nanoseconds"),
  ],
  ["decimal.handling.mode", oneOf("precise", "string", "double")],
  ["binary.handling.mode", oneOf("bytes", "base64", "base64-url-safe", "hex")],
  ["interval.handling.mode", oneOf("numeric", "string")],
  ["schema.name.adjustment.mode", oneOf("none", "avro", "avro_unicode")],
  ["field.name.adjustment.mode", oneOf("none", "avro", "avro_unicode")],
  ["unavailable.value.placeholder", plainText],
  ["heartbeat.interval.ms", wholeNumber(0, 600_000)],
  ["topic.heartbeat.prefix", topicName],
  ["snapshot.mode", oneOf("always", "initial", "initial_only", "no_data", "when_needed", "recovery")],
  ["snapshot.delay.ms", wholeNumber(0, 86_400_000)],
  ["snapshot.fetch.size", wholeNumber(1, 1_000_000)],
  ["snapshot.max.threads", wholeNumber(1, 64)],
  ["snapshot.lock.timeout.ms", wholeNumber(0, 600_000)],
  ["snapshot.include.collection.list", patternList],
  ["incremental.snapshot.chunk.size", wholeNumber(1, 1_000_000)],
  ["max.batch.size", wholeNumber(1, 65_536)],
  ["max.queue.size", wholeNumber(2, 262_144)],
  ["max.queue.size.in.bytes", wholeNumber(0, 1_073_741_824)],
  ["poll.interval.ms", wholeNumber(1, 60_000)],
  ["errors.max.retries", wholeNumber(-1, 1_000_000)],
  ["retriable.restart.connector.wait.ms", wholeNumber(100, 600_000)],
  ["event.processing.failure.handling.mode", oneOf("fail")],
  ["errors.tolerance", oneOf("none")],
  ["signal.enabled.channels", oneOf("source")],
  ["signal.data.collection", databaseName],
  ["notification.enabled.channels", anyOf(oneOf("sink", "log"))],
  ["notification.sink.topic.name", topicName],
  ["exactly.once.support", oneOf("requested", "required")],
  ["transaction.boundary", oneOf("poll")],
  ["topic.creation.default.partitions", wholeNumber(1, 1_000)],
  ["topic.creation.default.replication.factor", wholeNumber(-1, 10)],
  ["topic.creation.default.cleanup.policy", oneOf("delete", "compact", "compact,delete")],
  ["topic.creation.default.retention.ms", wholeNumber(-1, 999_999_999_999_999)],
]);

/** Databases whose connectors keep the history of the schema in a topic. */
const ofHistory: ReadonlyMap<string, Check> = new Map([
  ["schema.history.internal.kafka.topic", topicName],
  ["schema.history.internal.store.only.captured.tables.ddl", truth],
  ["schema.history.internal.store.only.captured.databases.ddl", truth],
  ["include.schema.changes", truth],
]);

const ofMysql: ReadonlyMap<string, Check> = new Map([
  ...ofHistory,
  ["database.server.id", wholeNumber(1, 4_294_967_295)],
  ["database.include.list", patternList],
  ["database.exclude.list", patternList],
  [
    "database.ssl.mode",
    oneOf(
      "disabled",
      "preferred",
      "required",
      "verify_ca",
      "verify_identity",
      "disable",
      "trust",
      "verify-ca",
      "verify-full",
    ),
  ],
  ["bigint.unsigned.handling.mode", oneOf("precise", "long")],
  ["snapshot.locking.mode", oneOf("minimal", "minimal_percona", "extended", "none")],
  ["connect.timeout.ms", wholeNumber(100, 600_000)],
]);

const ofSource: { readonly [source in DataSourceName]: ReadonlyMap<string, Check> } = {
  postgresql: new Map([
    ["database.dbname", databaseName],
    ["database.sslmode", oneOf("disable", "allow", "prefer", "require", "verify-ca", "verify-full")],
    ["plugin.name", oneOf("pgoutput")],
    ["slot.name", slotName],
    ["slot.drop.on.stop", oneOf("false")],
    ["slot.failover", truth],
    ["slot.max.retries", wholeNumber(0, 1_000)],
    ["slot.retry.delay.ms", wholeNumber(100, 600_000)],
    ["publication.name", slotName],
    // `all_tables` needs a superuser, and takes what nobody asked for.
    ["publication.autocreate.mode", oneOf("filtered", "disabled", "no_tables")],
    ["publish.via.partition.root", truth],
    ["schema.include.list", patternList],
    ["schema.exclude.list", patternList],
    ["hstore.handling.mode", oneOf("json", "map")],
    [
      "snapshot.isolation.mode",
      oneOf("serializable", "repeatable_read", "read_committed", "read_uncommitted"),
    ],
    ["snapshot.locking.mode", oneOf("none", "shared")],
    ["status.update.interval.ms", wholeNumber(100, 600_000)],
    ["read.only", truth],
  ]),
  mysql: ofMysql,
  mariadb: ofMysql,
  mssql: new Map([
    ...ofHistory,
    ["database.names", anyOf(databaseName)],
    ["database.instance", databaseName],
    ["data.query.mode", oneOf("direct", "function")],
    ["max.iteration.transactions", wholeNumber(0, 1_000_000)],
    [
      "snapshot.isolation.mode",
      oneOf("read_uncommitted", "read_committed", "repeatable_read", "snapshot", "exclusive"),
    ],
    ["driver.encrypt", truth],
    ["driver.trustServerCertificate", truth],
    ["driver.applicationIntent", oneOf("ReadOnly", "ReadWrite")],
  ]),
  oracle: new Map([
    ...ofHistory,
    ["database.dbname", databaseName],
    ["database.pdb.name", databaseName],
    ["database.connection.adapter", oneOf("logminer")],
    ["schema.include.list", patternList],
    ["log.mining.strategy", oneOf("online_catalog", "redo_log_catalog", "hybrid")],
    ["log.mining.query.filter.mode", oneOf("none", "in", "regex")],
    ["lob.enabled", truth],
    ["snapshot.locking.mode", oneOf("shared", "none")],
  ]),
};

/** `column.mask.with.8.chars` and its like: a number in the middle of the name. */
const numbered = /^column\.(?:mask\.with|truncate\.to)\.\d{1,5}\.chars$/;

/** What checks an option's value; null for an option that may not be set on a connector of this database. Pure. */
export function checkOfKey(source: DataSourceName, name: string): Check | null {
  if (numbered.test(name)) return patternList;
  return ofSource[source].get(name) ?? ofAll.get(name) ?? null;
}
