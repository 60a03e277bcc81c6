import { isUtf8 } from "node:buffer";
import { JSON_NUMBER_LENGTH_MAX, JsonScanner } from "./json-scanner.ts";
import type { JsonFault } from "./json-scanner.ts";
import { JSON_VALUES_MAX } from "./json-shape.ts";
import { JSON_BYTES_MAX } from "./lossless-json.ts";

/**
 * Says in words why bytes could not be read as JSON, with the offset of the byte where that shows, and nothing of what they
 * hold. Asked only after a refusal, since it reads the bytes once more.
 */
export function whyUnreadable(bytes: Uint8Array, fault: JsonFault): string {
  switch (fault) {
    case "record.not_json":
      return whyNotJson(bytes);
    case "record.not_utf8":
      return whyNotUtf8(bytes);
    case "record.too_deep":
      return "Its arrays and objects nest too deep.";
    case "record.too_wide":
      return `It holds more than ${JSON_VALUES_MAX} values.`;
    case "record.too_large":
      return `It has ${bytes.length} bytes; at most ${JSON_BYTES_MAX} are read.`;
    case "record.number_too_long":
      return `It holds a number of more than ${JSON_NUMBER_LENGTH_MAX} characters.`;
  }
}

function whyNotJson(bytes: Uint8Array): string {
  if (bytes.length === 0) return "It is empty.";
  if (startsWith(bytes, [0xef, 0xbb, 0xbf])) return "It begins with a byte-order mark, at byte 0.";
  const text = bufferOf(bytes).toString("utf8");
  const scanner = new JsonScanner(text, "plain");
  try {
    scanner.document();
    return "It is no JSON.";
  } catch {
    return `It is no JSON from about byte ${Buffer.byteLength(text.slice(0, scanner.at))} on.`;
  }
}

function whyNotUtf8(bytes: Uint8Array): string {
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) {
    return "It begins with a byte-order mark of UTF-16, at byte 0.";
  }
  const hint = isGbk(bytes) ? ", but it could be GBK: the converter must write UTF-8" : "";
  return `It is no UTF-8 from byte ${firstWrongByte(bytes)} on${hint}.`;
}

/** How long a beginning of the bytes is UTF-8: halved until found, since a whole search would copy every beginning. */
function firstWrongByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (validLength(bytes, middle) !== null) good = middle;
    else bad = middle;
  }
  return validLength(bytes, good) ?? 0;
}

/** The length of a beginning without the character that is cut off at its end, of at most three bytes; null if it is no UTF-8. */
function validLength(bytes: Uint8Array, length: number): number | null {
  const lengths = [0, 1, 2, 3].map((cut) => length - cut).filter((one) => one >= 0);
  return lengths.find((one) => isUtf8(bytes.subarray(0, one))) ?? null;
}

function isGbk(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("gbk", { fatal: true }).decode(bytes);
    return true;
  } catch {
    // Either it is none, or this Node was built without the table.
    return false;
  }
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
