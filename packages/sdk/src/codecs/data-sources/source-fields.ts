import { isJsonObject, own } from "../json-value.ts";
import type { JsonObject, JsonValue } from "../json-value.ts";

/** A field that should be text; anything else is null. */
export function textField(object: JsonObject, name: string): string | null {
  const value = own(object, name);
  return typeof value === "string" ? value : null;
}

/** A field that should be a whole number, printed as a number or as text of at most 20 digits; anything else is null. */
export function integerField(object: JsonObject, name: string): bigint | null {
  return integerOrNull(own(object, name));
}

/** A whole number, or its digits as text; anything else is null. */
export function integerOrNull(value: JsonValue | undefined): bigint | null {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === "string" && /^\d{1,20}$/.test(value) ? BigInt(value) : null;
}

/** The `id` of the envelope's `transaction` block; null without one. */
export function transactionBlockId(envelope: JsonObject): string | null {
  const block = own(envelope, "transaction");
  return isJsonObject(block) ? textField(block, "id") : null;
}
