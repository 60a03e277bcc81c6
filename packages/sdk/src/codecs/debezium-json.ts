import type { RawRecord } from "../record.ts";
import { readCloudEvent } from "./cloud-event.ts";
import type { Codec, Decoded, Undecodable } from "./codec.ts";
import { decodeEnvelope, operationOf } from "./envelope.ts";
import type { DecodingOf, ReadEnvelope, ReadKey } from "./envelope.ts";
import { compileDecoding, plainDecoding } from "./decoding.ts";
import type { Decoding, DecodingOptions } from "./decoding.ts";
import { decodeFlattened, decodeTombstone, isFlattened, isRowOfKey, sourceOf } from "./flattened-row.ts";
import { isJsonObject, own } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import type { NumberMode } from "./json-scanner.ts";
import { knownSchema, PayloadCache } from "./payload-cache.ts";
import type { KnownSchema } from "./payload-cache.ts";
import { recordFamily } from "./record-family.ts";
import { ColumnMisfit } from "./row-decoder.ts";
import type { RowDecoder } from "./row-decoder.ts";
import { NumberTextNeeded } from "./value-misfit.ts";
import { whyUnreadable } from "./why-unreadable.ts";

const values = new PayloadCache();
const keys = new PayloadCache();

/** A payload in JSON as it is written; null where only the whole parser can tell what it is. */
export function payloadBytes(record: RawRecord): PayloadBytes | null {
  const { value, topic } = record;
  if (value === null || isBinaryFormat(record)) return null;
  const buffer = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const known = values.split(buffer, topic);
  if (known !== null) return known;
  return buffer.subarray(0, wrapper.length).equals(wrapper) ? null : { schema: null, bytes: buffer };
}

/** The JSON converter's wrapper, whose schema is not known yet. */
const wrapper = Buffer.from('{"schema"');

/** What {@link payloadBytes} answers. */
export interface PayloadBytes {
  readonly schema: KnownSchema | null;
  readonly bytes: Buffer;
}

/** Which of the formats in JSON a record has. */
export type JsonFormat = "debezium-json" | "debezium-json-flattened" | "cloudevents-json";

/**
 * Decodes change records in JSON, with schema or without: Debezium's envelopes, flattened rows and CloudEvents, of the
 * connectors for PostgreSQL, SQL Server, Oracle, MySQL and MariaDB. With a schema the values have the types of the columns
 * (int64 is always `bigint`); without one they are what JSON says, with exact integers. Records of other connectors are
 * named, and those of binary formats, which `RecordCodec` decodes, too.
 */
export const debeziumJson: Codec = { name: "debezium-json", decode: (record) => decodeJson(record).decoded };

/** The same codec with what is known of the records beside them: the columns of tables, modes, tombstones. */
export function debeziumJsonWith(options: DecodingOptions): Codec {
  const decoding = compileDecoding(options);
  return { name: debeziumJson.name, decode: (record) => decodeJson(record, decoding).decoded };
}

/** Decodes a record and says in which format it was found to be. Never throws. */
export function decodeJson(record: RawRecord, decoding: Decoding = plainDecoding): FoundInJson {
  try {
    return decodeIn("plain", { record, decoding });
  } catch (error) {
    if (!(error instanceof NumberTextNeeded)) return inEnvelope(undecodableOf(error));
    return decodeAgain({ record, decoding });
  }
}

/** What came of a record, and the format that it was found to have. */
export interface FoundInJson {
  readonly format: JsonFormat;
  readonly decoded: Decoded;
  /** What a record says that is no change of a row; left out for any other. */
  readonly content?: JsonObject;
}

/** Reads the record once more, slower, because a decimal came as a number that a double has rounded. */
function decodeAgain(of: DecodingOf): FoundInJson {
  try {
    return decodeIn("text", of);
  } catch (error) {
    return inEnvelope(undecodableOf(error));
  }
}

/** A misfit names its column; anything else is a bug of ours, of which no detail may leak a value. */
export function undecodableOf(error: unknown): Undecodable {
  const isMisfit = error instanceof ColumnMisfit;
  const detail = isMisfit ? error.message : "The record could not be decoded.";
  return { undecodable: "record.value_invalid", detail, ...(isMisfit ? { path: error.column } : {}) };
}

function decodeIn(mode: NumberMode, of: DecodingOf): FoundInJson {
  const { record } = of;
  if (record.value === null) return inEnvelope(tombstoneOf(of));
  if (isBinaryFormat(record)) return inEnvelope(binaryNotYet);
  const read = values.read(record.value, record.topic, mode);
  if ("fault" in read) {
    return inEnvelope({ undecodable: read.fault, detail: whyUnreadable(record.value, read.fault) });
  }
  const { payload, schema } = read;
  return decodePayload({ payload, schema, keyOf: (row) => readKey(record, row, mode) }, of);
}

/** A payload, whatever it was written as, in the form of JSON. */
export interface PayloadToDecode {
  readonly payload: JsonValue;
  readonly schema: KnownSchema | null;
  /** Reads the record's key, whose columns have the row's types where the key has no schema of its own. */
  readonly keyOf: (row: RowDecoder) => ReadKey | null;
}

/** What a payload says: the change in it, or why there is none. Throws what decoders throw. */
export function decodePayload(read: PayloadToDecode, of: DecodingOf): FoundInJson {
  const { payload, schema } = read;
  const found = recordFamily(payload, schema?.name ?? "");
  if (found.family === "meta") {
    if (found.kind === "tombstone" || !isJsonObject(payload)) return inEnvelope(tombstoneOf(of));
    return { ...inEnvelope({ notAChange: found.kind }), content: payload };
  }
  if (found.family === "change") {
    const columns = { ofSchema: schema?.row ?? null, keyOf: read.keyOf };
    return inEnvelope(decodeEnvelope(envelopeOf(found.envelope, columns, of.decoding), of));
  }
  return (isJsonObject(payload) ? decodeOther(payload, read, of) : null) ?? inEnvelope(notAChange);
}

function tombstoneOf(of: DecodingOf): Decoded {
  const { record, decoding } = of;
  const asDelete = decoding.takesTombstones
    ? decodeTombstone(readKey(record, decoding.columnsOf(sourceOf({}, record)), "text"), of)
    : null;
  return asDelete ?? { notAChange: "tombstone" };
}

/** The formats that are no envelope; null when it is neither. */
function decodeOther(payload: JsonObject, read: PayloadToDecode, of: DecodingOf): FoundInJson | null {
  const { schema, keyOf } = read;
  const { record, decoding } = of;
  const event = readCloudEvent(payload, record);
  if (event !== null) {
    if (operationOf(own(event.envelope, "op")) === undefined)
      return { format: "cloudevents-json", decoded: operationLost };
    const columns = { ofSchema: event.schema === null ? null : knownSchema(event.schema).row, keyOf };
    const decoded = decodeEnvelope(envelopeOf(event.envelope, columns, decoding), of);
    return { format: "cloudevents-json", decoded };
  }
  const columns = schema?.struct ?? decoding.columnsOf(sourceOf(payload, record));
  const key = keyOf(columns);
  const isRow =
    isFlattened(payload, schema?.name ?? "", record) ||
    isRowOfKey(payload, key?.raw ?? null) ||
    (schema === null && isDeclared(payload, columns));
  if (!isRow) return null;
  const row = { columns, hasSchema: schema !== null, key };
  return { format: "debezium-json-flattened", decoded: decodeFlattened(payload, row, of) };
}

/** Whether every member is a column that was declared, so that somebody said what the record is. */
function isDeclared(payload: JsonObject, columns: RowDecoder): boolean {
  const names = Object.keys(payload);
  return names.length > 0 && names.every((name) => columns.has(name));
}

/** An envelope with its columns: those of the record's schema, or else those that were declared for its table. */
function envelopeOf(
  envelope: JsonObject,
  { ofSchema, keyOf }: Pick<PayloadToDecode, "keyOf"> & { readonly ofSchema: RowDecoder | null },
  decoding: Decoding,
): ReadEnvelope {
  const operation = operationOf(own(envelope, "op")) ?? "truncate";
  const source = own(envelope, "source");
  const columns = ofSchema ?? decoding.columnsOf(isJsonObject(source) ? source : {});
  const key = operation === "truncate" ? null : keyOf(columns);
  return { operation, envelope, columns, hasSchema: ofSchema !== null, key };
}

/**
 * The record key as columns, or null when there is none or it is no struct (a text key, say). A key without a
 * schema takes the types of the row's columns.
 */
export function readKey(record: RawRecord, row: RowDecoder, mode: NumberMode): ReadKey | null {
  if (record.key === null || record.key[0] === 0) return null;
  const read = keys.read(record.key, record.topic, mode);
  if ("fault" in read || !isJsonObject(read.payload)) return null;
  return { raw: read.payload, columns: read.schema === null ? row : read.schema.struct };
}

/** Schema registries put a zero byte in front, or the schema's id into a header. */
function isBinaryFormat(record: RawRecord): boolean {
  if (record.value?.[0] === 0) return true;
  return record.headers.some(
    ({ name }) => name === "__value_schema_id" || name === "apicurio.value.globalId",
  );
}

function inEnvelope(decoded: Decoded): FoundInJson {
  return { format: "debezium-json", decoded };
}

const binaryNotYet: Undecodable = {
  undecodable: "record.format_not_yet",
  detail: "The value is binary (Avro or Protobuf), not JSON.",
};
const notAChange: Undecodable = {
  undecodable: "record.not_a_change",
  detail: "The value has no `op` and `source`, and does not hold the columns of its key.",
};
const operationLost: Undecodable = {
  undecodable: "record.not_a_change",
  detail: "The CloudEvent has no `iodebeziumop`: its converter must write the extension attributes.",
};
