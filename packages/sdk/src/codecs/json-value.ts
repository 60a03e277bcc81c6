/**
 * The exact text of a number, which only {@link parseJson} in its mode `text` gives, for numbers that a double
 * would round: `12.50` keeps its zero and a decimal of 38 digits keeps them all.
 */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A parsed JSON value without loss: an integer beyond 2^53 is a `bigint`. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | NumberText
  | readonly JsonValue[]
  | JsonObject;

/** A parsed JSON object; each property is its own, also one named `__proto__`. */
export type JsonObject = { readonly [name: string]: JsonValue };

/** Whether a value is a JSON object, not an array, not null. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NumberText)
  );
}

/** Whether a value is a JSON array. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Reads an own property, so that no name reaches the prototype. */
export function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Sets an own property whatever its name; a plain assignment to `__proto__` would change the prototype. */
export function setOwn<V>(object: { [name: string]: V }, name: string, value: V): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}
