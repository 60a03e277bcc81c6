/** What a record batch of the wire format is made of, for tests. */
export interface BatchWish {
  readonly baseOffset: bigint;
  readonly records: readonly RecordWish[];
  /** Default: that of the last record. */
  readonly lastOffsetDelta?: number;
  readonly attributes?: number;
  readonly producerId?: bigint;
  readonly maxTimestamp?: bigint;
  readonly magic?: number;
  /** Bits of the checksum that are wrong. */
  readonly crcError?: number;
  /** Turns the records' bytes into compressed ones. */
  readonly deflate?: (bytes: Buffer) => Buffer;
}

export interface RecordWish {
  readonly offsetDelta: number;
  readonly timestampDelta?: number;
  readonly key?: Buffer | null;
  readonly value?: Buffer | null;
  readonly headers?: readonly (readonly [string, Buffer | null])[];
}

export const FIRST_TIMESTAMP = 1_700_000_000_000n;
export const TRANSACTIONAL = 0x10;
export const CONTROL = 0x20;
export const LOG_APPEND_TIME = 0x08;

/** Encodes a batch by the protocol's description, independently of the code under test. */
export function recordBatch(wish: BatchWish): Buffer {
  const plain = Buffer.concat(wish.records.map(recordBytes));
  const records = wish.deflate ? wish.deflate(plain) : plain;
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(wish.baseOffset, 0);
  header.writeInt32BE(49 + records.length, 8);
  header.writeInt8(wish.magic ?? 2, 16);
  header.writeInt16BE(wish.attributes ?? 0, 21);
  header.writeInt32BE(wish.lastOffsetDelta ?? wish.records.at(-1)?.offsetDelta ?? 0, 23);
  header.writeBigInt64BE(FIRST_TIMESTAMP, 27);
  header.writeBigInt64BE(wish.maxTimestamp ?? FIRST_TIMESTAMP, 35);
  header.writeBigInt64BE(wish.producerId ?? -1n, 43);
  header.writeInt32BE(wish.records.length, 57);
  const batch = Buffer.concat([header, records]);
  batch.writeUInt32BE((crc32cByBits(batch.subarray(21)) ^ (wish.crcError ?? 0)) >>> 0, 17);
  return batch;
}

/** CRC-32C bit by bit, as its definition has it. */
export function crc32cByBits(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) * 0x82f63b78);
  }
  return ~crc >>> 0;
}

export function marker(baseOffset: bigint, producerId: bigint, type: "abort" | "commit"): Buffer {
  const key = Buffer.from([0, 0, 0, type === "abort" ? 0 : 1]);
  const attributes = TRANSACTIONAL | CONTROL;
  return recordBatch({ baseOffset, producerId, attributes, records: [{ offsetDelta: 0, key }] });
}

function recordBytes(wish: RecordWish): Buffer {
  const headers = wish.headers ?? [];
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(BigInt(wish.timestampDelta ?? 0)),
    varint(BigInt(wish.offsetDelta)),
    nullable(wish.key ?? null),
    nullable(wish.value ?? null),
    varint(BigInt(headers.length)),
    ...headers.flatMap(([name, value]) => [nullable(Buffer.from(name)), nullable(value)]),
  ]);
  return Buffer.concat([varint(BigInt(body.length)), body]);
}

function nullable(bytes: Buffer | null): Buffer {
  return bytes === null ? varint(-1n) : Buffer.concat([varint(BigInt(bytes.length)), bytes]);
}

function varint(value: bigint): Buffer {
  let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  bytes.push(Number(left));
  return Buffer.from(bytes);
}
