import type { ConnectSchema } from "./connect-schema.ts";
import type { Decode, DecoderMaker } from "./decoder.ts";
import { own } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";
import { ValueMisfit } from "./value-misfit.ts";

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** A name of ours for bytes that are written as text; its parameter `encoding` is the `binary.handling.mode`. */
export const textBytesName = "gluttony.TextBytes";

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

const urlSafe = /^[A-Za-z0-9_-]*={0,2}$/;
const hex = /^(?:[0-9a-f]{2})*$/i;

/** Bytes as text, in the encoding that was declared for the column. */
function textBytesDecoder({ parameters }: ConnectSchema): Decode {
  switch (own(parameters, "encoding")) {
    case "hex":
      return (raw) => encodedOf(raw, hex, "hex");
    case "base64-url-safe":
      return (raw) => encodedOf(raw, urlSafe, "base64url");
    default:
      return bytesOf;
  }
}

function encodedOf(raw: JsonValue, form: RegExp, encoding: "hex" | "base64url"): Uint8Array {
  if (typeof raw !== "string" || !form.test(raw)) throw new ValueMisfit(`bytes as ${encoding}`);
  return new Uint8Array(Buffer.from(raw, encoding));
}

/** Semantic names of bytes. */
export const bytesDecoders: readonly (readonly [string, DecoderMaker])[] = [
  [textBytesName, textBytesDecoder],
  ["io.debezium.data.Bits", () => bitsOf],
];
