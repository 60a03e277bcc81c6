import type { EndingKind, Failure } from "./failure.ts";

/** How many offsets ended in which way; `hole` counts offsets that hold no record for a consumer. */
export type EndingCounts = { readonly [K in EndingKind | "hole"]: number };

/** One partition's place and account as it is remembered. mark − start equals the sum of the endings. */
export interface Position {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly start: bigint;
  readonly mark: bigint;
  readonly endings: EndingCounts;
  /** How often it was written; whoever writes it next must have seen this number. Left out for never. */
  readonly saves?: bigint;
  /** How many partitions the topic had when this one was first read; null or left out when that is not known. */
  readonly partitionsAtStart?: number | null;
  /** Which records above the mark ended, in the runtime's encoding; null or left out when none did. */
  readonly endedAbove?: Uint8Array | null;
  /** Records above the mark that failed and wait for their next attempt, by offset; at most 1,000. */
  readonly waiting?: readonly WaitingRecord[];
  /** Whether a person chose this mark and nothing was read since: then it stands against the group's offset. */
  readonly isChosen?: boolean;
}

/** From where to where the broker holds a partition's records. */
export interface LogBoundsOfPartition {
  readonly start: bigint;
  /** Last stable offset: one past the last record that may be read. */
  readonly end: bigint;
}

/** A record that failed and waits, as it is remembered beside the mark: so its attempts survive a restart. */
export interface WaitingRecord {
  readonly offset: bigint;
  /** Attempts made. */
  readonly attempts: number;
  /** Attempts that count against the limit: those made while the target was up. */
  readonly charged: number;
  /** Wall clock, milliseconds. */
  readonly nextAttemptAtMs: number;
  /** Wall clock of the first failure, milliseconds. */
  readonly failingSinceMs: number;
  readonly failure: Pick<Failure, "kind" | "code" | "target">;
  /** Keyed hash of the ordering key. */
  readonly subject: string;
  /** Offsets of the same key that wait behind it, oldest first; at most 100. */
  readonly behind: readonly bigint[];
}
