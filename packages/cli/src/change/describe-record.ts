import type { Change, ColumnValue, Decimal, Operation, Row } from "@gluttony/sdk";
import { decodeJson } from "@gluttony/sdk/codecs";
import type { RawRecord } from "@gluttony/sdk/codecs";

/** What `gluttony change decode` prints for one record. */
export type DescribedRecord =
  | { readonly family: string; readonly [field: string]: unknown }
  | { readonly failure: { readonly code: string; readonly path: string; readonly detail: string } };

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
export function describeRecord(record: RawRecord): DescribedRecord {
  const { format: codec, decoded } = decodeJson(record);
  if ("undecodable" in decoded) {
    const { undecodable, detail, path = "" } = decoded;
    return { failure: { code: undecodable, path, detail } };
  }
  return "notAChange" in decoded ? { family: decoded.notAChange, codec } : describeChange(decoded, codec);
}

function describeChange(change: Change, codec: string): DescribedRecord {
  const { source, keyChange, transactionPlace } = change;
  const { database, schema, table, position, transactionId } = source;
  return {
    family: "change",
    codec,
    op: letters[change.operation],
    connector: source.connector,
    table: [database, schema, table].filter((part) => part !== null && part !== "").join("."),
    key: rowAsJson(change.key),
    before: rowAsJson(change.before),
    after: rowAsJson(change.after),
    unavailable: [...change.unavailable],
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
