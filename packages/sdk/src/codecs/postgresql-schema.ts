import type { ConnectorModes } from "./connector-modes.ts";
import { textBytesName } from "./decode-bytes.ts";
import type { JsonObject } from "./json-value.ts";
import { sourceTypeParameter } from "./source-type.ts";
import { parseSqlType } from "./sql-type.ts";
import type { SqlType } from "./sql-type.ts";

const connect = "org.apache.kafka.connect.data";
const time = "io.debezium.time";
const data = "io.debezium.data";

const plain = (type: string): JsonObject => ({ type });
const named = (type: string, name: string, parameters: JsonObject = {}): JsonObject => ({
  type,
  name,
  parameters,
});

/** Types whose form no mode changes, by every name that PostgreSQL knows them by. */
const fixedTypes: ReadonlyMap<string, JsonObject> = new Map(
  (
    [
      ["boolean bool", plain("boolean")],
      ["smallint int2 smallserial", plain("int16")],
      ["integer int int4 serial", plain("int32")],
      ["bigint int8 bigserial oid", plain("int64")],
      ["real float4", plain("float")],
      ["float8", plain("double")],
      ["varchar char bpchar text citext name inet cidr macaddr macaddr8 ltree", plain("string")],
      ["int4range int8range numrange tsrange tstzrange daterange tsvector xml enum", plain("string")],
      ["uuid", named("string", `${data}.Uuid`)],
      ["json jsonb", named("string", `${data}.Json`)],
      ["vector", { type: "array", items: plain("double") }],
      ["halfvec", { type: "array", items: plain("float") }],
    ] as const
  ).flatMap(([names, schema]) => names.split(" ").map((name) => [name, schema] as const)),
);

/** Other names of the same type, and those of two words. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["character varying", "varchar"],
  ["character", "char"],
  ['"char"', "char"],
  ["double precision", "float8"],
  ["decimal", "numeric"],
  ["bit varying", "varbit"],
  ["time without time zone", "time"],
  ["time with time zone", "timetz"],
  ["timestamp without time zone", "timestamp"],
  ["timestamp with time zone", "timestamptz"],
]);

const pointFields: readonly JsonObject[] = [
  { type: "double", field: "x" },
  { type: "double", field: "y" },
  { type: "bytes", field: "wkb" },
  { type: "int32", field: "srid" },
];
const geometryFields: readonly JsonObject[] = [
  { type: "bytes", field: "wkb" },
  { type: "int32", field: "srid" },
];

/**
 * The schema that Debezium's connector for PostgreSQL gives to a column of this type under these modes, as the JSON
 * converter writes it. A type that it has no form of its own for (an enum, a domain that nobody resolved) decodes as its JSON
 * kind. Measured on Debezium 3.6.
 */
export function postgresSchema(text: string, modes: ConnectorModes): JsonObject {
  const parsed = parseSqlType(text);
  const type = { ...parsed, name: aliases.get(parsed.name) ?? parsed.name };
  const schema = { ...scalarSchema(type, modes), optional: true };
  return type.isArray ? { type: "array", optional: true, items: schema } : schema;
}

function scalarSchema(type: SqlType, modes: ConnectorModes): JsonObject {
  const { name, numbers } = type;
  switch (name) {
    case "numeric":
      return numericSchema(numbers, modes);
    case "money":
      return numericSchema([19, 2], modes);
    case "bit":
      return (numbers[0] ?? 1) === 1 ? plain("boolean") : bits(numbers);
    case "varbit":
      return bits(numbers);
    case "bytea":
      return modes.binary === "bytes"
        ? plain("bytes")
        : named("string", textBytesName, { encoding: modes.binary });
    case "hstore":
      return modes.hstore === "map"
        ? { type: "map", keys: plain("string"), values: plain("string") }
        : named("string", `${data}.Json`);
    case "interval":
      return modes.interval === "string" ? named("string", `${time}.Interval`) : intervalSchema(modes);
    case "point":
      return { type: "struct", name: `${data}.geometry.Point`, fields: pointFields };
    case "geometry":
    case "geography":
      return { type: "struct", name: `${data}.geometry.Geometry`, fields: geometryFields };
    default:
      return timeSchema(type, modes) ?? fixedTypes.get(name) ?? plain("");
  }
}

function numericSchema(numbers: readonly number[], { decimal }: ConnectorModes): JsonObject {
  const [precision, scale = 0] = numbers;
  if (decimal !== "precise") {
    const digits = precision === undefined ? {} : { "connect.decimal.precision": String(precision) };
    return { type: decimal, parameters: { [sourceTypeParameter]: "NUMERIC", ...digits } };
  }
  if (precision === undefined) return named("struct", `${data}.VariableScaleDecimal`);
  // The connector reads eleven bits of a negative scale as if it were none.
  const written = scale < 0 ? scale + 2_048 : scale;
  return named("bytes", `${connect}.Decimal`, {
    scale: String(written),
    "connect.decimal.precision": String(precision),
  });
}

function bits(numbers: readonly number[]): JsonObject {
  return named("bytes", `${data}.Bits`, { length: String(numbers[0] ?? 2_147_483_647) });
}

function intervalSchema({ time: mode }: ConnectorModes): JsonObject {
  return mode === "structured"
    ? named("struct", `${time}.StructuredDuration`)
    : named("int64", `${time}.MicroDuration`);
}

/** Null for a type that is no date and no time. */
function timeSchema({ name, numbers }: SqlType, modes: ConnectorModes): JsonObject | null {
  const digits = numbers[0] ?? 6;
  switch (name) {
    case "date":
      return dateSchemas[modes.time];
    case "time":
      return modes.time === "adaptive" && digits <= 3
        ? named("int32", `${time}.Time`)
        : timeSchemas[modes.time];
    case "timestamp":
      return modes.time.startsWith("adaptive") && digits <= 3
        ? named("int64", `${time}.Timestamp`)
        : timestampSchemas[modes.time];
    case "timetz":
      return zoned("ZonedTime", modes);
    case "timestamptz":
      return zoned("ZonedTimestamp", modes);
    default:
      return null;
  }
}

function zoned(name: string, { time: mode }: ConnectorModes): JsonObject {
  return mode === "structured"
    ? named("struct", `${time}.Structured${name}`)
    : named("string", `${time}.${name}`);
}

type ByTimeMode = { readonly [mode in ConnectorModes["time"]]: JsonObject };

const debeziumDate = named("int32", `${time}.Date`);
const microTime = named("int64", `${time}.MicroTime`);
const microTimestamp = named("int64", `${time}.MicroTimestamp`);

const dateSchemas: ByTimeMode = {
  adaptive: debeziumDate,
  adaptive_time_microseconds: debeziumDate,
  connect: named("int32", `${connect}.Date`),
  microseconds: debeziumDate,
  nanoseconds: debeziumDate,
  isostring: named("string", `${time}.IsoDate`),
  structured: named("struct", `${time}.StructuredDate`),
};
const timeSchemas: ByTimeMode = {
  adaptive: microTime,
  adaptive_time_microseconds: microTime,
  connect: named("int32", `${connect}.Time`),
  microseconds: microTime,
  nanoseconds: named("int64", `${time}.NanoTime`),
  isostring: named("string", `${time}.IsoTime`),
  structured: named("struct", `${time}.StructuredTime`),
};
const timestampSchemas: ByTimeMode = {
  adaptive: microTimestamp,
  adaptive_time_microseconds: microTimestamp,
  connect: named("int64", `${connect}.Timestamp`),
  microseconds: microTimestamp,
  nanoseconds: named("int64", `${time}.NanoTimestamp`),
  isostring: named("string", `${time}.IsoTimestamp`),
  structured: named("struct", `${time}.StructuredTimestamp`),
};
