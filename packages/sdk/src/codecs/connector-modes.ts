/**
 * How a connector was told to write values. A record with a schema says it itself, but for text that stands for bytes; one
 * without a schema does not, so that a table of columns needs it. Named by Debezium's options, with its defaults for
 * PostgreSQL.
 */
export interface ConnectorModes {
  /** `time.precision.mode` */
  readonly time:
    | "adaptive"
    | "adaptive_time_microseconds"
    | "connect"
    | "microseconds"
    | "nanoseconds"
    | "isostring"
    | "structured";
  /** `decimal.handling.mode` */
  readonly decimal: "precise" | "string" | "double";
  /** `binary.handling.mode` */
  readonly binary: "bytes" | "base64" | "base64-url-safe" | "hex";
  /** `hstore.handling.mode` */
  readonly hstore: "json" | "map";
  /** `interval.handling.mode` */
  readonly interval: "numeric" | "string";
}

/** What each mode may be; the first is what a connector does unless it is told otherwise. */
export const connectorModes: { readonly [mode in keyof ConnectorModes]: readonly ConnectorModes[mode][] } = {
  time: [
    "adaptive",
    "adaptive_time_microseconds",
    "connect",
    "microseconds",
    "nanoseconds",
    "isostring",
    "structured",
  ],
  decimal: ["precise", "string", "double"],
  binary: ["bytes", "base64", "base64-url-safe", "hex"],
  hstore: ["json", "map"],
  interval: ["numeric", "string"],
};

/** The modes of a connector that was told nothing. */
export const defaultModes: ConnectorModes = {
  time: "adaptive",
  decimal: "precise",
  binary: "bytes",
  hstore: "json",
  interval: "numeric",
};
