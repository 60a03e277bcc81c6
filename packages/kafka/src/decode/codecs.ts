import { gunzipSync } from "node:zlib";
import { inflateLz4 } from "./lz4.ts";
import { inflateSnappy } from "./snappy.ts";
import { inflateZstd } from "./zstd.ts";

/** What one batch may grow to; the broker's own default for a whole batch is 1 MB compressed. */
export const INFLATED_BYTES_MAX: number = 64 * 1024 * 1024;

const CODEC_MASK = 0x07;
const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

export type Codec = (typeof CODECS)[number];

/** The codec that a batch's attributes name; null for one that Kafka has not defined. */
export function codecOf(attributes: number): Codec | null {
  return CODECS[attributes & CODEC_MASK] ?? null;
}

/** Gives the records' bytes. Throws when they are damaged or too large. */
export function inflate(codec: Codec, bytes: Buffer): Buffer {
  switch (codec) {
    case "none":
      return bytes;
    case "gzip":
      // Synchronous: one batch is small, and the way through the thread pool costs more than the inflating.
      return gunzipSync(bytes, { maxOutputLength: INFLATED_BYTES_MAX });
    case "snappy":
      return inflateSnappy(bytes, INFLATED_BYTES_MAX);
    case "lz4":
      return inflateLz4(bytes, INFLATED_BYTES_MAX);
    case "zstd":
      return inflateZstd(bytes, INFLATED_BYTES_MAX);
  }
}
