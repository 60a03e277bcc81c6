import type { Failure } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import type { Partition } from "./partition.ts";

/** One record between its begin and its ending. */
export interface OpenRecord {
  /** Views into a fetch response until `keepOwnBytes`. */
  record: RawRecord;
  readonly partition: Partition;
  readonly idempotencyKey: string;
  /** Set when a person asked to run a dead letter again; it has no offset to finish. */
  readonly replayId: string | null;
  /** The lane it runs in; empty until it is admitted. */
  key: string;
  /** Keyed hash of the ordering key; computed when it is first needed. */
  subject: string | null;
  /** Why it cannot be handed to a handler at all; null when it can. */
  refusal: Failure | null;
  /** The release that tried it last; null while none did. */
  triedBy: string | null;
  attempts: number;
  /** Attempts that count against `attemptsMax`: those made while the target was up. */
  charged: number;
  lastFailure: Failure | null;
  /** Wall clock of the first failure, milliseconds; null while it never failed. */
  failingSinceMs: number | null;
  /** Monotonic milliseconds since which its attempts have run out; null while they have not. */
  spentAtMs: number | null;
  /** Wall clock, milliseconds; null while nothing is planned. */
  nextAttemptAtMs: number | null;
  /** The target that it waits for; null when it waits for its own time. */
  heldBy: string | null;
  hasOwnBytes: boolean;
  /** In which round of copying it was opened. */
  readonly openedInRound: number;
}

/** A record as it is opened: nothing happened to it yet. */
export function openRecord(
  record: RawRecord,
  partition: Partition,
  identity: { readonly idempotencyKey: string; readonly replayId: string | null; readonly round: number },
): OpenRecord {
  return {
    record,
    partition,
    idempotencyKey: identity.idempotencyKey,
    replayId: identity.replayId,
    key: "",
    subject: null,
    refusal: null,
    triedBy: null,
    attempts: 0,
    charged: 0,
    lastFailure: null,
    failingSinceMs: null,
    spentAtMs: null,
    nextAttemptAtMs: null,
    heldBy: null,
    hasOwnBytes: false,
    openedInRound: identity.round,
  };
}

/** Bytes that a record holds in memory, without what its object costs. */
export function sizeBytesOf({ key, value, headers }: RawRecord): number {
  let bytes = (key?.byteLength ?? 0) + (value?.byteLength ?? 0);
  for (const header of headers) bytes += header.name.length + (header.value?.byteLength ?? 0);
  return bytes;
}

/**
 * Copies a record that outlives its batch: a few kept views would otherwise hold whole fetch responses in
 * memory (measured: 0.5 MB of records held 543 MB).
 */
export function keepOwnBytes(open: OpenRecord): void {
  if (open.hasOwnBytes) return;
  open.record = ownRecord(open.record);
  open.hasOwnBytes = true;
}

/** The same record with bytes of its own. */
export function ownRecord(record: RawRecord): RawRecord {
  return {
    ...record,
    key: copyOf(record.key),
    value: copyOf(record.value),
    headers: record.headers.map((header) => ({ name: header.name, value: copyOf(header.value) })),
  };
}

function copyOf(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Uint8Array.from(bytes);
}
