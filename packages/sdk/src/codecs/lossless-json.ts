import { JSON_DEPTH_MAX, JsonRefusal, JsonScanner } from "./json-scanner.ts";
import type { JsonFault, NumberMode } from "./json-scanner.ts";
import type { JsonValue } from "./json-value.ts";
import { isTooDeep, isTooWide } from "./json-shape.ts";
import { protectLongIntegers, restoreLongIntegers } from "./long-integers.ts";

/** What came of a text: its value, or the code that says why there is none. */
export type ParsedJson = { readonly value: JsonValue } | { readonly fault: JsonFault };

/** The longest text that is parsed at all, in bytes: the greatest `delivery.recordBytesMax` that a consumer may set. */
export const JSON_BYTES_MAX: number = 64 * 1024 * 1024;

/** A byte-order mark stays, and is no JSON. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Parses JSON without loss and never throws: integers beyond 2^53 become `bigint`, a name that repeats keeps its last
 * value, and `__proto__` is a name like any other. Refused before anything is made of them are more than
 * {@link JSON_BYTES_MAX}, bytes that are no UTF-8, more than `depthMax` levels, and more values than any row has.
 * A byte-order mark is no JSON.
 */
export function parseJson(
  input: string | Uint8Array,
  mode: NumberMode = "plain",
  depthMax: number = JSON_DEPTH_MAX,
): ParsedJson {
  try {
    const text = typeof input === "string" ? limited(input) : jsonText(input);
    if (isTooDeep(text, depthMax)) throw new JsonRefusal("record.too_deep");
    if (isTooWide(text)) throw new JsonRefusal("record.too_wide");
    return {
      value: mode === "plain" ? parseFast(text, depthMax) : new JsonScanner(text, mode, depthMax).document(),
    };
  } catch (error) {
    return { fault: error instanceof JsonRefusal ? error.fault : "record.not_json" };
  }
}

function limited(text: string): string {
  if (text.length > JSON_BYTES_MAX) throw new JsonRefusal("record.too_large");
  return text;
}

/** The text of bytes that should be JSON. Throws {@link JsonRefusal} for too many of them, and for what is no UTF-8. */
export function jsonText(bytes: Uint8Array): string {
  if (bytes.length > JSON_BYTES_MAX) throw new JsonRefusal("record.too_large");
  try {
    return utf8.decode(bytes);
  } catch {
    throw new JsonRefusal("record.not_utf8");
  }
}

/** `JSON.parse` is several times faster than any scanner in JavaScript, so it is used wherever it is exact. */
function parseFast(text: string, depthMax: number): JsonValue {
  const protectedText = protectLongIntegers(text);
  if (protectedText === null) return new JsonScanner(text, "plain", depthMax).document();
  const value = JSON.parse(protectedText) as JsonValue;
  return protectedText === text ? value : restoreLongIntegers(value);
}
