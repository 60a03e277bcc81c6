import type { RawRecord, RecordHeader } from "../../record.ts";

/** Whether it is the key or the value of a record that is read. */
export type RecordPart = "key" | "value";

/** How a key or a value names the schema that it was written with. */
export interface Framing {
  /**
   * The schema's name at its registry: `id/7` by Confluent's id, `global/7` or `content/7` by Apicurio's, `guid/…` by
   * Confluent's globally unique one.
   */
  readonly ref: string;
  /** `confluent`: a zero byte and four bytes; `apicurio`: a zero byte and eight; `header`: nothing before the data. */
  readonly layout: "confluent" | "apicurio" | "header";
  /** Where the data begins. */
  readonly bodyAt: number;
  /** Protobuf's list of message indexes where a header holds it; null where it stands in front of the data. */
  readonly indexes: Uint8Array | null;
}

/** The framing of some bytes; `invalid` where they begin like one and are cut short. */
export type FoundFraming = Framing | "invalid" | null;

/** A schema that a record names. */
export interface NeededSchema {
  readonly ref: string;
  /** False for the key of a tombstone or of a value in JSON: a number as bytes may look framed, and such a key is opaque. */
  readonly isNeeded: boolean;
}

const none: readonly NeededSchema[] = [];
const hex = /../g;

/**
 * How a key or a value is framed; null where it is not. No JSON begins with a zero byte. The id of Apicurio's eight bytes
 * lies below 2^32, so that its first four bytes are zero, which no id of Confluent's four bytes is.
 */
export function framingOf(record: RawRecord, part: RecordPart): FoundFraming {
  const bytes = record[part];
  if (bytes === null) return null;
  if (record.headers.length > 0) {
    const named = framingInHeaders(record.headers, part);
    if (named !== null) return named;
  }
  if (bytes[0] !== 0) return null;
  const first = idAt(bytes, 1);
  if (first === null) return "invalid";
  if (first !== 0) return { ref: `id/${first}`, layout: "confluent", bodyAt: 5, indexes: null };
  const second = idAt(bytes, 5);
  if (second === null || second === 0) return "invalid";
  return { ref: `global/${second}`, layout: "apicurio", bodyAt: 9, indexes: null };
}

/**
 * The schemas that a record names, at most two; the same empty list for every record that names none, at the cost of a look
 * at two bytes and at the names of the headers. A tombstone's key may be all there is of a delete.
 */
export function schemasNamedBy(record: RawRecord): readonly NeededSchema[] {
  const isPlain = record.key?.[0] !== 0 && record.value?.[0] !== 0;
  if (isPlain && !record.headers.some(({ name }) => isSchemaHeader(name))) return none;
  const value = framingOf(record, "value");
  const key = framingOf(record, "key");
  const named: NeededSchema[] = [];
  if (value !== null && value !== "invalid") named.push({ ref: value.ref, isNeeded: true });
  if (key !== null && key !== "invalid" && named[0]?.ref !== key.ref)
    named.push({ ref: key.ref, isNeeded: value !== null });
  return named;
}

function isSchemaHeader(name: string): boolean {
  return name.startsWith("apicurio.") || name === "__value_schema_id" || name === "__key_schema_id";
}

function framingInHeaders(headers: readonly RecordHeader[], part: RecordPart): FoundFraming {
  for (const { name, value } of headers) {
    if (!isSchemaHeader(name)) continue;
    if (name === `__${part}_schema_id`) return confluentHeader(value);
    if (name === `apicurio.${part}.globalId`) return apicurioHeader(value, "global");
    if (name === `apicurio.${part}.contentId`) return apicurioHeader(value, "content");
  }
  return null;
}

/** A zero byte and the id, or a byte of one and sixteen of the guid; Protobuf's message indexes follow. */
function confluentHeader(value: Uint8Array | null): FoundFraming {
  if (value === null) return "invalid";
  const id = value[0] === 0 ? idAt(value, 1) : null;
  if (id !== null && id !== 0) return inHeader(`id/${id}`, value.subarray(5));
  if (value[0] !== 1 || value.length < 17) return "invalid";
  const digits = Array.from(value.subarray(1, 17), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const pairs = digits.match(hex) ?? [];
  const guid = [pairs.slice(0, 4), pairs.slice(4, 6), pairs.slice(6, 8), pairs.slice(8, 10), pairs.slice(10)];
  return inHeader(`guid/${guid.map((group) => group.join("")).join("-")}`, value.subarray(17));
}

function apicurioHeader(value: Uint8Array | null, kind: "global" | "content"): FoundFraming {
  const [high, low] = value?.length === 8 ? [idAt(value, 0), idAt(value, 4)] : [null, null];
  if (high !== 0 || low === null || low === 0) return "invalid";
  return { ref: `${kind}/${low}`, layout: "header", bodyAt: 0, indexes: null };
}

function inHeader(ref: string, indexes: Uint8Array): Framing {
  return { ref, layout: "header", bodyAt: 0, indexes };
}

/** An unsigned big-endian number of four bytes; null where there are fewer. */
function idAt(bytes: Uint8Array, at: number): number | null {
  if (bytes.length < at + 4) return null;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}
