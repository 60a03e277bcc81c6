import type { Change, Operation, Row, TransactionPlace } from "../change.ts";
import type { RawRecord } from "../record.ts";
import { certainBefore } from "./before-row.ts";
import type { Undecodable } from "./codec.ts";
import type { DataSource } from "./data-sources/data-source.ts";
import { connectorOf, dataSourceOf, knownConnectors } from "./data-sources/known.ts";
import { isJsonObject, own } from "./json-value.ts";
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
  /** The columns of the rows; empty without a schema. */
  readonly columns: RowDecoder;
  /** Null for a record without a key, or whose key is no struct. */
  readonly key: ReadKey | null;
}

/** The change in an envelope. Throws what a decoder throws for a value that does not fit its schema. */
export function decodeEnvelope(read: ReadEnvelope, record: RawRecord): Change | Undecodable {
  const source = own(read.envelope, "source");
  const connector = isJsonObject(source) ? connectorOf(source) : null;
  if (!isJsonObject(source) || connector === null) {
    return { undecodable: "record.not_a_change", detail: "`source` does not name its connector." };
  }
  const dataSource = dataSourceOf(connector);
  if (dataSource !== undefined) return changeOf(read, { source, dataSource }, record);
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
  { operation, envelope, columns, key }: ReadEnvelope,
  { source, dataSource }: KnownSource,
  record: RawRecord,
): Change | Undecodable {
  const after = decodeRowOf(own(envelope, "after"), columns);
  const hasRow = operation !== "delete" && operation !== "truncate";
  if (after === null && hasRow)
    return { undecodable: "record.value_invalid", detail: "`after` is missing.", path: "after" };
  return {
    operation,
    key: key === null || operation === "truncate" ? null : decodeRow(key.raw, key.columns).row,
    before: dataSource.inventsBefore
      ? decodeBefore(own(envelope, "before"), record.key === null ? null : (key?.raw ?? {}), columns)
      : (decodeRowOf(own(envelope, "before"), columns)?.row ?? null),
    after: hasRow ? (after?.row ?? null) : null,
    source: readSource(envelope, source, dataSource),
    coordinates: { topic: record.topic, partition: record.partition, offset: record.offset },
    unavailable: after?.unavailable ?? new Set(),
    ...readExtras(envelope, record),
  };
}

function decodeBefore(raw: JsonValue | undefined, key: JsonObject | null, columns: RowDecoder): Row | null {
  return isJsonObject(raw) ? decodeRow(certainBefore(raw, key, columns), columns).row : null;
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
  const block = own(envelope, "transaction");
  if (!isJsonObject(block)) return undefined;
  const totalOrder = Number(own(block, "total_order"));
  const tableOrder = Number(own(block, "data_collection_order"));
  return Number.isInteger(totalOrder) && Number.isInteger(tableOrder)
    ? { totalOrder, tableOrder }
    : undefined;
}
