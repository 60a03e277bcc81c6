import type { ConnectSchema } from "./connect-schema.ts";
import { own } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";
import type { RowDecoder } from "./row-decoder.ts";
import { textBytesName } from "./decode-bytes.ts";
import { isDecimalText, sourceTypeParameter } from "./source-type.ts";

/**
 * The columns of a changed row of PostgreSQL that are null although the log may merely not have carried them. For most types
 * the connector writes a placeholder then; for decimals that are not written as text, bits, lists of decimals, booleans and
 * times, and bytes in base64, Debezium 3.6 writes null. What is too short to be moved out of its row is never left out,
 * and neither is a column of the key. Without a schema any null may be such a one.
 */
export function doubtfulColumns(
  after: JsonObject,
  key: JsonObject | null,
  columns: RowDecoder,
): ReadonlySet<string> {
  const doubtful = new Set<string>();
  for (const name of Object.keys(after)) {
    if (after[name] !== null || (key !== null && Object.hasOwn(key, name))) continue;
    const schema = columns.get(name)?.schema;
    if (schema === undefined || mayHideBehindNull(schema)) doubtful.add(name);
  }
  return doubtful;
}

/** PostgreSQL moves nothing out of a row that takes 24 bytes or less: so many digits, and so many bits. */
const shortDigits = 28;
const shortBits = 96;

/** Types of lists whose placeholder is written out. */
const toldItems: ReadonlySet<string> = new Set(["int32", "int64", "string", "bytes"]);

function mayHideBehindNull(schema: ConnectSchema): boolean {
  switch (schema.name) {
    case "io.debezium.data.VariableScaleDecimal":
      return true;
    case "org.apache.kafka.connect.data.Decimal":
      return !isShortDecimal(schema);
    case "io.debezium.data.Bits":
      return !(numberIn(schema, "length") <= shortBits);
    case textBytesName:
      // In hexadecimal digits the placeholder is written out.
      return own(schema.parameters, "encoding") !== "hex";
    default:
      return mayPlainHide(schema);
  }
}

function mayPlainHide(schema: ConnectSchema): boolean {
  switch (schema.type) {
    case "array":
      return schema.items === null || isDecimalText(schema.parameters) || !isToldItem(schema.items);
    case "double":
      return isDecimalText(schema.parameters) && !isShortDecimal(schema);
    case "string":
      return own(schema.parameters, sourceTypeParameter) === "BYTEA";
    default:
      return false;
  }
}

/** Digits as the connector passes them on: with the decimal itself, or with the type of its column. */
function isShortDecimal(schema: ConnectSchema): boolean {
  const digits =
    numberIn(schema, "connect.decimal.precision") || numberIn(schema, "__debezium.source.column.length");
  return (digits > 0 && digits <= shortDigits) || isMoney(schema);
}

/** Lists of integers, dates, UUIDs and texts hold the placeholder; a time as text does not. */
function isToldItem({ type, name, parameters }: ConnectSchema): boolean {
  if (!toldItems.has(type) || name.endsWith("Timestamp") || name.endsWith(".Decimal")) return false;
  if (name === "io.debezium.time.IsoDate" || name === "io.debezium.time.IsoTime") return false;
  return own(parameters, sourceTypeParameter) === undefined && name !== textBytesName;
}

function isMoney({ parameters }: ConnectSchema): boolean {
  return own(parameters, sourceTypeParameter) === "MONEY";
}

function numberIn({ parameters }: ConnectSchema, name: string): number {
  return Number(own(parameters, name));
}
