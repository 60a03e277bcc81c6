import zlib from "node:zlib";
import { Decompress } from "fzstd";
import { ByteReader } from "./byte-reader.ts";
import { GrowingBytes } from "./growing-bytes.ts";

const FRAME_MAGIC = 0xfd2fb528;
const SINGLE_SEGMENT = 0x20;
const WINDOW_MIN_EXPONENT = 10;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;

/** Inflates all bytes of one batch; throws past the limit. */
export type ZstdDecoder = (bytes: Buffer, maxBytes: number) => Buffer;

/** In JavaScript, for a Node without zstd; by stream, because Java's frames do not say their size. */
export const fzstdDecoder: ZstdDecoder = (bytes, maxBytes) => {
  const output = new GrowingBytes(maxBytes);
  const stream = new Decompress((chunk) =>
    output.append(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)),
  );
  stream.push(bytes, true);
  return output.written();
};

/** Node's own, some ten times as fast; null where it has none (before 22.15). */
export const nodeZstdDecoder: ZstdDecoder | null = nodeDecoder();

/** Inflates zstd with the best decoder there is. */
export function inflateZstd(bytes: Buffer, maxBytes: number): Buffer {
  checkWindow(bytes, maxBytes);
  return (nodeZstdDecoder ?? fzstdDecoder)(bytes, maxBytes);
}

function nodeDecoder(): ZstdDecoder | null {
  const decompress: unknown = Reflect.get(zlib, "zstdDecompressSync");
  if (typeof decompress !== "function") return null;
  return (bytes, maxBytes) => {
    const inflated: unknown = Reflect.apply(decompress, zlib, [bytes, { maxOutputLength: maxBytes }]);
    if (!Buffer.isBuffer(inflated)) throw new TypeError("no bytes");
    return inflated;
  };
}

/** Refuses a frame that asks for more memory than its content may have, before a decoder reserves it. */
function checkWindow(bytes: Buffer, maxBytes: number): void {
  const reader = new ByteReader(bytes);
  if (reader.uintLe(4) !== FRAME_MAGIC) throw new RangeError("not a zstd frame");
  const descriptor = reader.uint8();
  const isOneSegment = (descriptor & SINGLE_SEGMENT) !== 0;
  const windowBytes = isOneSegment ? contentBytes(reader, descriptor) : windowOf(reader.uint8());
  if (windowBytes > maxBytes) throw new RangeError(`more than ${maxBytes} bytes of window`);
}

function windowOf(byte: number): number {
  const base = 2 ** (WINDOW_MIN_EXPONENT + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

/** A frame of one segment says how long its content is, behind the dictionary's id, and its window is as long. */
function contentBytes(reader: ByteReader, descriptor: number): number {
  reader.bytes(DICTIONARY_ID_BYTES[descriptor & 3] ?? 0);
  switch (descriptor >> 6) {
    case 0:
      return reader.uint8();
    case 1:
      return reader.uintLe(2) + 256;
    case 2:
      return reader.uintLe(4);
    default:
      return reader.uintLe(4) + reader.uintLe(4) * 2 ** 32;
  }
}
