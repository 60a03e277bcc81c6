import type { ConnectorModes } from "@gluttony/sdk/codecs";

/** One way in which a connector may be told to write. */
export interface TestedMode {
  readonly name: string;
  readonly hasSchema: boolean;
  readonly modes: ConnectorModes;
  /** Nanoseconds end in 2262: the connector fails on what lies beyond. */
  readonly takesExtremes: boolean;
}

const defaults: ConnectorModes = {
  time: "adaptive",
  decimal: "precise",
  binary: "bytes",
  hstore: "json",
  interval: "numeric",
};

/** Every mode of every option at least once, with a schema and without. */
export const testedModes: readonly TestedMode[] = [
  { name: "schema", hasSchema: true, takesExtremes: true, modes: defaults },
  { name: "plain", hasSchema: false, takesExtremes: true, modes: defaults },
  {
    name: "schema-texts",
    hasSchema: true,
    takesExtremes: true,
    modes: { time: "isostring", decimal: "string", binary: "bytes", hstore: "map", interval: "string" },
  },
  {
    name: "plain-texts",
    hasSchema: false,
    takesExtremes: true,
    modes: { time: "isostring", decimal: "string", binary: "base64", hstore: "map", interval: "string" },
  },
  {
    name: "plain-connect",
    hasSchema: false,
    takesExtremes: true,
    modes: { ...defaults, time: "connect", decimal: "double", binary: "hex" },
  },
  {
    name: "plain-micros",
    hasSchema: false,
    takesExtremes: true,
    modes: { ...defaults, time: "microseconds", binary: "base64-url-safe" },
  },
  {
    name: "plain-nanos",
    hasSchema: false,
    takesExtremes: false,
    modes: { ...defaults, time: "nanoseconds" },
  },
];

/** The connector's configuration for a mode, into one topic for all of its tables. */
export function connectorOf(
  { name, hasSchema, modes, takesExtremes }: TestedMode,
  to: { readonly topic: string; readonly connString: string; readonly suffix: string },
): { readonly [option: string]: string } {
  const url = new URL(to.connString);
  const id = `${name}-${to.suffix}`.replaceAll("-", "_");
  const tables = ["every_type", "whole", "large", ...(takesExtremes ? ["extreme"] : [])];
  const converter = "org.apache.kafka.connect.json.JsonConverter";
  const schemas = String(hasSchema);
  return {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "tasks.max": "1",
    "database.hostname": url.hostname,
    "database.port": url.port,
    "database.user": url.username,
    "database.password": url.password,
    "database.dbname": url.pathname.slice(1),
    "topic.prefix": id,
    "plugin.name": "pgoutput",
    "slot.name": id,
    "publication.name": id,
    "publication.autocreate.mode": "filtered",
    "table.include.list": tables.map((table) => `his\\.${table}`).join(","),
    "time.precision.mode": modes.time,
    "decimal.handling.mode": modes.decimal,
    "binary.handling.mode": modes.binary,
    "hstore.handling.mode": modes.hstore,
    "interval.handling.mode": modes.interval,
    "poll.interval.ms": "20",
    ...(hasSchema ? { "datatype.propagate.source.type": ".*" } : {}),
    "key.converter": converter,
    "key.converter.schemas.enable": schemas,
    "value.converter": converter,
    "value.converter.schemas.enable": schemas,
    "value.converter.replace.null.with.default": "false",
    transforms: "topic",
    "transforms.topic.type": "org.apache.kafka.connect.transforms.RegexRouter",
    "transforms.topic.regex": ".*",
    "transforms.topic.replacement": to.topic,
  };
}
