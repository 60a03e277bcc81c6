import type { Change, Operation, Row, TransactionPlace } from "../change.ts";
import type { RawRecord } from "../record.ts";
import { certainBefore, isWholeRow } from "./before-row.ts";
import type { Undecodable } from "./codec.ts";
import type { DataSource } from "./data-sources/data-source.ts";
import { connectorOf, dataSourceOf, knownConnectors, unknownDataSource } from "./data-sources/known.ts";
import { field, integerField, textField } from "./data-sources/source-fields.ts";
import type { Decoding } from "./decoding.ts";
import { doubtfulColumns } from "./doubtful-columns.ts";
import { isJsonObject } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import { readKeyChange } from "./key-change.ts";
import { decodeRow, decodeRowOf } from "./row-decoder.ts";
import type { RowDecoder } from "./row-decoder.ts";
import { readSource } from "./source-block.ts";

const operationNames: ReadonlyMap<JsonValue | undefined, Operation> = new Map([
  ["r", "snapshot"],
  ["c", "insert"],
  ["u", "update"],
  ["d", "delete"],
  ["t", "truncate"],
]);

/** The operation that a letter stands for; undefined for no letter of Debezium's. */
export function operationOf(letter: JsonValue | undefined): Operation | undefined {
  return operationNames.get(letter);
}

/** A key that was read: its columns as JSON, and their decoders. */
export interface ReadKey {
  readonly raw: JsonObject;
  readonly columns: RowDecoder;
}

/** An envelope, or what another format makes of one. */
export interface ReadEnvelope {
  readonly operation: Operation;
  readonly envelope: JsonObject;
  /** The columns of the rows; empty when neither the record nor a table of columns says them. */
  readonly columns: RowDecoder;
  /** Whether the record itself says them: only then is it known which may be null. */
  readonly hasSchema: boolean;
  /** Null for a record without a key, or whose key is no struct. */
  readonly key: ReadKey | null;
}

/** A record, and what is known beside it. */
export interface DecodingOf {
  readonly record: RawRecord;
  readonly decoding: Decoding;
}

/** The change in an envelope. Throws what a decoder throws for a value that does not fit its schema. */
export function decodeEnvelope(read: ReadEnvelope, of: DecodingOf): Change | Undecodable {
  const source = field(read.envelope, "source");
  const connector = isJsonObject(source) ? connectorOf(source) : null;
  if (!isJsonObject(source) || (connector === null && textField(source, "table") === null)) {
    return {
      undecodable: "record.not_a_change",
      detail: "`source` names neither its connector nor a table.",
    };
  }
  const dataSource = connector === null ? unknownDataSource : dataSourceOf(connector);
  if (dataSource !== undefined) return changeOf(read, { source, dataSource }, of);
  const detail = `\`source.connector\` is none of ${knownConnectors.join(", ")}.`;
  return { undecodable: "record.data_source_unknown", detail };
}

/** Where a change comes from. */
export interface KnownSource {
  readonly source: JsonObject;
  readonly dataSource: DataSource;
}

/** The change itself, once it is known whose it is. */
export function changeOf(
  read: ReadEnvelope,
  { source, dataSource }: KnownSource,
  of: DecodingOf,
): Change | Undecodable {
  const { operation, envelope, columns, key } = read;
  const { record, decoding } = of;
  const after = decodeRowOf(field(envelope, "after"), columns, decoding.placeholder);
  const hasRow = operation !== "delete" && operation !== "truncate";
  if (after === null && hasRow)
    return { undecodable: "record.value_invalid", detail: "`after` is missing.", path: "after" };
  const isWhole = decoding.isIdentityFull || !dataSource.inventsBefore || isProvenWhole(read, record);
  const before = field(envelope, "before");
  const extras = readExtras(envelope, record);
  return {
    operation,
    key: key === null || operation === "truncate" ? null : decodeRow(key.raw, key.columns).row,
    before: isWhole
      ? (decodeRowOf(before, columns, decoding.placeholder)?.row ?? null)
      : decodeBefore(before, read, of),
    after: hasRow ? (after?.row ?? null) : null,
    source: readSource(envelope, source, dataSource),
    coordinates: { topic: record.topic, partition: record.partition, offset: record.offset },
    unavailable: after?.unavailable ?? new Set(),
    ...(isWhole ? {} : readDoubtful(read, extras.keyChange !== undefined)),
    ...extras,
  };
}

/** The record's own key, by which an old row is judged; empty when there is one that is no struct. */
function rawKey({ key }: ReadEnvelope, record: RawRecord): JsonObject | null {
  return record.key === null ? null : (key?.raw ?? {});
}

function isProvenWhole(read: ReadEnvelope, record: RawRecord): boolean {
  const before = field(read.envelope, "before");
  return isJsonObject(before) && isWholeRow(before, rawKey(read, record), schemaColumns(read));
}

function schemaColumns({ columns, hasSchema }: ReadEnvelope): RowDecoder {
  return hasSchema ? columns : noColumns;
}

function decodeBefore(
  raw: JsonValue | undefined,
  read: ReadEnvelope,
  { record, decoding }: DecodingOf,
): Row | null {
  if (!isJsonObject(raw)) return null;
  const kept = certainBefore(raw, rawKey(read, record) ?? {}, schemaColumns(read));
  return decodeRow(kept, read.columns, decoding.placeholder).row;
}

const noColumns: RowDecoder = new Map();

/** Only a row that was there before can have values that did not change: that of an update, or of a changed key. */
function readDoubtful(read: ReadEnvelope, isKeyChange: boolean): Pick<Change, "doubtful"> {
  const { operation, envelope, columns, key } = read;
  if (operation !== "update" && operation !== "upsert" && !isKeyChange) return {};
  const after = field(envelope, "after");
  if (!isJsonObject(after)) return {};
  const doubtful = doubtfulColumns(after, key?.raw ?? null, columns);
  return doubtful.size === 0 ? {} : { doubtful };
}

/** What only some changes have. */
function readExtras(envelope: JsonObject, record: RawRecord): Pick<Change, "keyChange" | "transactionPlace"> {
  const keyChange = record.headers.length === 0 ? undefined : readKeyChange(record);
  const transactionPlace = readTransactionPlace(envelope);
  return {
    ...(keyChange === undefined ? {} : { keyChange }),
    ...(transactionPlace === undefined ? {} : { transactionPlace }),
  };
}

function readTransactionPlace(envelope: JsonObject): TransactionPlace | undefined {
  const block = field(envelope, "transaction");
  if (!isJsonObject(block)) return undefined;
  const totalOrder = integerField(block, "total_order");
  const tableOrder = integerField(block, "data_collection_order");
  return totalOrder === null || tableOrder === null
    ? undefined
    : { totalOrder: Number(totalOrder), tableOrder: Number(tableOrder) };
}
