import type { DecoderMaker } from "./decoder.ts";
import type { JsonValue } from "./json-value.ts";
import { ValueMisfit } from "./value-misfit.ts";

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** bytes: standard base64 with padding. */
export function bytesOf(raw: JsonValue): Uint8Array {
  if (typeof raw !== "string" || raw.length % 4 !== 0 || !base64.test(raw)) throw new ValueMisfit("base64");
  return new Uint8Array(Buffer.from(raw, "base64"));
}

/**
 * `bit(n)` and `varbit`: a `bigint`, since the bytes are little-endian and drop leading zeros, so that a text
 * would have to invent the length. Bits that are all zero come as no bytes at all.
 */
function bitsOf(raw: JsonValue): bigint {
  const bytes = bytesOf(raw);
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

/** Semantic names of bytes. */
export const bytesDecoders: readonly (readonly [string, DecoderMaker])[] = [
  ["io.debezium.data.Bits", () => bitsOf],
];
