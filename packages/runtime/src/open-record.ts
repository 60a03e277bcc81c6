import type { Failure } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk";
import type { Partition } from "./partition.ts";

/** One record between its begin and its ending. */
export interface OpenRecord {
  /** Views into a fetch response until `keepOwnBytes`. */
  record: RawRecord;
  readonly partition: Partition;
  readonly idempotencyKey: string;
  /** Set when a person asked to run a dead letter again; it has no offset to finish. */
  readonly replayId: string | null;
  attempts: number;
  lastFailure: Failure | null;
  /** Wall clock, milliseconds; null while nothing is planned. */
  nextAttemptAtMs: number | null;
  hasOwnBytes: boolean;
}

/**
 * Copies a record that outlives its batch: a few kept views would otherwise hold whole fetch responses in
 * memory (measured: 0.5 MB of records held 543 MB).
 */
export function keepOwnBytes(open: OpenRecord): void {
  if (open.hasOwnBytes) return;
  const { record } = open;
  open.record = {
    ...record,
    key: copyOf(record.key),
    value: copyOf(record.value),
    headers: record.headers.map((header) => ({ name: header.name, value: copyOf(header.value) })),
  };
  open.hasOwnBytes = true;
}

function copyOf(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Uint8Array.from(bytes);
}
