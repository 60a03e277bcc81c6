import { type ConnectorSettings, GluttonyError } from "@gluttony/model";
import { checkOptions } from "./allowed-options.ts";
import { type CapturedTable, type ConnectorNames, connectorNames } from "./connector-names.ts";
import { dialectOf } from "./dialects/dialects.ts";
import { exactly } from "./java-pattern.ts";
import { connectorClasses } from "./policy/connector-classes.ts";
import { signalOptionsOf } from "./snapshots/signal-options.ts";
import type { SourceAddress } from "./source-address.ts";

/** A connector's configuration as Connect takes it: texts only. */
export type ConnectorConfig = { readonly [name: string]: string };

/** A connector as it should be. `config` holds the password: it goes to Connect and nowhere else. */
export interface PlannedConnector extends ConnectorNames {
  readonly config: ConnectorConfig;
  /** Topics of one partition that the connector writes beside the table's: heartbeats, and where it takes signals those. */
  readonly furtherTopics: readonly string[];
}

/** What to capture, and how. */
export interface ConnectorWish extends CapturedTable {
  readonly address: SourceAddress;
  /** Null when the primary key is the record's key. */
  readonly keyColumns: readonly string[] | null;
  readonly options: ConnectorSettings["options"];
  /** Brokers as the workers reach them, comma separated: there a connector keeps its schema history. PostgreSQL's keeps none. */
  readonly workerBrokers: string;
}

const CONVERTER = "org.apache.kafka.connect.json.JsonConverter";
const HEARTBEAT_PREFIX = "__debezium-heartbeat";

/** Plans the connector of one table. Pure; throws `consumer.invalid` with every wrong option. */
export function planConnector(wish: ConnectorWish): PlannedConnector {
  const { dataSource } = wish.address;
  const faults = checkOptions(wish.options, dataSource);
  if (faults.length > 0) throw new GluttonyError("consumer.invalid", { faults: faults.length }, { faults });
  const names = connectorNames(wish);
  const dialect = dialectOf(dataSource);
  const signals = signalOptionsOf(wish.options["signal.data.collection"], names.topicPrefix);
  const config = {
    ...defaults,
    ...dialect.defaults(names),
    ...wish.options,
    ...databaseOf(wish.address),
    ...converters,
    ...routerOf(dialect.tableTopic(wish), { topicPrefix: names.topicPrefix, topic: wish.topic }),
    ...keyOf(wish),
    ...signals.options,
    "connector.class": connectorClasses[dataSource],
    "tasks.max": "1",
    name: names.name,
    "topic.prefix": names.topicPrefix,
    "table.include.list": exactly(`${wish.schema}.${wish.table}`),
    "tombstones.on.delete": "true",
    "decimal.handling.mode": "precise",
    "topic.heartbeat.prefix": HEARTBEAT_PREFIX,
    ...dialect.fixed(wish, names),
  };
  refusePlaceholders(config);
  return { ...names, config, furtherTopics: [`${HEARTBEAT_PREFIX}.${names.topicPrefix}`, ...signals.topics] };
}

const defaults: ConnectorConfig = {
  "snapshot.mode": "initial",
  // Lets the slot move on while the table is quiet, so that the source can drop its log.
  "heartbeat.interval.ms": "10000",
  // A source that is down for a night needs no person in the morning.
  "errors.max.retries": "-1",
};

const converters: ConnectorConfig = {
  "key.converter": CONVERTER,
  "key.converter.schemas.enable": "true",
  "key.converter.replace.null.with.default": "false",
  "value.converter": CONVERTER,
  "value.converter.schemas.enable": "true",
  // A null must stay a null, and not become the column's default.
  "value.converter.replace.null.with.default": "false",
};

function databaseOf({ host, port, user, password, transport }: SourceAddress): ConnectorConfig {
  return {
    "database.hostname": host,
    "database.port": String(port),
    "database.user": user,
    "database.password": password,
    ...transport,
  };
}

/** `written` is what Debezium calls the table's topic behind its prefix. */
function routerOf(
  written: string,
  { topicPrefix, topic }: { readonly topicPrefix: string; readonly topic: string },
): ConnectorConfig {
  // Debezium itself writes every character that a topic cannot hold as an underscore.
  const legal = `${topicPrefix}.${written}`.replaceAll(/[^A-Za-z0-9._-]/g, "_");
  return {
    transforms: "topic",
    "transforms.topic.type": "org.apache.kafka.connect.transforms.RegexRouter",
    "transforms.topic.regex": exactly(legal),
    "transforms.topic.replacement": topic,
  };
}

function keyOf({ schema, table, keyColumns }: ConnectorWish): ConnectorConfig {
  if (keyColumns === null) return {};
  return { "message.key.columns": `${exactly(`${schema}.${table}`)}:${keyColumns.join(",")}` };
}

/** The worker replaces `${provider:key}` in every value by its own files and environment, also in a password. */
function refusePlaceholders(config: ConnectorConfig): void {
  const names = Object.keys(config).filter((name) => config[name]?.includes("${"));
  if (names.length === 0) return;
  const reason = "a value holds ${, which Kafka Connect would replace by its own secrets";
  throw new GluttonyError("connect.conn_string_invalid", { reason, settings: names });
}
