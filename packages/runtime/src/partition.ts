import { setMaxListeners } from "node:events";
import type { Position, WaitingRecord } from "@gluttony/model";
import type { OpenRecord } from "./open-record.ts";
import type { OffsetTracker } from "./offset-tracker.ts";

/** One assigned partition: its tracker, its open records, and whether it is still ours. */
export class Partition {
  readonly number: number;
  readonly topicId: string;
  /** What the idempotency keys of its records begin with. */
  readonly keyPrefix: string;
  /** The epoch in which it was assigned; batches of an earlier one belong to an earlier ownership. */
  readonly epoch: number;
  readonly tracker: OffsetTracker;
  /** Open records by offset, oldest first. */
  readonly open: Map<bigint, OpenRecord> = new Map();
  /** What is remembered of records that failed before this tracker was made; each is taken out when it is read. */
  readonly restored: Map<bigint, WaitingRecord>;
  /** How often its position was written, as far as is known here. */
  saves: bigint;
  #isWaitingChanged = false;
  #isOurs = true;
  readonly #controller = new AbortController();

  constructor(
    assigned: {
      readonly partition: number;
      readonly topicId: string;
      readonly keyPrefix: string;
      readonly epoch: number;
    },
    tracker: OffsetTracker,
    remembered: Pick<Position, "saves" | "waiting"> = {},
  ) {
    this.number = assigned.partition;
    this.topicId = assigned.topicId;
    this.keyPrefix = assigned.keyPrefix;
    this.epoch = assigned.epoch;
    this.tracker = tracker;
    this.saves = remembered.saves ?? 0n;
    this.restored = new Map((remembered.waiting ?? []).map((one) => [one.offset, one]));
    // Every attempt in flight listens; their number is bounded by the consumer's concurrency.
    setMaxListeners(0, this.#controller.signal);
  }

  /** Outcomes that arrive after the partition was let go are dropped. */
  get isOurs(): boolean {
    return this.#isOurs;
  }

  /** Aborted when the partition is let go. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What waits for its next attempt has changed. */
  noteWaiting(): void {
    this.#isWaitingChanged = true;
  }

  /** Has a change of what waits saved with the next advance. */
  touchIfWaitingChanged(): void {
    if (this.#isWaitingChanged) this.tracker.touch();
  }

  /** Whether what waits has changed since it was last taken. */
  takeWaitingChanged(): boolean {
    const isChanged = this.#isWaitingChanged;
    this.#isWaitingChanged = false;
    return isChanged;
  }

  letGo(): void {
    // Kept beside the signal, whose own answer costs more: it is asked several times for each record.
    this.#isOurs = false;
    this.#controller.abort();
  }
}
