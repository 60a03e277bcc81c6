import type { Change, ColumnValue, Decimal, Operation, Row } from "@gluttony/sdk";
import { RecordCodec, schemasNamedBy } from "@gluttony/sdk/codecs";
import type { Decoding, FoundRecord, RawRecord, WriterSchema } from "@gluttony/sdk/codecs";
import type { SchemaSource } from "./schema-source.ts";

/** What `gluttony change decode` prints for one record. */
export type DescribedRecord =
  | { readonly family: string; readonly [field: string]: unknown }
  | {
      readonly failure: { readonly code: string; readonly path: string; readonly detail: string };
      readonly [field: string]: unknown;
    };

/** What records are described with. */
export interface DescribeMeans {
  readonly source: SchemaSource;
  readonly decoding: Decoding;
}

/** Finds the schemas that a record names and describes it with them. */
export async function describeWith(
  record: RawRecord,
  { source, decoding }: DescribeMeans,
): Promise<DescribedRecord> {
  const named = schemasNamedBy(record);
  const schemas = new Map<string, WriterSchema>();
  for (const { ref, isNeeded } of named) {
    const found = await source.find(ref);
    if ("schema" in found) schemas.set(ref, found.schema);
    else if (isNeeded)
      return { failure: { code: found.failure.code, path: "", detail: found.failure.message } };
  }
  return describeRecord(record, new RecordCodec(schemas, "auto", decoding));
}

const letters: { readonly [operation in Operation]: string } = {
  snapshot: "r",
  insert: "c",
  update: "u",
  upsert: "upsert",
  delete: "d",
  truncate: "t",
};

/**
 * Decodes one record by the code that a cell uses, as plain JSON: an integer that JSON would round and every decimal is
 * text, bytes are base64, what JSON has no number for is `"NaN"`, `"Infinity"` or `"-Infinity"`.
 */
export function describeRecord(record: RawRecord, codec: RecordCodec = jsonOnly): DescribedRecord {
  const found = codec.find(record);
  const { decoded } = found;
  const written = writtenAs(found);
  if ("undecodable" in decoded) {
    const { undecodable, detail, path = "" } = decoded;
    return { failure: { code: undecodable, path, detail }, ...(found.schema === undefined ? {} : written) };
  }
  return "notAChange" in decoded
    ? { family: decoded.notAChange, ...written }
    : { family: "change", ...written, ...describeChange(decoded) };
}

const jsonOnly = new RecordCodec(new Map());

/** What the record was found to be, and the schema and the framing that it names. */
function writtenAs({ format, schema }: FoundRecord): { readonly [field: string]: string } {
  return schema === undefined
    ? { codec: format }
    : { codec: format, writerSchema: schema.ref, framing: schema.layout };
}

/** A change as plain JSON, likewise. It holds the row's values. */
export function describeChange(change: Change): { readonly [field: string]: unknown } {
  const { source, keyChange, transactionPlace } = change;
  const { database, schema, table, position, transactionId } = source;
  return {
    op: letters[change.operation],
    connector: source.connector,
    table: [database, schema, table].filter((part) => part !== null && part !== "").join("."),
    key: rowAsJson(change.key),
    before: rowAsJson(change.before),
    after: rowAsJson(change.after),
    unavailable: [...change.unavailable],
    ...(change.doubtful === undefined ? {} : { doubtful: [...change.doubtful] }),
    position: position === null ? null : { kind: position.kind, parts: position.parts.map(String) },
    snapshot: source.snapshot ?? null,
    transaction: transactionId === null ? null : { id: transactionId, ...transactionPlace },
    committedAtMs: source.committedAtMs,
    ...(keyChange === undefined
      ? {}
      : { keyChange: { role: keyChange.role, otherKey: rowAsJson(keyChange.otherKey) } }),
  };
}

function rowAsJson(row: Partial<Row> | null): unknown {
  return row === null
    ? null
    : Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asJson(value ?? null)]));
}

function asJson(value: ColumnValue): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (isList(value)) return value.map(asJson);
  return isDecimal(value) ? value.toString() : rowAsJson(value);
}

function isDecimal(value: Decimal | { readonly [name: string]: ColumnValue }): value is Decimal {
  return typeof value["unscaled"] === "bigint" && typeof value["scale"] === "number";
}

function isList(value: object): value is readonly ColumnValue[] {
  return Array.isArray(value);
}
