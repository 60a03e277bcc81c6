import type { ColumnValue, Decimal, Row } from "../change.ts";

/** A value as Kafka Connect's JSON converter writes it, with its schema. */
export interface ConnectValue {
  readonly schema: ConnectSchemaJson;
  readonly json: unknown;
}

/** A schema in the JSON converter's own words. */
export interface ConnectSchemaJson {
  readonly [word: string]: unknown;
}

const int32Max = 2_147_483_647;
const int64Max = 9_223_372_036_854_775_807n;

/**
 * Writes one column so that decoding gives the same value back. Integers of the type `number` become int32, or a double
 * where they are larger; `bigint` becomes int64. Throws RangeError for a `bigint` beyond 64 bits, which no column holds.
 */
export function connectValue(value: ColumnValue): ConnectValue {
  if (value === null) return { schema: { type: "string", optional: true }, json: null };
  switch (typeof value) {
    case "boolean":
      return plain("boolean", value);
    case "string":
      return plain("string", value);
    case "number":
      return plain(Number.isInteger(value) && Math.abs(value) <= int32Max ? "int32" : "double", value);
    case "bigint":
      return plain("int64", exactInteger(value));
    case "object":
      return objectValue(value);
  }
}

/** A row with the schema of each of its columns. */
export function connectRow(row: Row): ConnectValue {
  const columns = Object.entries(row).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return structOf(columns);
}

/** Text of JSON that may hold big integers as numbers. */
export function jsonText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`).join(",")}}`;
}

function plain(type: string, json: unknown): ConnectValue {
  return { schema: { type, optional: true }, json };
}

function objectValue(value: Exclude<ColumnValue, null | boolean | number | bigint | string>): ConnectValue {
  if (value instanceof Uint8Array) return plain("bytes", Buffer.from(value).toString("base64"));
  if (isDecimal(value)) return decimalValue(value);
  if (isList(value)) return arrayOf(value.map(connectValue));
  return structOf(Object.entries(value));
}

function arrayOf(items: readonly ConnectValue[]): ConnectValue {
  const known = items.find(({ json }) => json !== null)?.schema ?? { type: "string", optional: true };
  return { schema: { type: "array", optional: true, items: known }, json: items.map(({ json }) => json) };
}

function structOf(members: readonly (readonly [string, ColumnValue])[]): ConnectValue {
  const values = members.map(([field, member]) => ({ field, ...connectValue(member) }));
  return {
    schema: {
      type: "struct",
      optional: true,
      fields: values.map(({ field, schema }) => ({ ...schema, field })),
    },
    json: Object.fromEntries(values.map(({ field, json }) => [field, json])),
  };
}

function decimalValue({ unscaled, scale }: Decimal): ConnectValue {
  const name = "org.apache.kafka.connect.data.Decimal";
  const schema = { type: "bytes", optional: true, name, version: 1, parameters: { scale: String(scale) } };
  return { schema, json: bigEndian(unscaled).toString("base64") };
}

/** The two's complement of a number, the highest byte first, with room for the sign. */
function bigEndian(value: bigint): Buffer {
  const bits = (value < 0n ? -value : value).toString(2).length + 1;
  const bytes = Math.ceil(bits / 8);
  const hex = BigInt.asUintN(bytes * 8, value)
    .toString(16)
    .padStart(bytes * 2, "0");
  return Buffer.from(hex, "hex");
}

function exactInteger(value: bigint): bigint {
  if (value <= int64Max && value >= -int64Max - 1n) return value;
  throw new RangeError("A bigint column holds 64 bits; write a larger number as a decimal.");
}

function isDecimal(value: object): value is Decimal {
  return "unscaled" in value && typeof value.unscaled === "bigint" && "scale" in value;
}

function isList(value: object): value is readonly ColumnValue[] {
  return Array.isArray(value);
}
