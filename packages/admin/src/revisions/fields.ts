/** A consumer field by field: what a person may write, each value by its JSON pointer. Secrets are only kinds. */
export type Fields = ReadonlyMap<string, unknown>;

/** The columns that a person may write. */
export const writableColumns = [
  "name",
  "conn_string",
  "data_source",
  "capture_schema",
  "capture_table",
  "topic",
  "group",
  "handler_func",
  "global_key",
  "is_valid",
  "configuration",
] as const;

/** What a row says of the kind of its connection string; its text is never in here. */
const connStringKinds: { readonly [mark: string]: string } = {
  "(encrypted)": "encrypted",
  "(reference)": "reference",
  "(clear)": "clear",
};

/** The writable columns of a kept row, with the connection string as its kind. Null for none. Pure. */
export function keptColumns(row: unknown): { readonly [column: string]: unknown } | null {
  if (typeof row !== "object" || row === null) return null;
  const columns = writableColumns.map((name) => [name, shownValue(name, Reflect.get(row, name))] as const);
  return Object.fromEntries(columns);
}

function shownValue(column: string, value: unknown): unknown {
  if (column !== "conn_string") return value ?? null;
  return typeof value === "string" && Object.hasOwn(connStringKinds, value)
    ? { kind: connStringKinds[value] }
    : null;
}

/** The fields of columns. Lists and columns are one field each; a configuration has one for each of its leaves. Pure. */
export function fieldsOf(columns: { readonly [column: string]: unknown } | null): Fields {
  const fields = new Map<string, unknown>();
  if (columns === null) return fields;
  for (const name of writableColumns) {
    if (name === "configuration") addLeaves(fields, "/configuration", columns[name]);
    else fields.set(`/${name}`, columns[name] ?? null);
  }
  return fields;
}

function addLeaves(fields: Map<string, unknown>, pointer: string, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    if (value !== undefined) fields.set(pointer, value);
    return;
  }
  for (const [name, inner] of Object.entries(value))
    addLeaves(fields, `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, inner);
}
