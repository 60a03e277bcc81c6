import type { Change, Operation, Row, TransactionPlace } from "../change.ts";
import type { RawRecord } from "../record.ts";
import { certainBefore } from "./before-row.ts";
import type { Codec, NotAChange, Undecodable } from "./codec.ts";
import { connectorOf, dataSourceOf, knownConnectors } from "./data-sources/known.ts";
import { isJsonObject, own } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import type { NumberMode } from "./json-scanner.ts";
import { readKeyChange } from "./key-change.ts";
import { PayloadCache } from "./payload-cache.ts";
import type { KnownSchema } from "./payload-cache.ts";
import { recordFamily } from "./record-family.ts";
import { ColumnMisfit, decodeRow, decodeRowOf } from "./row-decoder.ts";
import type { RowDecoder } from "./row-decoder.ts";
import { readSource } from "./source-block.ts";
import { NumberTextNeeded } from "./value-misfit.ts";

const operationNames: ReadonlyMap<JsonValue | undefined, Operation> = new Map([
  ["r", "snapshot"],
  ["c", "insert"],
  ["u", "update"],
  ["d", "delete"],
  ["t", "truncate"],
]);

const noColumns: RowDecoder = new Map();
const cache = new PayloadCache();

/** A key that was read: its columns as JSON, and their decoders. */
interface ReadKey {
  readonly raw: JsonObject;
  readonly columns: RowDecoder;
}

/**
 * Decodes change records in JSON, with schema or without, of the connectors for PostgreSQL, SQL Server, Oracle, MySQL and
 * MariaDB. With a schema the values have the types of the columns (int64 is always `bigint`); without one they are what
 * JSON says, with exact integers. Records of other connectors are named, and those of other formats as not decodable yet.
 */
export const debeziumJson: Codec = {
  name: "debezium-json",
  decode(record: RawRecord): Change | NotAChange | Undecodable {
    try {
      return decodeIn("plain", record);
    } catch (error) {
      return error instanceof NumberTextNeeded ? decodeAgain(record) : undecodable(error);
    }
  },
};

/** Reads the record once more, slower, because a decimal came as a number that a double has rounded. */
function decodeAgain(record: RawRecord): Change | NotAChange | Undecodable {
  try {
    return decodeIn("text", record);
  } catch (error) {
    return undecodable(error);
  }
}

/** A misfit names its column; anything else is a bug of ours, of which no detail may leak a value. */
function undecodable(error: unknown): Undecodable {
  const isMisfit = error instanceof ColumnMisfit;
  const detail = isMisfit ? error.message : "The record could not be decoded.";
  return { undecodable: "record.value_invalid", detail, ...(isMisfit ? { path: error.column } : {}) };
}

function decodeIn(mode: NumberMode, record: RawRecord): Change | NotAChange | Undecodable {
  if (record.value === null) return { notAChange: "tombstone" };
  if (isBinaryFormat(record)) return notYet("The value is binary (Avro or Protobuf), not JSON.");
  const read = cache.read(record.value, `${record.topic}/value`, mode);
  if ("fault" in read) return { undecodable: read.fault, detail: "The value could not be parsed as JSON." };
  const found = recordFamily(read.payload, read.schema?.name ?? "");
  switch (found.family) {
    case "meta":
      return { notAChange: found.kind };
    case "other_format":
      return notYet("The value is a flattened row or a CloudEvent, not an envelope.");
    case "unknown":
      return { undecodable: "record.not_a_change", detail: "The value has no `op` and `source`." };
    case "change":
      return decodeEnvelope(found.envelope, read.schema, record);
  }
}

/** Schema registries put a zero byte in front, or the schema's id into a header. */
function isBinaryFormat(record: RawRecord): boolean {
  if (record.value?.[0] === 0) return true;
  return record.headers.some(
    ({ name }) => name === "__value_schema_id" || name === "apicurio.value.globalId",
  );
}

function notYet(detail: string): Undecodable {
  return { undecodable: "record.format_not_yet", detail };
}

function decodeEnvelope(
  envelope: JsonObject,
  schema: KnownSchema | null,
  record: RawRecord,
): Change | Undecodable {
  const source = own(envelope, "source");
  const connector = isJsonObject(source) ? connectorOf(source) : null;
  if (!isJsonObject(source) || connector === null) {
    return { undecodable: "record.not_a_change", detail: "`source` does not name its connector." };
  }
  const dataSource = dataSourceOf(connector);
  if (dataSource === undefined) {
    const detail = `\`source.connector\` is none of ${knownConnectors.join(", ")}.`;
    return { undecodable: "record.data_source_unknown", detail };
  }
  const operation = operationNames.get(own(envelope, "op")) ?? "truncate";
  const columns = schema?.row ?? noColumns;
  const key = operation === "truncate" ? null : readKey(record, columns);
  const after = decodeRowOf(own(envelope, "after"), columns);
  if (after === null && (operation === "insert" || operation === "update" || operation === "snapshot")) {
    return { undecodable: "record.value_invalid", detail: "`after` is missing." };
  }
  return {
    operation,
    key: key === null ? null : decodeRow(key.raw, key.columns).row,
    before: dataSource.inventsBefore
      ? decodeBefore(own(envelope, "before"), record.key === null ? null : (key?.raw ?? {}), columns)
      : (decodeRowOf(own(envelope, "before"), columns)?.row ?? null),
    after: operation === "delete" || operation === "truncate" ? null : (after?.row ?? null),
    source: readSource(envelope, source, dataSource),
    coordinates: { topic: record.topic, partition: record.partition, offset: record.offset },
    unavailable: after?.unavailable ?? new Set(),
    ...readExtras(envelope, record),
  };
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

function decodeBefore(raw: JsonValue | undefined, key: JsonObject | null, columns: RowDecoder): Row | null {
  return isJsonObject(raw) ? decodeRow(certainBefore(raw, key, columns), columns).row : null;
}

/**
 * The record key as columns, or null when there is none or it is no struct (a text key, say). A key without a
 * schema takes the types of the row's columns.
 */
function readKey(record: RawRecord, row: RowDecoder): ReadKey | null {
  if (record.key === null || record.key[0] === 0) return null;
  const read = cache.read(record.key, `${record.topic}/key`);
  if ("fault" in read || !isJsonObject(read.payload)) return null;
  return { raw: read.payload, columns: read.schema === null ? row : read.schema.struct };
}
