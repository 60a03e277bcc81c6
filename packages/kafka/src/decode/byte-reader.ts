/** Reads Kafka's wire types from a buffer. Throws RangeError where the buffer ends too early. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  int8(): number {
    return this.#bytes.readInt8(this.#skip(1));
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#skip(1));
  }

  /** Little endian, one to four bytes: what the codecs use. */
  uintLe(length: number): number {
    return this.#bytes.readUIntLE(this.#skip(length), length);
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#skip(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#skip(4));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#skip(8));
  }

  /** Without sign or zigzag: lengths of the flexible protocol versions. */
  uvarint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.uint8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      // Ten groups of seven bits hold any 64-bit number; more is not a number.
      if (factor > 2 ** 56) throw new RangeError("number too long");
    }
  }

  /** Zigzag; exact up to 2^53, which lengths and differences of times and offsets never reach. */
  varint(): number {
    const value = this.uvarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  string(): string {
    return this.bytes(this.int16()).toString("utf8");
  }

  /** Compact nullable string of the flexible versions. */
  compactString(): string | null {
    const length = this.uvarint();
    return length === 0 ? null : this.bytes(length - 1).toString("utf8");
  }

  array<Item>(read: () => Item): Item[] {
    return repeat(this.int32(), read);
  }

  compactArray<Item>(read: () => Item): Item[] {
    return repeat(this.uvarint() - 1, read);
  }

  tags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint();
      this.bytes(this.uvarint());
    }
  }

  #skip(length: number): number {
    const start = this.#at;
    if (length < 0 || start + length > this.#bytes.length) throw new RangeError("buffer too short");
    this.#at = start + length;
    return start;
  }
}

/** A length of -1 is Kafka's null array and read as an empty one. */
function repeat<Item>(length: number, read: () => Item): Item[] {
  const items: Item[] = [];
  for (let index = 0; index < length; index++) items.push(read());
  return items;
}
