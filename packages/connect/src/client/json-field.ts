/** What JSON holds under a name; nothing of a prototype is ever answered. */
export interface JsonFields {
  readonly [name: string]: unknown;
}

/** The value as an object, or null when it is none. Pure. */
export function objectOf(json: unknown): JsonFields | null {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonFields) : null;
}

/** The member of an object, or undefined. Pure. */
export function fieldOf(json: unknown, name: string): unknown {
  const fields = objectOf(json);
  return fields !== null && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The member when it is a text, or null. Pure. */
export function textOf(json: unknown, name: string): string | null {
  const value = fieldOf(json, name);
  return typeof value === "string" ? value : null;
}

/** The member when it is a list, or an empty one. Pure. */
export function listOf(json: unknown, name: string): readonly unknown[] {
  const value = fieldOf(json, name);
  return Array.isArray(value) ? value : [];
}

/** Every member that is a text; others are left out. Pure. */
export function textsOf(json: unknown): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(objectOf(json) ?? {}).filter((entry): entry is [string, string] => {
      return typeof entry[1] === "string";
    }),
  );
}
