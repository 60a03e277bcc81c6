/** A parsed JSON value. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A parsed JSON object. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}
