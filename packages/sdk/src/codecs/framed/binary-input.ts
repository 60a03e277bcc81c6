import { isUtf8 } from "node:buffer";
import { BinaryMisfit } from "./writer-schema.ts";

/** Texts up to this many bytes are made of their characters, which is faster than a call into the engine. */
const shortBytes = 16;

/**
 * A place in some bytes from which values are read one after another. Every length is compared with what is left before
 * anything is taken; throws {@link BinaryMisfit}.
 */
export class BinaryInput {
  readonly bytes: Buffer;
  /** The next byte. */
  at: number;
  /** One past the last byte; nearer while a part is read whose length was written. */
  end: number;
  /** How many records, lists and maps are open. */
  depth = 0;
  /** Values read so far that took no bytes. */
  emptyValues = 0;

  constructor(bytes: Uint8Array, from: number) {
    const isBuffer = Buffer.isBuffer(bytes);
    this.bytes = isBuffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = from;
    this.end = bytes.byteLength;
    if (from > this.end) throw new BinaryMisfit("The data ends before it begins.");
  }

  get left(): number {
    return this.end - this.at;
  }

  byte(): number {
    if (this.at >= this.end) throw new BinaryMisfit("The data is cut short.");
    const byte = this.bytes[this.at] ?? 0;
    this.at += 1;
    return byte;
  }

  /** Goes on behind some bytes and answers where they begin. */
  take(length: number): number {
    const from = this.at;
    if (!(length >= 0 && length <= this.end - from)) throw new BinaryMisfit("A length is beyond the data.");
    this.at = from + length;
    return from;
  }

  /** A text in UTF-8. */
  text(length: number): string {
    const from = this.take(length);
    if (length > shortBytes) return this.#longText(from, from + length);
    const characters = length > 8 ? sixteen(this.bytes, from) : eight(this.bytes, from);
    return characters === null ? this.#longText(from, from + length) : characters.slice(0, length);
  }

  /** Bytes as base64, the form that they have in JSON. */
  base64(length: number): string {
    const from = this.take(length);
    return this.bytes.toString("base64", from, from + length);
  }

  #longText(from: number, to: number): string {
    const text = this.bytes.toString("utf8", from, to);
    // A replacement character stands for bytes that are no UTF-8, unless somebody wrote one.
    if (text.includes("\ufffd") && !isUtf8(this.bytes.subarray(from, to)))
      throw new BinaryMisfit("A text is not UTF-8.");
    return text;
  }
}

/**
 * Eight characters of ASCII, some of which may lie behind the text; null where any byte is of another character, which may
 * lie behind it, too.
 */
function eight(bytes: Buffer, at: number): string | null {
  const [a, b, c, d] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0];
  const [e, f, g, h] = [bytes[at + 4] ?? 0, bytes[at + 5] ?? 0, bytes[at + 6] ?? 0, bytes[at + 7] ?? 0];
  return (a | b | c | d | e | f | g | h) < 0x80 ? String.fromCharCode(a, b, c, d, e, f, g, h) : null;
}

/** The same of sixteen. */
function sixteen(bytes: Buffer, at: number): string | null {
  const [a, b, c, d] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0];
  const [e, f, g, h] = [bytes[at + 4] ?? 0, bytes[at + 5] ?? 0, bytes[at + 6] ?? 0, bytes[at + 7] ?? 0];
  const [i, j, k, l] = [bytes[at + 8] ?? 0, bytes[at + 9] ?? 0, bytes[at + 10] ?? 0, bytes[at + 11] ?? 0];
  const [m, n, o, p] = [bytes[at + 12] ?? 0, bytes[at + 13] ?? 0, bytes[at + 14] ?? 0, bytes[at + 15] ?? 0];
  if ((a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p) > 0x7f) return null;
  return String.fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
}
