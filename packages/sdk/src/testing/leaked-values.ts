import type { Change, ColumnValue, Row } from "../change.ts";

/** Shorter values are found in any text by chance. */
const leakLengthMin = 4;

/** Whether a text holds a value of the change's rows or key. */
export function holdsValueOf(text: string, change: Change): boolean {
  return [change.before, change.after, change.key].flatMap(textsOf).some((value) => text.includes(value));
}

function textsOf(row: Partial<Row> | null): readonly string[] {
  return Object.values(row ?? {})
    .map((value: ColumnValue | undefined) => (typeof value === "object" ? "" : String(value ?? "")))
    .filter((text) => text.length >= leakLengthMin);
}
