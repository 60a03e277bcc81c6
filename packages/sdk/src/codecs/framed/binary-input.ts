import { isUtf8 } from "node:buffer";
import { BinaryMisfit } from "./writer-schema.ts";

/** Texts up to this many bytes are made one character at a time, which is faster than a call into the engine. */
const shortBytes = 24;

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
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
    return length <= shortBytes ? this.#shortText(from, from + length) : this.#longText(from, from + length);
  }

  /** Bytes as base64, the form that they have in JSON. */
  base64(length: number): string {
    const from = this.take(length);
    return this.bytes.toString("base64", from, from + length);
  }

  #shortText(from: number, to: number): string {
    let text = "";
    for (let at = from; at < to; at += 1) {
      const code = this.bytes[at] ?? 0;
      if (code > 0x7f) return this.#longText(from, to);
      text += String.fromCharCode(code);
    }
    return text;
  }

  #longText(from: number, to: number): string {
    const text = this.bytes.toString("utf8", from, to);
    // A replacement character stands for bytes that are no UTF-8, unless somebody wrote one.
    if (text.includes("\ufffd") && !isUtf8(this.bytes.subarray(from, to)))
      throw new BinaryMisfit("A text is not UTF-8.");
    return text;
  }
}
