import type { RawRecord, RecordHeader } from "@gluttony/sdk/codecs";
import { ByteReader, ByteWriter } from "./byte-layout.ts";
import { FrameError, frameHeaderBytes, frameTypes, writeFrameHeader } from "./frames.ts";

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

/** An entry with its size, which was needed for credit before. */
export interface SizedEntry extends BatchEntry {
  readonly bytes: number;
}

/**
 * Lays attempts out as one frame. The record's bytes are copied once and never encoded: what the cell can decode
 * costs the host several times less than any codec.
 */
export function encodeBatchFrame(entries: readonly SizedEntry[]): Buffer {
  let size = 4;
  for (const entry of entries) size += entry.bytes;
  const writer = new ByteWriter(size, frameHeaderBytes);
  writeFrameHeader(writer.buffer, frameTypes.batch);
  writer.u32(entries.length);
  for (const entry of entries) writeEntry(writer, entry);
  return writer.buffer;
}

/** Reads a batch; the records share the payload's memory. Throws {@link FrameError} when it is cut short. */
export function decodeBatch(payload: Buffer): readonly BatchEntry[] {
  try {
    const reader = new ByteReader(payload);
    const count = reader.u32();
    const entries: BatchEntry[] = [];
    for (let index = 0; index < count; index += 1) entries.push(readEntry(reader));
    return entries;
  } catch (error) {
    if (error instanceof RangeError) throw new FrameError("A batch is cut short.");
    throw error;
  }
}

function writeEntry(writer: ByteWriter, entry: BatchEntry): void {
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

function readEntry(reader: ByteReader): BatchEntry {
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

function readHeaders(reader: ByteReader): readonly RecordHeader[] {
  const count = reader.u16();
  const headers: RecordHeader[] = [];
  for (let index = 0; index < count; index += 1) headers.push({ name: reader.text(), value: reader.bytes() });
  return headers;
}
