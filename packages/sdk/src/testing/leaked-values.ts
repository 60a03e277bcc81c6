import type { Change, ColumnValue, Row } from "../change.ts";

/** Shorter values are found in any text by chance: years, counts and status codes stand in harmless lines, too. */
const textLengthMin = 4;
const digitsMin = 6;

/** Whether a text holds a value of the change's rows or key. Yes and no, and short values, are never taken for one. */
export function holdsValueOf(text: string, change: Change): boolean {
  return [change.before, change.after, change.key]
    .flatMap(tellingTexts)
    .some((value) => text.includes(value));
}

function tellingTexts(row: Partial<Row> | null): readonly string[] {
  return Object.values(row ?? {}).flatMap((value) => textsOf(value));
}

function textsOf(value: ColumnValue | undefined): readonly string[] {
  switch (typeof value) {
    case "string":
      return value.length >= textLengthMin ? [value, inJson(value)] : [];
    case "number":
    case "bigint":
      return String(value).length >= digitsMin ? [String(value)] : [];
    case "object":
      return membersOf(value).flatMap((member) => textsOf(member));
    default:
      return [];
  }
}

/** What is inside of arrays and structs; bytes and decimals are told in too many ways to look for. */
function membersOf(value: object | null): readonly ColumnValue[] {
  if (value === null || value instanceof Uint8Array || "unscaled" in value) return [];
  return Object.values(value);
}

/** As the value stands in a log that is JSON: quotes and line ends are escaped there. */
function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
