import type { Change, Operation } from "@gluttony/sdk";
import type { NotAChange, RawRecord, RecordCodec } from "@gluttony/sdk/codecs";
import { type MaskedRows, type Masks, maskedRows } from "./masked-change.ts";

/** Bytes of a record beyond which nobody tries to decode it for a person. */
export const decodedBytesMax: number = 1024 * 1024;

/** What a record was found to be. */
export type RecordKind = "change" | NotAChange["notAChange"] | "undecodable" | "oversized";

/** Where a change comes from. */
export interface ShownSource {
  readonly connector: string;
  readonly database: string;
  readonly schema: string | null;
  readonly table: string;
  readonly position: { readonly kind: string; readonly parts: readonly string[] } | null;
  readonly snapshot: string | null;
  readonly committedAt: string | null;
  readonly transaction: {
    readonly id: string;
    readonly totalOrder: number | null;
    readonly tableOrder: number | null;
  } | null;
}

/** A record as a person sees it. Never its bytes. */
export interface RecordView {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The record's own time. */
  readonly at: string;
  readonly kind: RecordKind;
  readonly operation: Operation | null;
  readonly isTombstone: boolean;
  readonly source: ShownSource | null;
  readonly key: MaskedRows["key"];
  /** Which half of a changed primary key it is, and the key of the other. */
  readonly keyChange: { readonly role: "old" | "new"; readonly otherKey: MaskedRows["key"] } | null;
  readonly fields: MaskedRows["fields"];
  readonly headers: readonly ShownHeader[];
  /** Why it could not be decoded. */
  readonly failure: { readonly code: string; readonly path: string | null; readonly detail: string } | null;
  /** Only of one that is too large to be decoded. */
  readonly sizeBytes: number | null;
}

/** A header: its value may repeat a key, so that it is masked like one. */
export interface ShownHeader {
  readonly name: string;
  readonly state: "shown" | "masked" | "null";
  readonly value: string | null;
}

/** Decodes a record for a person and masks it. Pure; never throws. */
export function recordView(record: RawRecord, codec: RecordCodec, masks: Masks): RecordView {
  const sizeBytes = sizeOf(record);
  const plain = plainView(record, masks);
  if (sizeBytes > decodedBytesMax) return { ...plain, kind: "oversized", sizeBytes };
  const { decoded } = codec.find(record);
  // Of a tombstone only the key could not be read, which may be a number as bytes.
  if ("undecodable" in decoded && plain.isTombstone) return { ...plain, kind: "tombstone" };
  if ("undecodable" in decoded) {
    const { undecodable: code, detail, path = null } = decoded;
    return { ...plain, kind: "undecodable", failure: { code, path, detail } };
  }
  if ("notAChange" in decoded) return { ...plain, kind: decoded.notAChange };
  const { key, otherKey, fields } = maskedRows(decoded, masks);
  const { keyChange } = decoded;
  return {
    ...plain,
    // A tombstone is decoded as the delete of its key only so that the key can be told.
    kind: plain.isTombstone ? "tombstone" : "change",
    operation: decoded.operation,
    source: sourceOf(decoded),
    key,
    keyChange: keyChange === undefined ? null : { role: keyChange.role, otherKey },
    fields: plain.isTombstone ? [] : fields,
  };
}

function plainView(record: RawRecord, masks: Masks): RecordView {
  const { topic, partition, offset, timestampMs } = record;
  return {
    topic,
    partition,
    offset: String(offset),
    at: isoOf(timestampMs) ?? new Date(0).toISOString(),
    kind: "undecodable",
    operation: null,
    isTombstone: record.value === null,
    source: null,
    key: null,
    keyChange: null,
    fields: [],
    headers: record.headers.map(({ name, value }) => headerOf(name, value, masks)),
    failure: null,
    sizeBytes: null,
  };
}

function headerOf(name: string, value: Uint8Array | null, masks: Masks): ShownHeader {
  if (value === null) return { name, state: "null", value: null };
  if (masks !== "nothing") return { name, state: "masked", value: null };
  return { name, state: "shown", value: Buffer.from(value).toString("utf8") };
}

function sourceOf({ source, transactionPlace }: Change): ShownSource {
  const { connector, database, schema, table, position, snapshot, committedAtMs, transactionId } = source;
  return {
    connector,
    database,
    schema,
    table,
    position: position === null ? null : { kind: position.kind, parts: position.parts.map(String) },
    snapshot: snapshot ?? null,
    committedAt: committedAtMs === null ? null : isoOf(committedAtMs),
    transaction:
      transactionId === null
        ? null
        : {
            id: transactionId,
            totalOrder: transactionPlace?.totalOrder ?? null,
            tableOrder: transactionPlace?.tableOrder ?? null,
          },
  };
}

/** Null for a time that no calendar holds. */
function isoOf(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

export function sizeOf({ key, value, headers }: RawRecord): number {
  let bytes = (key?.byteLength ?? 0) + (value?.byteLength ?? 0);
  for (const header of headers) bytes += header.name.length + (header.value?.byteLength ?? 0);
  return bytes;
}
