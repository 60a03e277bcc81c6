import type { RawRecord } from "../record.ts";
import { textField } from "./data-sources/source-fields.ts";
import { isJsonObject, own, setOwn } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";

const utf8 = new TextDecoder();

/** Fields of `source` by their attribute, whose names have no separators. */
const sameNames = [
  "connector",
  "name",
  "snapshot",
  "db",
  "schema",
  "table",
  "sequence",
  "lsn",
  "gtid",
  "file",
];
const sourceFields: ReadonlyMap<string, string> = new Map([
  ...[...sameNames, "pos", "row", "scn", "ssn"].map((name) => [name, name] as const),
  ["tsms", "ts_ms"],
  ["txid", "txId"],
  ["serverid", "server_id"],
  ["commitscn", "commit_scn"],
  ["rsid", "rs_id"],
  ["commitlsn", "commit_lsn"],
  ["changelsn", "change_lsn"],
  ["eventserialno", "event_serial_no"],
]);

/** A CloudEvent's data with everything else about it. */
export interface CloudEvent {
  /** What `data` holds: an envelope's rows, with the rest of the envelope rebuilt from the attributes. */
  readonly envelope: JsonObject;
  /** The JSON of the data's schema; null without one. */
  readonly schema: JsonValue;
}

/**
 * Reads a CloudEvent of Debezium's converter, structured (attributes beside `data`) or binary (attributes in headers
 * `ce_…`). Null when the record is none. Without Debezium's extension attributes the operation is lost: null.
 */
export function readCloudEvent(payload: JsonObject, record: RawRecord): CloudEvent | null {
  const attributes = isStructured(payload) ? payload : headerAttributes(record);
  if (attributes === null) return null;
  const data = isStructured(payload) ? (own(payload, "data") ?? null) : payload;
  const isWrapped = isJsonObject(data) && Object.hasOwn(data, "payload") && Object.hasOwn(data, "schema");
  const rows = isWrapped ? own(data, "payload") : data;
  if (!isJsonObject(rows)) return null;
  return {
    envelope: envelopeOf(rows, attributes),
    schema: isWrapped ? (own(data, "schema") ?? null) : null,
  };
}

function isStructured(payload: JsonObject): boolean {
  return typeof own(payload, "specversion") === "string" && typeof own(payload, "type") === "string";
}

function headerAttributes({ headers }: RawRecord): JsonObject | null {
  if (!headers.some(({ name }) => name === "ce_specversion")) return null;
  const attributes: { [name: string]: JsonValue } = {};
  for (const { name, value } of headers) {
    if (name.startsWith("ce_")) setOwn(attributes, name.slice(3), value === null ? null : utf8.decode(value));
  }
  return attributes;
}

/** `type` names the connector even when the extension attributes are switched off. */
const typeName = /^io\.debezium\.connector\.(\w+)\.DataChangeEvent$/;

function envelopeOf(rows: JsonObject, attributes: JsonObject): JsonObject {
  const connector = typeName.exec(textField(attributes, "type") ?? "")?.[1];
  const source: { [name: string]: JsonValue } = connector === undefined ? {} : { connector };
  for (const [name, value] of Object.entries(attributes)) {
    const short = name.startsWith("iodebezium") ? name.slice("iodebezium".length).toLowerCase() : "";
    const field = sourceFields.get(short);
    if (field !== undefined) setOwn(source, field, value);
  }
  return {
    before: own(rows, "before") ?? null,
    after: own(rows, "after") ?? null,
    op: own(attributes, "iodebeziumop") ?? null,
    source,
    transaction: transactionOf(attributes),
  };
}

function transactionOf(attributes: JsonObject): JsonObject | null {
  const id = own(attributes, "iodebeziumtxid");
  const total_order = own(attributes, "iodebeziumtxtotalorder");
  if (typeof id !== "string" || total_order === undefined || total_order === null) return null;
  const data_collection_order = own(attributes, "iodebeziumtxdatacollectionorder") ?? null;
  return { id, total_order, data_collection_order };
}
