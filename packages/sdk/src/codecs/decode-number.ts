import type { ColumnValue, Decimal } from "../change.ts";
import type { ConnectSchema } from "./connect-schema.ts";
import { decimalOf, parseDecimal, signedBigEndian } from "./decimal.ts";
import type { Decode, DecoderMaker } from "./decoder.ts";
import { bytesOf } from "./decode-bytes.ts";
import { JSON_NUMBER_LENGTH_MAX } from "./json-scanner.ts";
import { isJsonObject, NumberText, own } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";
import { NumberTextNeeded, ValueMisfit } from "./value-misfit.ts";

/** int8, int16 and int32: a number. */
export function int32Of(raw: JsonValue): number {
  if (typeof raw === "number" && Number.isInteger(raw)) return raw;
  throw new ValueMisfit("an integer");
}

/** int64: always a `bigint`, also where the value is small, so that a column never changes its type. */
export function int64Of(raw: JsonValue): bigint {
  if (typeof raw === "bigint" && raw === BigInt.asIntN(64, raw)) return raw;
  if (typeof raw === "number" && Number.isSafeInteger(raw)) return BigInt(raw);
  throw new ValueMisfit("an integer of 64 bits");
}

/** An unsigned int64: what lies beyond 2^63 comes as a negative number. */
export function unsignedInt64Of(raw: JsonValue): bigint {
  return BigInt.asUintN(64, int64Of(raw));
}

/** float and double; what JSON has no number for comes as text. */
export function doubleOf(raw: JsonValue): number {
  if (typeof raw === "number" || typeof raw === "bigint") return Number(raw);
  if (raw instanceof NumberText) return Number(raw.text);
  if (raw === "NaN" || raw === "Infinity" || raw === "-Infinity") return Number(raw);
  throw new ValueMisfit("a number");
}

/** Connect's Decimal: base64 of the unscaled number, or a bare number with the converter's `NUMERIC`. */
function decimalDecoder(schema: ConnectSchema): Decode {
  const scale = Number(own(schema.parameters, "scale") ?? 0);
  // Before anything is computed with it: a power of ten of such a scale would fill the memory.
  if (decimalOf(0n, scale) === null) return () => checked(null);
  return (raw) => {
    if (typeof raw === "string") return checked(decimalOf(unscaledOf(raw), scale));
    if (raw instanceof NumberText) return rescaled(checked(parseDecimal(raw.text)), scale);
    if (typeof raw === "bigint") return rescaled(checked(decimalOf(raw, 0)), scale);
    if (typeof raw !== "number") throw new ValueMisfit("a decimal");
    if (!Number.isSafeInteger(raw)) throw new NumberTextNeeded();
    return rescaled(checked(decimalOf(BigInt(raw), 0)), scale);
  };
}

/** NUMERIC without a precision carries its scale in each value. */
function variableDecimal(raw: JsonValue): ColumnValue {
  if (!isJsonObject(raw)) throw new ValueMisfit("a decimal with scale and value");
  const value = own(raw, "value");
  const scale = own(raw, "scale");
  if (value === undefined || scale === undefined) throw new ValueMisfit("a decimal with scale and value");
  return checked(decimalOf(unscaledOf(value), int32Of(scale)));
}

/** The longest unscaled number, in base64: half as much again as PostgreSQL's longest has. Its digits cost more than its length. */
const UNSCALED_LENGTH_MAX = 131_072;

function unscaledOf(raw: JsonValue): bigint {
  if (typeof raw === "string" && raw.length > UNSCALED_LENGTH_MAX)
    throw new ValueMisfit("a decimal that a database can hold");
  return signedBigEndian(bytesOf(raw));
}

/** What a decimal cannot be, in Debezium's words and in PostgreSQL's. */
const notDecimals: ReadonlyMap<string, string> = new Map([
  ["NAN", "NaN"],
  ["POSITIVE_INFINITY", "Infinity"],
  ["NEGATIVE_INFINITY", "-Infinity"],
]);

/** A decimal as text (`decimal.handling.mode=string`), or one of PostgreSQL's `NaN`, `Infinity` and `-Infinity` as text. */
export function decimalTextOf(raw: JsonValue): ColumnValue {
  if (typeof raw !== "string" || raw.length > JSON_NUMBER_LENGTH_MAX)
    throw new ValueMisfit("a decimal as text");
  return notDecimals.get(raw) ?? checked(parseDecimal(raw));
}

function rescaled(decimal: Decimal, scale: number): Decimal {
  if (decimal.scale >= scale) return decimal;
  return checked(decimalOf(decimal.unscaled * 10n ** BigInt(scale - decimal.scale), scale));
}

function checked(decimal: Decimal | null): Decimal {
  if (decimal === null) throw new ValueMisfit("a decimal of a scale that a database can hold");
  return decimal;
}

/** Semantic names of numbers. `io.debezium.time.Year` is a plain int32 and needs no decoder. */
export const numberDecoders: readonly (readonly [string, DecoderMaker])[] = [
  ["org.apache.kafka.connect.data.Decimal", decimalDecoder],
  ["io.debezium.data.VariableScaleDecimal", () => variableDecimal],
];
