/** Writes Protobuf's wire format, one field after another. */
export class ProtoBytes {
  readonly #parts: Buffer[] = [];

  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }

  /** A number of variable length, without a tag; a negative one takes ten bytes. */
  varint(value: bigint): this {
    let rest = BigInt.asUintN(64, value);
    const bytes: number[] = [];
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    return this.raw(Buffer.from(bytes));
  }

  number(field: number, value: bigint): this {
    return this.#tag(field, 0).varint(value);
  }

  /** sint32 and sint64. */
  zigzag(field: number, value: bigint): this {
    return this.number(field, (value << 1n) ^ (value >> 63n));
  }

  double(field: number, value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return this.#tag(field, 1).raw(bytes);
  }

  float(field: number, value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return this.#tag(field, 5).raw(bytes);
  }

  fixed64(field: number, value: bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    return this.#tag(field, 1).raw(bytes);
  }

  fixed32(field: number, value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value >>> 0);
    return this.#tag(field, 5).raw(bytes);
  }

  text(field: number, value: string): this {
    return this.data(field, Buffer.from(value));
  }

  message(field: number, value: ProtoBytes): this {
    return this.data(field, value.bytes());
  }

  data(field: number, value: Uint8Array): this {
    return this.#tag(field, 2).varint(BigInt(value.length)).raw(value);
  }

  raw(value: Uint8Array): this {
    this.#parts.push(Buffer.from(value));
    return this;
  }

  #tag(field: number, wire: number): this {
    return this.varint(BigInt(field * 8 + wire));
  }
}
