const absent = -1;

/** Writes big-endian values one after another into a buffer of the exact size. */
export class ByteWriter {
  readonly buffer: Buffer;
  #at: number;

  /** Leaves `offset` bytes at the front free, for a header. */
  constructor(size: number, offset = 0) {
    this.buffer = Buffer.allocUnsafe(offset + size);
    this.#at = offset;
  }

  u8(value: number): void {
    this.#at = this.buffer.writeUInt8(value, this.#at);
  }

  u16(value: number): void {
    this.#at = this.buffer.writeUInt16BE(value, this.#at);
  }

  u32(value: number): void {
    this.#at = this.buffer.writeUInt32BE(value, this.#at);
  }

  i32(value: number): void {
    this.#at = this.buffer.writeInt32BE(value, this.#at);
  }

  i64(value: bigint): void {
    this.#at = this.buffer.writeBigInt64BE(value, this.#at);
  }

  f64(value: number): void {
    this.#at = this.buffer.writeDoubleBE(value, this.#at);
  }

  /** At most 65,535 bytes; a `RangeError` otherwise. */
  text(value: string): void {
    const from = this.#at;
    const length = this.buffer.write(value, from + 2, "utf8");
    this.buffer.writeUInt16BE(length, from);
    this.#at = from + 2 + length;
  }

  bytes(value: Uint8Array | null): void {
    this.i32(value === null ? absent : value.byteLength);
    if (value !== null) this.rest(value);
  }

  /** Bytes without their length: the last of a payload. */
  rest(value: Uint8Array): void {
    this.buffer.set(value, this.#at);
    this.#at += value.byteLength;
  }
}

/** Bytes that a text takes in a layout. */
export function textBytes(value: string): number {
  return 2 + Buffer.byteLength(value);
}

/** Reads what {@link ByteWriter} wrote; a `RangeError` means that the payload is cut short. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#buffer.byteLength;
  }

  u8(): number {
    return this.#buffer.readUInt8(this.#advance(1));
  }

  u16(): number {
    return this.#buffer.readUInt16BE(this.#advance(2));
  }

  u32(): number {
    return this.#buffer.readUInt32BE(this.#advance(4));
  }

  i32(): number {
    return this.#buffer.readInt32BE(this.#advance(4));
  }

  i64(): bigint {
    return this.#buffer.readBigInt64BE(this.#advance(8));
  }

  f64(): number {
    return this.#buffer.readDoubleBE(this.#advance(8));
  }

  text(): string {
    const length = this.u16();
    const from = this.#advance(length);
    return this.#buffer.toString("utf8", from, from + length);
  }

  bytes(): Buffer | null {
    const length = this.i32();
    if (length === absent) return null;
    const from = this.#advance(length);
    return this.#buffer.subarray(from, from + length);
  }

  /** Everything that is left. */
  rest(): Buffer {
    const from = this.#at;
    this.#at = this.#buffer.byteLength;
    return this.#buffer.subarray(from);
  }

  #advance(bytes: number): number {
    const from = this.#at;
    if (bytes < 0 || from + bytes > this.#buffer.byteLength) throw new RangeError("Beyond the payload.");
    this.#at = from + bytes;
    return from;
  }
}
