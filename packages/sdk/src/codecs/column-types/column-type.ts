/** How columns of one SQL type come on the wire, in the mode that gluttony's own connectors use, and what an author sees. */
export interface ColumnType {
  /** Names of the type, as the database writes them. */
  readonly sql: readonly string[];
  /** Connect's schema of the value, as the JSON converter writes it; without a semantic name its type alone. */
  readonly schema: { readonly type: string; readonly name?: string; readonly [keyword: string]: unknown };
  /** A value as the JSON converter writes it, as JSON text. */
  readonly wire: string;
  /** What the codec makes of it, as JavaScript writes it. */
  readonly value: string;
  /** The form that every value of the type has. */
  readonly form: string;
  /** What is lost before it reaches the log, or special about it. */
  readonly note?: string;
}

/** The forms, so that each is worded once. */
export const forms = {
  boolean: "boolean",
  number: "number",
  bigint: "bigint",
  decimal: "Decimal",
  text: "string",
  bytes: "Uint8Array",
  date: "string, `YYYY-MM-DD`",
  time: "string, `HH:MM:SS.ffffff`",
  timestamp: "string, `YYYY-MM-DDTHH:MM:SS.ffffff`, no zone",
  zonedTimestamp: "string, ISO 8601 with `Z` or an offset",
  list: "array",
  texts: "array of strings",
  struct: "object",
} as const;

/** Schemas that several databases share. */
export const schemas = {
  boolean: { type: "boolean" },
  int16: { type: "int16" },
  int32: { type: "int32" },
  int64: { type: "int64" },
  float: { type: "float" },
  double: { type: "double" },
  text: { type: "string" },
  bytes: { type: "bytes" },
  date: { type: "int32", name: "io.debezium.time.Date" },
  microTime: { type: "int64", name: "io.debezium.time.MicroTime" },
  nanoTime: { type: "int64", name: "io.debezium.time.NanoTime" },
  timestamp: { type: "int64", name: "io.debezium.time.Timestamp" },
  microTimestamp: { type: "int64", name: "io.debezium.time.MicroTimestamp" },
  nanoTimestamp: { type: "int64", name: "io.debezium.time.NanoTimestamp" },
  zonedTimestamp: { type: "string", name: "io.debezium.time.ZonedTimestamp" },
  microDuration: { type: "int64", name: "io.debezium.time.MicroDuration" },
  decimal: { type: "bytes", name: "org.apache.kafka.connect.data.Decimal", parameters: { scale: "2" } },
  wholeDecimal: { type: "bytes", name: "org.apache.kafka.connect.data.Decimal", parameters: { scale: "0" } },
  variableDecimal: {
    type: "struct",
    name: "io.debezium.data.VariableScaleDecimal",
    fields: [
      { type: "int32", field: "scale" },
      { type: "bytes", field: "value" },
    ],
  },
  json: { type: "string", name: "io.debezium.data.Json" },
  xml: { type: "string", name: "io.debezium.data.Xml" },
  uuid: { type: "string", name: "io.debezium.data.Uuid" },
  bits: { type: "bytes", name: "io.debezium.data.Bits", parameters: { length: "10" } },
  point: {
    type: "struct",
    name: "io.debezium.data.geometry.Point",
    fields: [
      { type: "double", field: "x" },
      { type: "double", field: "y" },
      { type: "bytes", field: "wkb", optional: true },
      { type: "int32", field: "srid", optional: true },
    ],
  },
  geometry: {
    type: "struct",
    name: "io.debezium.data.geometry.Geometry",
    fields: [
      { type: "bytes", field: "wkb" },
      { type: "int32", field: "srid", optional: true },
    ],
  },
} as const;
