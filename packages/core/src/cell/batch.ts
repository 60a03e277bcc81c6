import type { RawRecord, RecordHeader } from "@gluttony/sdk";
import { FrameError } from "./frames.ts";

/** One attempt as it crosses the pipe: numbers, names and the record's raw bytes. */
export interface BatchEntry {
  readonly attemptId: number;
  /** The consumer's number, given by a `consumer` frame before. */
  readonly consumer: number;
  readonly attempt: number;
  readonly deadlineMs: number;
  readonly idempotencyKey: string;
  readonly record: RawRecord;
}

// Four u32, offset i64, partition i32, timestamp f64, two string lengths u16, two byte lengths i32, header count u16.
const fixedBytes = 16 + 8 + 4 + 8 + 4 + 8 + 2;
const absent = -1;

/** Bytes that an entry takes in a batch; used for credit, too. */
export function entryBytes(entry: BatchEntry): number {
  const { record } = entry;
  let bytes = fixedBytes + Buffer.byteLength(record.topic) + Buffer.byteLength(entry.idempotencyKey);
  bytes += (record.key?.byteLength ?? 0) + (record.value?.byteLength ?? 0);
  for (const header of record.headers) {
    bytes += 6 + Buffer.byteLength(header.name) + (header.value?.byteLength ?? 0);
  }
  return bytes;
}

/**
 * Lays attempts out as one payload. The record's bytes are copied once and never encoded: what the cell can
 * decode costs the host several times less than any codec.
 */
export function encodeBatch(entries: readonly BatchEntry[]): Buffer {
  const writer = new Writer(entries.reduce((sum, entry) => sum + entryBytes(entry), 4));
  writer.u32(entries.length);
  for (const entry of entries) writeEntry(writer, entry);
  return writer.buffer;
}

/** Reads a batch; the records share the payload's memory. Throws {@link FrameError} when it is cut short. */
export function decodeBatch(payload: Buffer): readonly BatchEntry[] {
  try {
    const reader = new Reader(payload);
    const count = reader.u32();
    const entries: BatchEntry[] = [];
    for (let index = 0; index < count; index += 1) entries.push(readEntry(reader));
    return entries;
  } catch (error) {
    if (error instanceof RangeError) throw new FrameError("A batch is cut short.");
    throw error;
  }
}

function writeEntry(writer: Writer, entry: BatchEntry): void {
  const { record } = entry;
  writer.u32(entry.attemptId);
  writer.u32(entry.consumer);
  writer.u32(entry.attempt);
  writer.u32(entry.deadlineMs);
  writer.i64(record.offset);
  writer.i32(record.partition);
  writer.f64(record.timestampMs);
  writer.text(record.topic);
  writer.text(entry.idempotencyKey);
  writer.bytes(record.key);
  writer.bytes(record.value);
  writer.u16(record.headers.length);
  for (const header of record.headers) {
    writer.text(header.name);
    writer.bytes(header.value);
  }
}

function readEntry(reader: Reader): BatchEntry {
  const attemptId = reader.u32();
  const consumer = reader.u32();
  const attempt = reader.u32();
  const deadlineMs = reader.u32();
  const offset = reader.i64();
  const partition = reader.i32();
  const timestampMs = reader.f64();
  const topic = reader.text();
  const idempotencyKey = reader.text();
  const key = reader.bytes();
  const value = reader.bytes();
  const headers = readHeaders(reader);
  const record = { topic, partition, offset, timestampMs, key, value, headers };
  return { attemptId, consumer, attempt, deadlineMs, idempotencyKey, record };
}

function readHeaders(reader: Reader): readonly RecordHeader[] {
  const count = reader.u16();
  const headers: RecordHeader[] = [];
  for (let index = 0; index < count; index += 1) headers.push({ name: reader.text(), value: reader.bytes() });
  return headers;
}

/** Writes big-endian values one after another into a buffer of the exact size. */
class Writer {
  readonly buffer: Buffer;
  #at = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
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

  text(value: string): void {
    this.u16(Buffer.byteLength(value));
    this.#at += this.buffer.write(value, this.#at, "utf8");
  }

  bytes(value: Uint8Array | null): void {
    this.i32(value === null ? absent : value.byteLength);
    if (value === null) return;
    this.buffer.set(value, this.#at);
    this.#at += value.byteLength;
  }
}

/** Reads what {@link Writer} wrote; a `RangeError` means that the payload is cut short. */
class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
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

  bytes(): Uint8Array | null {
    const length = this.i32();
    if (length === absent) return null;
    const from = this.#advance(length);
    return this.#buffer.subarray(from, from + length);
  }

  #advance(bytes: number): number {
    const from = this.#at;
    if (bytes < 0 || from + bytes > this.#buffer.byteLength) throw new RangeError("Beyond the payload.");
    this.#at = from + bytes;
    return from;
  }
}
