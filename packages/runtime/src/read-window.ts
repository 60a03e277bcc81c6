import type { Partition } from "./partition.ts";
import type { RecordSource } from "./ports.ts";

/** Offsets of a partition between the durable mark and the last one read; a stuck key stops its partition there. */
export const windowOffsetsMax = 50_000;

/** Stops reading a partition whose window is full, and lets it go on when half of it is free. */
export class ReadWindow {
  readonly #source: RecordSource;
  readonly #paused = new Set<number>();

  constructor(source: RecordSource) {
    this.#source = source;
  }

  pauseIfFull(partition: Partition): void {
    if (partition.tracker.unsaved <= windowOffsetsMax) return;
    this.#paused.add(partition.number);
    this.#source.pause([partition.number]);
  }

  resumeOpen(partitions: readonly Partition[]): void {
    if (this.#paused.size === 0) return;
    for (const { number, tracker } of partitions) {
      if (!this.#paused.has(number) || tracker.unsaved > windowOffsetsMax / 2) continue;
      this.#paused.delete(number);
      this.#source.resume([number]);
    }
  }
}
