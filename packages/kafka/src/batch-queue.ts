import type { Batch } from "@gluttony/runtime";

/** A partition with this many batches unread is full. */
export const UNREAD_BATCHES_MAX = 8;
/** Bytes of all partitions together; the partition whose batch passes it is full. */
export const UNREAD_BYTES_MAX: number = 16 * 1024 * 1024;

/** Told when a partition's batches pile up, and when it may be read on. */
export interface QueueEvents {
  onFull(partition: number): void;
  onDrained(partition: number): void;
}

/** Batches on the way from the fetches to whoever iterates, in order; never makes a fetch wait. */
export class BatchQueue {
  readonly #events: QueueEvents;
  #batches: Batch[] = [];
  #unreadBytes = 0;
  readonly #unread = new Map<number, number>();
  readonly #full = new Set<number>();
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(events: QueueEvents) {
    this.#events = events;
  }

  push(batch: Batch): void {
    if (this.#isClosed) return;
    const { partition } = batch;
    const unread = (this.#unread.get(partition) ?? 0) + 1;
    this.#batches.push(batch);
    this.#unread.set(partition, unread);
    this.#unreadBytes += bytesOf(batch);
    if (
      !this.#full.has(partition) &&
      (unread >= UNREAD_BATCHES_MAX || this.#unreadBytes >= UNREAD_BYTES_MAX)
    ) {
      this.#full.add(partition);
      this.#events.onFull(partition);
    }
    this.#wake();
  }

  /** Throws batches away whose partitions were let go. */
  drop(partitions: readonly number[]): void {
    const gone = new Set(partitions);
    const dropped = this.#batches.filter((batch) => gone.has(batch.partition));
    this.#batches = this.#batches.filter((batch) => !gone.has(batch.partition));
    for (const batch of dropped) this.#count(batch);
    this.#release();
  }

  close(): void {
    this.#isClosed = true;
    this.#batches = [];
    this.#wake();
  }

  async *read(): AsyncGenerator<Batch> {
    while (!this.#isClosed) {
      const batch = this.#batches.shift();
      if (batch === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      this.#count(batch);
      this.#release();
      yield batch;
    }
  }

  #count(batch: Batch): void {
    this.#unread.set(batch.partition, (this.#unread.get(batch.partition) ?? 1) - 1);
    this.#unreadBytes -= bytesOf(batch);
  }

  /** A partition goes on only when none of its batches waits, so that pausing does not flutter. */
  #release(): void {
    if (this.#unreadBytes > UNREAD_BYTES_MAX / 2) return;
    for (const partition of this.#full) {
      if ((this.#unread.get(partition) ?? 0) > 0) continue;
      this.#full.delete(partition);
      this.#events.onDrained(partition);
    }
  }
}

function bytesOf(batch: Batch): number {
  let bytes = 0;
  for (const { key, value } of batch.records) bytes += (key?.length ?? 0) + (value?.length ?? 0);
  return bytes;
}
