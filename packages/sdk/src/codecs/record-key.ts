import type { RawRecord } from "../record.ts";
import { readCloudEvent } from "./cloud-event.ts";
import { connectorOf, dataSourceOf } from "./data-sources/known.ts";
import { isDeletedRow, isFlattened, isRowOfKey } from "./flattened-row.ts";
import { isJsonArray, isJsonObject, NumberText, own } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import type { NumberMode } from "./json-scanner.ts";
import { PayloadCache } from "./payload-cache.ts";
import type { ReadPayload } from "./payload-cache.ts";
import { defaultPlaceholder } from "./unavailable.ts";

/** What PostgreSQL logs of an old row; only `full` makes every column of `before` data. Other databases have no such choice. */
export type ReplicaIdentity = "default" | "full" | "index" | "nothing";

/** The lane of a record: records of one key run in order. A null key gives one lane per partition. */
export type OrderingKey = { readonly key: string | null } | { readonly fault: OrderingFault };

type OrderingFault = "record.key_invalid" | "record.key_unavailable";

const values = new PayloadCache();
const keys = new PayloadCache();

/** The columns in a record key's bytes (JSON, with schema or without), or null when it is no JSON object. */
export function keyColumns(keyBytes: Uint8Array, topic = ""): JsonObject | null {
  const read = keys.read(keyBytes, topic);
  return "payload" in read && isJsonObject(read.payload) ? read.payload : null;
}

/**
 * The text by which a record is ordered. Without columns it is the record key's bytes, one character each. With
 * columns it is their values as JSON text, in the order of `columns`, taken from the record key, or else from the
 * row; as JSON, the text `"1"` and the number `1` differ, and integers are exact. What carries no row (tombstones,
 * heartbeats and the like, truncates) falls back to the bytes of its key: no handler sees it.
 */
export function orderingKey(
  record: RawRecord,
  columns: readonly string[],
  replicaIdentity: ReplicaIdentity | null,
): OrderingKey {
  return orderingKeyBy(record, { columns, replicaIdentity }, (part) => readJsonPart(record, part));
}

/** By which columns records are ordered, and how far a delete can be trusted to carry them. */
export interface OrderingWish {
  readonly columns: readonly string[];
  readonly replicaIdentity: ReplicaIdentity | null;
}

/** One part of a record as JSON shows it, or the code that says why it cannot be read. */
export type PartReader = (part: "key" | "value") => ReadPayload | { readonly fault: string };

/** Reads a part that is JSON. */
export function readJsonPart(
  record: RawRecord,
  part: "key" | "value",
  mode: NumberMode = "plain",
): ReadPayload {
  const bytes = record[part];
  if (bytes === null) return { schema: null, payload: null };
  return (part === "key" ? keys : values).read(bytes, record.topic, mode);
}

/** The same for a record whose parts are read by somebody else. */
export function orderingKeyBy(record: RawRecord, wish: OrderingWish, readPart: PartReader): OrderingKey {
  const { columns } = wish;
  const raw = { key: record.key === null ? null : Buffer.from(record.key).toString("latin1") };
  if (columns.length === 0) return raw;
  const read = record.key === null ? null : readPart("key");
  const fromKey = read !== null && "payload" in read ? columnsTextOf(read.payload, columns) : null;
  if (fromKey !== null) return { key: fromKey };
  if (record.value === null) return raw;
  if (read !== null && "fault" in read) return { fault: "record.key_invalid" };
  return orderingKeyOfRow(record, wish, readPart) ?? raw;
}

/** Null when the record carries no row at all. */
function orderingKeyOfRow(
  record: RawRecord,
  { columns, replicaIdentity }: OrderingWish,
  readPart: PartReader,
): OrderingKey | null {
  const read = readPart("value");
  if ("fault" in read) return { fault: "record.key_unavailable" };
  if (!isJsonObject(read.payload)) return null;
  const key = record.key === null ? null : readPart("key");
  const keyPayload = key !== null && "payload" in key && isJsonObject(key.payload) ? key.payload : null;
  const carried = carriedRow(
    { payload: read.payload, schemaName: read.schema?.name ?? "", key: keyPayload },
    record,
  );
  if (carried === null) return null;
  if (carried.mayBeInvented && replicaIdentity !== "full") return { fault: "record.key_unavailable" };
  const text = columnsTextOf(carried.row, columns);
  return text === null ? { fault: "record.key_unavailable" } : { key: text };
}

interface CarriedRow {
  readonly row: JsonValue | undefined;
  readonly mayBeInvented: boolean;
}

/** A value as JSON shows it, and the columns of the key beside it; null when that is no struct. */
interface CarryingParts {
  readonly payload: JsonObject;
  readonly schemaName: string;
  readonly key: JsonObject | null;
}

/** The row in a record of any format; null when it carries none. */
function carriedRow({ payload, schemaName, key }: CarryingParts, record: RawRecord): CarriedRow | null {
  const operation = own(payload, "op");
  if (isRowOperation(operation)) return rowOfEnvelope(payload, operation === "d");
  const event = readCloudEvent(payload, record);
  if (event !== null) return rowOfEnvelope(event.envelope, own(event.envelope, "op") === "d");
  if (!isFlattened(payload, schemaName, record) && !isRowOfKey(payload, key)) return null;
  return { row: payload, mayBeInvented: isDeletedRow(payload, record) };
}

function rowOfEnvelope(envelope: JsonObject, isDelete: boolean): CarriedRow {
  const row = own(envelope, isDelete ? "before" : "after");
  return { row, mayBeInvented: isDelete && mayInventBefore(own(envelope, "source")) };
}

/** Whether columns of `before` may be invented: also when the record does not name a connector that never does. */
function mayInventBefore(source: JsonValue | undefined): boolean {
  const connector = isJsonObject(source) ? connectorOf(source) : null;
  return connector === null || dataSourceOf(connector)?.inventsBefore !== false;
}

function isRowOperation(operation: JsonValue | undefined): boolean {
  return operation === "c" || operation === "u" || operation === "r" || operation === "d";
}

/** Canonical JSON text of the columns' values; null unless all of them are there. */
function columnsTextOf(row: JsonValue | undefined, columns: readonly string[]): string | null {
  if (!isJsonObject(row)) return null;
  const texts: string[] = [];
  for (const column of columns) {
    const value = own(row, column);
    if (value === undefined || defaultPlaceholder.standsFor(value)) return null;
    texts.push(canonicalText(value));
  }
  return `[${texts.join(",")}]`;
}

/** JSON text with exact integers and sorted names, so that equal values give equal texts. */
function canonicalText(value: JsonValue): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof NumberText) return value.text;
  if (isJsonArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(own(value, name) ?? null)}`);
  return `{${members.join(",")}}`;
}
