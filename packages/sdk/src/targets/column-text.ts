import type { ColumnValue, Row } from "../change.ts";

/** A column as trimmed text; null when it is absent, null, empty or not a plain value. */
export function columnText(row: Row, column: string): string | null {
  const text = textOf(Object.hasOwn(row, column) ? row[column] : null)?.trim();
  return text === undefined || text === "" ? null : text;
}

function textOf(value: ColumnValue | undefined): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return null;
}
