import { isJsonArray, isJsonObject } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";

/** Debezium's default `unavailable.value.placeholder`: it stands where a large value did not change. */
const PLACEHOLDER = "__debezium_unavailable_value";
const bytes = Buffer.from(PLACEHOLDER);

/** The placeholder as text, as bytes under each `binary.handling.mode`, and as the only entry of an hstore. */
const texts: ReadonlySet<string> = new Set([
  PLACEHOLDER,
  bytes.toString("base64"),
  bytes.toString("base64url"),
  bytes.toString("hex"),
  JSON.stringify({ [PLACEHOLDER]: PLACEHOLDER }),
]);
/** Looked at first: to look a long text up, its whole length is hashed. */
const lengths: ReadonlySet<number> = new Set([...texts].map((text) => text.length));
/** The name-based UUID of the placeholder, alone in an array of UUIDs. */
const placeholderUuid = "b68a35a7-17ad-35b3-af2a-ae46edb4545a";

/**
 * Whether a raw value says "not in the log". Numeric, boolean and timestamp arrays, `numeric` and `varbit` come as
 * null instead (Debezium 3.6), which cannot be told from a null that is data: for them replica identity FULL is
 * the only remedy.
 */
export function isUnavailable(raw: JsonValue): boolean {
  if (typeof raw === "string") return lengths.has(raw.length) && texts.has(raw);
  if (isJsonArray(raw)) return isUnavailableArray(raw);
  return isJsonObject(raw) && isUnavailableMap(raw);
}

function isUnavailableArray(raw: readonly JsonValue[]): boolean {
  const [first] = raw;
  if (raw.length === 1 && typeof first === "string") return first === placeholderUuid || texts.has(first);
  // Arrays of numbers and dates hold the placeholder's characters as numbers.
  return raw.length === bytes.length && raw.every((item, index) => item === bytes[index]);
}

function isUnavailableMap(raw: { readonly [name: string]: JsonValue }): boolean {
  const entries = Object.entries(raw);
  return entries.length === 1 && entries[0]?.[0] === PLACEHOLDER && entries[0][1] === PLACEHOLDER;
}
