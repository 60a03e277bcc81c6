/** An object of an API answer, read field by field. */
export interface Fields {
  readonly [name: string]: unknown;
}

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value));
}

/** The items of a list answer. */
export function itemsOf(body: unknown): readonly Fields[] {
  const items = fieldsOf(body)["items"];
  return Array.isArray(items) ? items.map(fieldsOf) : [];
}

/** A value in one table cell. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}
