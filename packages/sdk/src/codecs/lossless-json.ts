import { JSON_DEPTH_MAX, JsonRefusal, JsonScanner } from "./json-scanner.ts";
import type { JsonFault, NumberMode } from "./json-scanner.ts";
import type { JsonValue } from "./json-value.ts";
import { protectLongIntegers, restoreLongIntegers } from "./long-integers.ts";

/** What came of a text: its value, or the code that says why there is none. */
export type ParsedJson = { readonly value: JsonValue } | { readonly fault: JsonFault };

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Parses JSON without loss and never throws: integers beyond 2^53 become `bigint`, a name that repeats keeps its
 * last value, `__proto__` is a name like any other, and more than {@link JSON_DEPTH_MAX} levels are refused.
 */
export function parseJson(input: string | Uint8Array, mode: NumberMode = "plain"): ParsedJson {
  try {
    const text = typeof input === "string" ? input : utf8.decode(input);
    return { value: mode === "plain" ? parseFast(text) : new JsonScanner(text, mode).document() };
  } catch (error) {
    return { fault: error instanceof JsonRefusal ? error.fault : "record.not_json" };
  }
}

/** `JSON.parse` is several times faster than any scanner in JavaScript, so it is used wherever it is exact. */
function parseFast(text: string): JsonValue {
  if (isTooDeep(text)) throw new JsonRefusal("record.too_deep");
  const protectedText = protectLongIntegers(text);
  if (protectedText === null) return new JsonScanner(text, "plain").document();
  const value = JSON.parse(protectedText) as JsonValue;
  return protectedText === text ? value : restoreLongIntegers(value);
}

function isTooDeep(text: string): boolean {
  return hasManyOpenings(text) && depthOf(text) > JSON_DEPTH_MAX;
}

/** Cheap first look: with few openings the text cannot be deep. */
function hasManyOpenings(text: string): boolean {
  let count = 0;
  for (const opening of ["{", "["]) {
    for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at + 1)) {
      count += 1;
      if (count > JSON_DEPTH_MAX) return true;
    }
  }
  return false;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length && deepest <= JSON_DEPTH_MAX; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}

/** Index of the closing quotation mark, or the text's end where there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at;
  }
  return text.length;
}
