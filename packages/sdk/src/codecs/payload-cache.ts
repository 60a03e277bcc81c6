import { compileRow } from "./row-decoder.ts";
import type { RowDecoder } from "./row-decoder.ts";
import { fieldSchema, readSchema } from "./connect-schema.ts";
import { isJsonObject, own } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import { JSON_DEPTH_MAX } from "./json-scanner.ts";
import type { JsonFault, NumberMode } from "./json-scanner.ts";
import { parseJson } from "./lossless-json.ts";
import { schemaPrefixLength } from "./schema-prefix.ts";

/** How many schemas are remembered in all; then all are forgotten and learnt anew. */
export const SCHEMAS_MAX = 256;
/** How many schemas are remembered for one topic: tables routed together, and versions while they change. */
const SCHEMAS_PER_TOPIC_MAX = 8;
/** A longer schema is parsed each time; so the memory for schemas is bounded. */
const SCHEMA_BYTES_MAX = 262_144;

/** What is known of a record from its schema, made once for all records that begin with the same bytes. */
export interface KnownSchema {
  /** The schema's semantic name; empty when the record has no schema. */
  readonly name: string;
  /** The columns of the struct itself, as a key has them. */
  readonly struct: RowDecoder;
  /** The columns of `after`, or of `before` in its absence, as an envelope has them. */
  readonly row: RowDecoder;
}

/** A record's payload with its schema, or the code that says why it cannot be read. */
export type ReadPayload =
  | { readonly schema: KnownSchema | null; readonly payload: JsonValue }
  | { readonly fault: JsonFault };

/** A record's payload as it is written, and the schema before it. */
export interface SplitPayload {
  readonly schema: KnownSchema;
  readonly bytes: Buffer;
}

/** A schema's bytes, up to where the payload begins. */
interface CachedPrefix {
  readonly bytes: Buffer;
  readonly schema: KnownSchema;
}

/**
 * Splits records of the JSON converter into schema and payload. The schema of a record is several times its data
 * and always the same bytes, so those are compared with the ones seen before and only the payload is parsed. The
 * comparison is exact: a new version of a schema misses and is learnt.
 */
export class PayloadCache {
  /** By the hint. */
  readonly #prefixes = new Map<string, CachedPrefix[]>();
  #count = 0;

  /** Reads one key or value; `hint` names what usually begins with the same bytes, such as the topic. */
  read(bytes: Uint8Array, hint: string, mode: NumberMode = "plain"): ReadPayload {
    const buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#readKnown(buffer, hint, mode) ?? this.#readWhole(buffer, hint, mode);
  }

  /** The bytes of the payload of a record whose schema is known, unparsed; null for any other. */
  split(buffer: Buffer, hint: string): SplitPayload | null {
    const cached = this.#prefixes.get(hint)?.find(({ bytes }) => startsWith(buffer, bytes));
    if (cached === undefined) return null;
    const end = buffer.lastIndexOf("}");
    // Text behind the payload, if there ever is any, is left to the whole parser.
    if (!isBlank(buffer, end + 1)) return null;
    return { schema: cached.schema, bytes: buffer.subarray(cached.bytes.length, end) };
  }

  #readKnown(buffer: Buffer, hint: string, mode: NumberMode): ReadPayload | null {
    const known = this.split(buffer, hint);
    if (known === null) return null;
    // One level less, since the wrapper around the payload is one.
    const parsed = parseJson(known.bytes, mode, JSON_DEPTH_MAX - 1);
    return "value" in parsed ? { schema: known.schema, payload: parsed.value } : null;
  }

  #readWhole(buffer: Buffer, hint: string, mode: NumberMode): ReadPayload {
    const parsed = parseJson(buffer, mode);
    if ("fault" in parsed) return parsed;
    const { value } = parsed;
    if (!isWrapped(value)) return { schema: null, payload: value };
    const schema = knownSchema(own(value, "schema") ?? null);
    this.#learn(buffer, hint, schema);
    return { schema, payload: own(value, "payload") ?? null };
  }

  #learn(buffer: Buffer, hint: string, schema: KnownSchema): void {
    const length = schemaPrefixLength(buffer);
    if (length === null || length > SCHEMA_BYTES_MAX) return;
    if (this.#count >= SCHEMAS_MAX) this.#forget();
    // A copy, since a slice would keep the whole fetched batch alive.
    const learnt = { bytes: Buffer.from(buffer.subarray(0, length)), schema };
    const known = this.#prefixes.get(hint) ?? [];
    this.#prefixes.set(hint, [learnt, ...known.slice(0, SCHEMAS_PER_TOPIC_MAX - 1)]);
    this.#count += 1;
  }

  #forget(): void {
    this.#prefixes.clear();
    this.#count = 0;
  }
}

function startsWith(buffer: Buffer, prefix: Buffer): boolean {
  return buffer.length > prefix.length && buffer.subarray(0, prefix.length).equals(prefix);
}

function isBlank(buffer: Buffer, from: number): boolean {
  for (let at = from; at < buffer.length; at += 1) if ((buffer[at] ?? 0) > 0x20) return false;
  return true;
}

/** The JSON converter's wrapper: `schema` and `payload` and nothing else; some tools leave the schema out. */
function isWrapped(value: JsonValue): value is JsonObject {
  if (!isJsonObject(value) || !Object.hasOwn(value, "payload")) return false;
  const schema = own(value, "schema");
  const count = Object.keys(value).length;
  if (schema === undefined) return count === 1 && isJsonObject(own(value, "payload"));
  return count === 2 && (schema === null || isJsonObject(schema));
}

/** What a schema's JSON says. */
export function knownSchema(json: JsonValue): KnownSchema {
  const schema = readSchema(json);
  const row = fieldSchema(schema, "after") ?? fieldSchema(schema, "before");
  return { name: schema?.name ?? "", struct: compileRow(schema), row: compileRow(row) };
}
