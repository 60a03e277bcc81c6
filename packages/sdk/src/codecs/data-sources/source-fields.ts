import { isJsonObject } from "../json-value.ts";
import type { JsonObject, JsonValue } from "../json-value.ts";

/** A field of a fixed name, which no prototype has; so it need not be asked whether the object has it. */
export function field(object: JsonObject, name: string): JsonValue | undefined {
  return object[name];
}

/** A field of a fixed name that should be text; anything else is null. */
export function textField(object: JsonObject, name: string): string | null {
  const value = object[name];
  return typeof value === "string" ? value : null;
}

/** A field of a fixed name that should be a whole number, printed as a number or as text of at most 20 digits; anything else is null. */
export function integerField(object: JsonObject, name: string): bigint | null {
  return integerOrNull(object[name]);
}

/** A whole number, or its digits as text; anything else is null. */
export function integerOrNull(value: JsonValue | undefined): bigint | null {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === "string" && /^\d{1,20}$/.test(value) ? BigInt(value) : null;
}

/** The `id` of the envelope's `transaction` block; null without one. */
export function transactionBlockId(envelope: JsonObject): string | null {
  const block = field(envelope, "transaction");
  return isJsonObject(block) ? textField(block, "id") : null;
}

/** A field of a fixed name as a time in milliseconds, whether a number or digits; null for anything else. */
export function millisField(object: JsonObject, name: string): number | null {
  const value = object[name];
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  const integer = integerOrNull(value);
  return integer === null ? null : Number(integer);
}
