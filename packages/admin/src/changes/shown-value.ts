import type { ColumnValue, Decimal, Row } from "@gluttony/sdk";

/**
 * What is told of every value, masked or not. Whether a number is whole, or how large, is not told: it depends on the value and
 * not on the column.
 */
export type ValueType = "text" | "number" | "decimal" | "boolean" | "bytes" | "list" | "object";

/** A value as JSON that loses nothing: whole numbers and decimals are text, bytes are base64. */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };

/** The type of a value; null for a null. Pure. */
export function typeOf(value: ColumnValue): ValueType | null {
  if (value === null) return null;
  switch (typeof value) {
    case "boolean":
      return "boolean";
    case "bigint":
    case "number":
      return "number";
    case "string":
      return "text";
    case "object":
      break;
  }
  if (value instanceof Uint8Array) return "bytes";
  if (isList(value)) return "list";
  return isDecimal(value) ? "decimal" : "object";
}

/** The value itself, for those who may see it. Pure. */
export function plainOf(value: ColumnValue): PlainValue {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number")
    return Number.isFinite(value) && !Number.isInteger(value) ? value : wholeText(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (isList(value)) return value.map(plainOf);
  return isDecimal(value) ? value.toString() : plainRow(value);
}

/** One text for equal values, whatever they are. Pure. */
export function comparedText(value: ColumnValue): string {
  return `${typeOf(value) ?? "null"}:${JSON.stringify(plainOf(value))}`;
}

// A double beyond what numbers hold exactly is written out, not as a power of ten.
function wholeText(value: number): string {
  return Number.isInteger(value) ? String(BigInt(value)) : String(value);
}

function plainRow(row: Row): { readonly [name: string]: PlainValue } {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainOf(value ?? null)]));
}

function isDecimal(value: Decimal | { readonly [name: string]: ColumnValue }): value is Decimal {
  return typeof value["unscaled"] === "bigint" && typeof value["scale"] === "number";
}

function isList(value: object): value is readonly ColumnValue[] {
  return Array.isArray(value);
}
