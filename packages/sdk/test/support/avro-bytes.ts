/** Writes Avro's binary encoding, one value after another. */
export class AvroBytes {
  readonly #parts: Buffer[] = [];

  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }

  /** int and long: zigzag, seven bits a byte. */
  long(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    const bytes: number[] = [];
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.raw(Buffer.from(bytes));
  }

  boolean(value: boolean): void {
    this.raw(Buffer.from([value ? 1 : 0]));
  }

  float(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    this.raw(bytes);
  }

  double(value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    this.raw(bytes);
  }

  text(value: string): void {
    this.data(Buffer.from(value));
  }

  data(value: Uint8Array): void {
    this.long(BigInt(value.length));
    this.raw(value);
  }

  raw(value: Uint8Array): void {
    this.#parts.push(Buffer.from(value));
  }

  /** A list or a map in one block. */
  block<T>(items: readonly T[], write: (item: T) => void): void {
    if (items.length > 0) {
      this.long(BigInt(items.length));
      for (const item of items) write(item);
    }
    this.long(0n);
  }
}

/** Data behind a zero byte and a schema's id: four bytes as Confluent writes it, or eight as Apicurio. */
export function framed(id: number, data: Uint8Array, idBytes: 4 | 8 = 4): Uint8Array {
  const head = Buffer.alloc(1 + idBytes);
  head.writeUInt32BE(id, 1 + idBytes - 4);
  return new Uint8Array(Buffer.concat([head, data]));
}
