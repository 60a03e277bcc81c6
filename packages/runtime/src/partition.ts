import { setMaxListeners } from "node:events";
import type { OpenRecord } from "./open-record.ts";
import type { OffsetTracker } from "./offset-tracker.ts";

/** One assigned partition: its tracker, its open records, and whether it is still ours. */
export class Partition {
  readonly number: number;
  readonly topicId: string;
  /** The epoch in which it was assigned; batches of an earlier one belong to an earlier ownership. */
  readonly epoch: number;
  readonly tracker: OffsetTracker;
  /** Open records by offset, oldest first. */
  readonly open: Map<bigint, OpenRecord> = new Map();
  readonly #controller = new AbortController();

  constructor(
    assigned: { readonly partition: number; readonly topicId: string },
    epoch: number,
    tracker: OffsetTracker,
  ) {
    this.number = assigned.partition;
    this.topicId = assigned.topicId;
    this.epoch = epoch;
    this.tracker = tracker;
    // Every attempt in flight listens; their number is bounded by the consumer's concurrency.
    setMaxListeners(0, this.#controller.signal);
  }

  /** Outcomes that arrive after the partition was let go are dropped. */
  get isOurs(): boolean {
    return !this.#controller.signal.aborted;
  }

  /** Aborted when the partition is let go. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  letGo(): void {
    this.#controller.abort();
  }
}
