import type { DeliverySettings, Failure } from "@gluttony/model";
import { framingOf } from "@gluttony/sdk/codecs";
import type { RawRecord } from "@gluttony/sdk/codecs";

/** Refuses a record that would harm us: too large, or nested so deep that writing it again overflows the stack. */
export function guard(
  record: RawRecord,
  limits: Pick<DeliverySettings, "recordBytesMax" | "depthMax">,
): Failure | undefined {
  const sizeBytes = (record.key?.length ?? 0) + (record.value?.length ?? 0) + headerBytes(record);
  if (sizeBytes > limits.recordBytesMax) {
    return {
      kind: "record",
      code: "record.too_large",
      message: `The record has ${sizeBytes} bytes; the limit is ${limits.recordBytesMax}.`,
    };
  }
  const isValueTooDeep = isDeeperThan(record.value, limits.depthMax) && isJson(record, "value");
  if (isValueTooDeep || (isDeeperThan(record.key, limits.depthMax) && isJson(record, "key"))) {
    return {
      kind: "record",
      code: "record.too_deep",
      message: `The record is nested deeper than ${limits.depthMax} levels.`,
    };
  }
  return undefined;
}

/** What is not JSON has no brackets; its readers have a limit of their own. */
function isJson(record: RawRecord, part: "key" | "value"): boolean {
  return framingOf(record, part) === null;
}

function headerBytes({ headers }: RawRecord): number {
  let bytes = 0;
  for (const { name, value } of headers) bytes += name.length + (value?.length ?? 0);
  return bytes;
}

/** How often a byte occurs, at most `max`. */
function countUpTo(bytes: Uint8Array, byte: number, max: number): number {
  let count = 0;
  for (let at = bytes.indexOf(byte); at !== -1 && count < max; at = bytes.indexOf(byte, at + 1)) count += 1;
  return count;
}

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Counts brackets outside of strings. Only JSON can pass; other formats are refused later by name. Most records
 * hold fewer brackets than the limit, wherever they stand, which is found out several times faster.
 */
function isDeeperThan(bytes: Uint8Array | null, depthMax: number): boolean {
  if (bytes === null || bytes.length < depthMax) return false;
  const few = depthMax - countUpTo(bytes, openBrace, depthMax);
  if (few > 0 && countUpTo(bytes, openBracket, few) < few) return false;
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isInString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) isInString = false;
    } else if (byte === quote) isInString = true;
    else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (byte === closeBrace || byte === closeBracket) depth -= 1;
  }
  return false;
}
