import type { Change, Operation } from "../change.ts";
import type { RawRecord } from "../record.ts";
import type { Undecodable } from "./codec.ts";
import { connectorOf, dataSourceOf, unknownDataSource } from "./data-sources/known.ts";
import { changeOf, operationOf } from "./envelope.ts";
import type { DecodingOf, ReadKey } from "./envelope.ts";
import { own, setOwn } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import type { RowDecoder } from "./row-decoder.ts";

/** Fields that Debezium's ExtractNewRecordState adds, by `add.fields` and by its way with deletes. */
const addedField =
  /^__(?:op|deleted|table|schema|db|name|connector|version|lsn|xmin|origin|origin_lsn|scn|commit_scn|rs_id|ssn|redo_thread|txSeq|lcr_position|commit_lsn|change_lsn|event_serial_no|file|pos|row|gtid|server_id|thread|sequence|snapshot|txId|ts_ms|ts_us|ts_ns|source_\w+|transaction_(?:id|total_order|data_collection_order))$/;
const utf8 = new TextDecoder();

/**
 * Whether a JSON object is a row that stands for a whole record: its schema, its fields, or the record's headers say so. Debezium
 * names the connector in the headers of changes and of nothing else.
 */
export function isFlattened(payload: JsonObject, schemaName: string, record: RawRecord): boolean {
  if (schemaName.endsWith(".Value")) return true;
  if (Object.hasOwn(payload, "__deleted") || Object.hasOwn(payload, "__op")) return true;
  const isOfConnector = record.headers.some(
    ({ name }) => name === "__op" || name === "__debezium.context.connectorName",
  );
  return isOfConnector && !isLikeEnvelope(payload);
}

/**
 * Whether a JSON object is the row whose key the record has, which is all that shows a row flattened without a schema and
 * without added fields: every column of the key is in it, with the same value.
 */
export function isRowOfKey(payload: JsonObject, key: JsonObject | null): boolean {
  const names = key === null ? [] : Object.keys(key);
  if (key === null || names.length === 0 || isLikeEnvelope(payload)) return false;
  return names.every((name) => isSame(own(payload, name), own(key, name)));
}

/** What is an envelope in part stays one that is not understood: taken for a row it would be wrong data. */
function isLikeEnvelope(payload: JsonObject): boolean {
  const has = (name: string): boolean => Object.hasOwn(payload, name);
  return has("source") || (has("op") && (has("before") || has("after")));
}

/** Whether two values are the same data; what is not simple is compared as text. */
function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  return left === right || (typeof left === "object" && exactText(left) === exactText(right));
}

function exactText(value: JsonValue): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "bigint" ? `${member}n` : member,
  );
}

/**
 * The change in a row that was flattened (ExtractNewRecordState). There is no old row but that of a delete which is written
 * as a row, and without the field or header `__op` an insert cannot be told from an update: that is an `upsert`. A delete
 * that is written as a null is a tombstone like any other. A field of the table that is named like one of the added ones
 * is taken for that. The database is known only if a field tells; then the positions are those of the change alone, which
 * order the changes of one row.
 */
export function decodeFlattened(
  payload: JsonObject,
  read: { readonly columns: RowDecoder; readonly hasSchema: boolean; readonly key: ReadKey | null },
  of: DecodingOf,
): Change | Undecodable {
  const { record } = of;
  const source = sourceOf(payload, record);
  const row = withoutAdded(payload);
  const operation = operationIn(payload, record);
  const isDelete = operation === "delete";
  const dataSource = dataSourceOf(connectorOf(source) ?? "") ?? unknownDataSource;
  const envelope: JsonObject = {
    op: operation === "snapshot" ? "r" : null,
    transaction: transactionIn(source),
    ...(isDelete ? { before: row } : { after: row }),
  };
  return changeOf({ operation, envelope, ...read }, { source, dataSource }, of);
}

/**
 * A tombstone as the delete of the row with its key, where the consumer wants it: a flattened delete may be nothing else.
 * `before` holds the key's columns, and the source is as far known as the record's headers say. Null without a key that can
 * be read.
 */
export function decodeTombstone(key: ReadKey | null, of: DecodingOf): Change | Undecodable | null {
  if (key === null) return null;
  const source = sourceOf({}, of.record);
  const dataSource = dataSourceOf(connectorOf(source) ?? "") ?? unknownDataSource;
  const read = {
    operation: "delete",
    envelope: { before: { ...key.raw } },
    columns: key.columns,
    hasSchema: false,
    key,
  } as const;
  return changeOf(read, { source, dataSource }, of);
}

/** Whether a flattened row is the old row of a delete. */
export function isDeletedRow(payload: JsonObject, record: RawRecord): boolean {
  return operationIn(payload, record) === "delete";
}

/** The `transaction` block, as far as added fields hold it. */
function transactionIn(source: JsonObject): JsonObject | null {
  const id = own(source, "transaction_id");
  if (typeof id !== "string") return null;
  return {
    id,
    total_order: own(source, "transaction_total_order") ?? null,
    data_collection_order: own(source, "transaction_data_collection_order") ?? null,
  };
}

function operationIn(payload: JsonObject, record: RawRecord): Operation {
  const named = operationOf(own(payload, "__op") ?? headerText(record, "__op"));
  if (named !== undefined) return named;
  return own(payload, "__deleted") === "true" || own(payload, "__deleted") === true ? "delete" : "upsert";
}

/** The `source` block, as far as fields or headers hold it: `__lsn`, or `__source_lsn` when named by its block. */
export function sourceOf(payload: JsonObject, record: RawRecord): JsonObject {
  const source: { [name: string]: JsonValue } = {};
  const take = (name: string, value: JsonValue): void => {
    // The connector's own clock says nothing of the change.
    if (!addedField.test(name) || /^__ts_[mun]s$/.test(name)) return;
    setOwn(source, name.replace(/^__(?:source_)?/, ""), value);
  };
  for (const { name, value } of record.headers) take(name, value === null ? null : utf8.decode(value));
  for (const [name, value] of Object.entries(payload)) take(name, value);
  return source;
}

function withoutAdded(payload: JsonObject): JsonObject {
  const row: { [name: string]: JsonValue } = {};
  for (const [name, value] of Object.entries(payload)) if (!addedField.test(name)) setOwn(row, name, value);
  return row;
}

function headerText(record: RawRecord, name: string): string | null {
  const header = record.headers.find((one) => one.name === name);
  return header === undefined || header.value === null ? null : utf8.decode(header.value);
}
