import type { RawRecord, RecordHeader } from "@gluttony/sdk/codecs";
import { ByteReader } from "./byte-reader.ts";
import type { BatchHeader } from "./record-batches.ts";

/**
 * Reads one record. Key, value and header values are views into the fetch response (or into the inflated batch):
 * whoever keeps one longer than its batch copies it, else a few bytes hold megabytes.
 */
export function recordOf(
  reader: ByteReader,
  header: BatchHeader,
  place: { readonly topic: string; readonly partition: number },
): RawRecord {
  const record = new ByteReader(reader.bytes(reader.varint()));
  record.int8();
  const timestampDelta = record.varint();
  const offset = header.baseOffset + BigInt(record.varint());
  return {
    topic: place.topic,
    partition: place.partition,
    offset,
    timestampMs: header.isLogAppendTime ? header.maxTimestampMs : header.baseTimestampMs + timestampDelta,
    key: nullableBytes(record),
    value: nullableBytes(record),
    headers: headersOf(record),
  };
}

function headersOf(record: ByteReader): readonly RecordHeader[] {
  const headers: RecordHeader[] = [];
  for (let left = record.varint(); left > 0; left--) {
    const name = record.bytes(record.varint()).toString("utf8");
    headers.push({ name, value: nullableBytes(record) });
  }
  return headers;
}

function nullableBytes(record: ByteReader): Uint8Array | null {
  const length = record.varint();
  return length === -1 ? null : record.bytes(length);
}
