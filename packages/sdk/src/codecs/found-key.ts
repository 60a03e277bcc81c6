import { isUtf8 } from "node:buffer";
import type { ColumnValue } from "../change.ts";
import type { RawRecord } from "../record.ts";
import { isJsonObject } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";
import type { KnownSchema } from "./payload-cache.ts";
import { roundedValue } from "./plain-value.ts";
import { readJsonPart } from "./record-key.ts";
import { decodeRow } from "./row-decoder.ts";

/** A record's key, as it was written: the columns of a struct, a single value, a text that is no JSON, or mere bytes. */
export interface FoundKey {
  readonly format: "json" | "avro" | "protobuf" | "json-schema" | "string" | "bytes";
  readonly value: ColumnValue;
}

/** The key of a record that names no schema. Null without a key; never throws. */
export function unframedKey(record: RawRecord): FoundKey | null {
  if (record.key === null) return null;
  const read = readJsonPart(record, "key", "text");
  if ("payload" in read) return { format: "json", value: keyValue(read) };
  if (!isText(record.key)) return { format: "bytes", value: record.key };
  return { format: "string", value: new TextDecoder().decode(record.key) };
}

/** The value of a key that was read: typed by its schema where that fits, else as JSON shows it. */
export function keyValue({ payload, schema }: ReadPart): ColumnValue {
  if (schema === null || !isJsonObject(payload)) return roundedValue(payload);
  const plain = roundedValue(payload);
  try {
    return withoutAbsent(decodeRow(payload, schema.struct).row);
  } catch {
    return plain;
  }
}

interface ReadPart {
  readonly payload: JsonValue;
  readonly schema: KnownSchema | null;
}

function withoutAbsent(row: { readonly [column: string]: ColumnValue | undefined }): ColumnValue {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? null]));
}

/** Whether bytes are a text: a number as bytes is UTF-8 by chance, of characters that nobody types. */
function isText(bytes: Uint8Array): boolean {
  return (
    isUtf8(bytes) && bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d)
  );
}
