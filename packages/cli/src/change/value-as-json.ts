import type { ColumnValue, Decimal, Row } from "@gluttony/sdk";

/** A row as plain JSON. */
export function rowAsJson(row: Partial<Row> | null): unknown {
  return row === null
    ? null
    : Object.fromEntries(Object.entries(row).map(([name, value]) => [name, valueAsJson(value ?? null)]));
}

/**
 * A value as plain JSON, without loss: an integer that JSON would round and every decimal is text, bytes are base64, what JSON
 * has no number for is `"NaN"`, `"Infinity"` or `"-Infinity"`.
 */
export function valueAsJson(value: ColumnValue): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (isList(value)) return value.map(valueAsJson);
  return isDecimal(value) ? value.toString() : rowAsJson(value);
}

function isDecimal(value: Decimal | { readonly [name: string]: ColumnValue }): value is Decimal {
  return typeof value["unscaled"] === "bigint" && typeof value["scale"] === "number";
}

function isList(value: object): value is readonly ColumnValue[] {
  return Array.isArray(value);
}
