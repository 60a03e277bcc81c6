import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { EndedAbove } from "./offset-tracker.ts";

/** The largest map that is read back: a window of offsets, with room. */
const codesMax = 1024 * 1024;
const format = 1;

/**
 * Encodes what ended above a mark, to be kept beside it, so that a crash repeats only what had not ended. Null
 * when nothing ended there. Layout: format, length of the rules, the rules as JSON, the codes deflated.
 */
export function encodeEndedAbove(ended: EndedAbove): Uint8Array | null {
  const length = lengthOf(ended.codes);
  if (length === 0) return null;
  const rules = Buffer.from(JSON.stringify(ended.rules));
  const head = Buffer.alloc(5);
  head.writeUInt8(format, 0);
  head.writeUInt32BE(rules.length, 1);
  return Buffer.concat([head, rules, deflateRawSync(ended.codes.subarray(0, length), { level: 1 })]);
}

/** Decodes a map. What cannot be read counts as nothing: then records run again, which is safe. */
export function decodeEndedAbove(bytes: Uint8Array | null | undefined): EndedAbove {
  const nothing = { codes: new Uint8Array(0), rules: [] };
  if (bytes === null || bytes === undefined || bytes.length < 5) return nothing;
  try {
    const read = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (read.readUInt8(0) !== format) return nothing;
    const codesAt = 5 + read.readUInt32BE(1);
    const rules: unknown = JSON.parse(read.subarray(5, codesAt).toString());
    const codes = inflateRawSync(read.subarray(codesAt), { maxOutputLength: codesMax });
    return { codes, rules: Array.isArray(rules) ? rules.map(String) : [] };
  } catch {
    return nothing;
  }
}

/** Up to the last offset that ended. */
function lengthOf(codes: Uint8Array): number {
  let length = codes.length;
  while (length > 0 && codes[length - 1] === 0) length -= 1;
  return length;
}
