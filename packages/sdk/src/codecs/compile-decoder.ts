import type { ColumnValue } from "../change.ts";
import type { ConnectSchema } from "./connect-schema.ts";
import { bytesDecoders, bytesOf } from "./decode-bytes.ts";
import {
  decimalTextOf,
  doubleOf,
  int32Of,
  int64Of,
  numberDecoders,
  unsignedInt64Of,
} from "./decode-number.ts";
import { textDecoders, textOf } from "./decode-text.ts";
import { timeDecoders } from "./decode-time.ts";
import { structuredTimeDecoders } from "./structured-time.ts";
import type { Decode, DecoderMaker } from "./decoder.ts";
import { isJsonArray, isJsonObject, own, setOwn } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";
import { plainValue } from "./plain-value.ts";
import { isDecimalText, sourceTypeParameter } from "./source-type.ts";
import { ValueMisfit } from "./value-misfit.ts";

const semantic: ReadonlyMap<string, DecoderMaker> = new Map([
  ...numberDecoders,
  ...timeDecoders,
  ...structuredTimeDecoders,
  ...bytesDecoders,
  ...textDecoders,
]);

/** The decoder of one schema. A name that is not known decodes as its plain type, and an unknown type passes. */
export function compileDecoder(schema: ConnectSchema): Decode {
  const inner = (semantic.get(schema.name) ?? plainDecoder)(schema);
  return (raw) => (raw === null ? null : inner(raw));
}

/** Whether a schema's decoder gives every text back as it is. */
export function decodesAsText(schema: ConnectSchema): boolean {
  return !semantic.has(schema.name) && plainDecoder(schema) === textOf;
}

function plainDecoder(schema: ConnectSchema): Decode {
  switch (schema.type) {
    case "int8":
    case "int16":
    case "int32":
      return int32Of;
    case "int64":
      return isUnsigned(schema) ? unsignedInt64Of : int64Of;
    case "float":
    case "double":
      return doubleOf;
    case "boolean":
      return booleanOf;
    case "string":
      return isDecimalText(schema.parameters) ? decimalTextOf : textOf;
    case "bytes":
      return bytesOf;
    case "array":
      return arrayDecoder(schema);
    case "map":
      return mapDecoder(schema);
    case "struct":
      return structDecoder(schema);
    default:
      return plainValue;
  }
}

/** MySQL's `BIGINT UNSIGNED` under `bigint.unsigned.handling.mode=long`, told by the column's propagated type. */
function isUnsigned({ parameters }: ConnectSchema): boolean {
  const sourceType = own(parameters, sourceTypeParameter);
  return typeof sourceType === "string" && /^(?:BIGINT UNSIGNED|SERIAL)\b/i.test(sourceType);
}

function booleanOf(raw: JsonValue): boolean {
  if (typeof raw === "boolean") return raw;
  throw new ValueMisfit("a boolean");
}

/** The type of the column is said of the list, and means its items. */
function arrayDecoder({ items, parameters }: ConnectSchema): Decode {
  const item =
    items === null
      ? plainValue
      : compileDecoder(
          items.name === "" ? { ...items, parameters: { ...parameters, ...items.parameters } } : items,
        );
  return (raw) => {
    if (!isJsonArray(raw)) throw new ValueMisfit("an array");
    return raw.map(item);
  };
}

/** A map with text keys is an object; with other keys it is a list of pairs, on the wire as here. */
function mapDecoder(schema: ConnectSchema): Decode {
  const key = schema.keys === null ? plainValue : compileDecoder(schema.keys);
  const value = schema.values === null ? plainValue : compileDecoder(schema.values);
  return (raw) => {
    if (isJsonArray(raw)) return raw.map((pair) => decodePair(pair, key, value));
    if (!isJsonObject(raw)) throw new ValueMisfit("a map");
    return decodeMembers(Object.entries(raw).map(([name, member]) => [name, value(member)]));
  };
}

function decodePair(pair: JsonValue, key: Decode, value: Decode): ColumnValue {
  if (!isJsonArray(pair) || pair.length !== 2) throw new ValueMisfit("a pair of key and value");
  return [key(pair[0] ?? null), value(pair[1] ?? null)];
}

function structDecoder(schema: ConnectSchema): Decode {
  const members = schema.fields.map((field) => ({ name: field.field, decode: compileDecoder(field) }));
  return (raw) => {
    if (!isJsonObject(raw)) throw new ValueMisfit("a struct");
    // What was declared by its name alone keeps whatever members it has.
    if (members.length === 0) return plainValue(raw);
    return decodeMembers(members.map(({ name, decode }) => [name, decode(own(raw, name) ?? null)]));
  };
}

function decodeMembers(entries: readonly (readonly [string, ColumnValue])[]): ColumnValue {
  const object: { [name: string]: ColumnValue } = {};
  for (const [name, value] of entries) setOwn(object, name, value);
  return object;
}
