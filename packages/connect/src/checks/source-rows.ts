/** One row of an answer; drivers differ in the case of names, so they are in small letters. */
export type SourceRow = ReadonlyMap<string, unknown>;

/** An open connection to a source, for reading statements only. */
export interface SourceRows {
  rows(statement: string, values?: readonly (string | number)[]): Promise<readonly SourceRow[]>;
}

/** Rows, or why they could not be read; mostly because the login may not. */
export type MaybeRows = { readonly rows: readonly SourceRow[] } | { readonly refused: string };

/** Reads without failing: what one statement may not see must not hide what the others do. */
export async function tryRows(
  source: SourceRows,
  statement: string,
  values: readonly (string | number)[] = [],
): Promise<MaybeRows> {
  try {
    return { rows: await source.rows(statement, values) };
  } catch (error) {
    return { refused: reasonOf(error) };
  }
}

/** A row of an object as drivers answer it. Pure. */
export function sourceRow(row: object): SourceRow {
  return new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The member as text; empty when it is null or not there. Pure. */
export function textIn(row: SourceRow | undefined, name: string): string {
  const value = row?.get(name);
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
    ? String(value)
    : "";
}

/** The member as a number; null when it is none. Pure. */
export function numberIn(row: SourceRow | undefined, name: string): number | null {
  const text = textIn(row, name);
  const value = Number(text);
  return text === "" || Number.isNaN(value) ? null : value;
}

/** Only the driver's code: its messages can quote values. */
function reasonOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "unknown";
  const code = "code" in error ? error.code : "number" in error ? error.number : undefined;
  const text = typeof code === "string" || typeof code === "number" ? String(code) : "";
  return /^[A-Za-z0-9_-]{1,40}$/.test(text) ? text : "unknown";
}
