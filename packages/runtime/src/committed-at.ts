import type { RawRecord } from "@gluttony/sdk/codecs";

/** Larger values are not parsed only to show their age. */
const parsedBytesMax = 1024 * 1024;

/**
 * When the source database committed a change, milliseconds since the epoch, as far as the connector knows;
 * else when the record was written. Read for one record at a time, to show how far behind a consumer is.
 */
export function committedAtMsOf(record: RawRecord): number {
  if (record.value === null || record.value.length > parsedBytesMax) return record.timestampMs;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(record.value).toString("utf8"));
    const envelope = fieldOf(parsed, "payload") ?? parsed;
    const committedAtMs = fieldOf(fieldOf(envelope, "source"), "ts_ms");
    return typeof committedAtMs === "number" ? committedAtMs : record.timestampMs;
  } catch {
    return record.timestampMs;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
