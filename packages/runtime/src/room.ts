import { sizeBytesOf } from "./open-record.ts";
import type { Partition } from "./partition.ts";

/** Bounds of what one consumer holds in memory. */
export interface RoomBounds {
  readonly recordsMax: number;
  readonly bytesMax: number;
}

/** Counts what is open, and lets one caller wait until it falls below its bounds. */
export class Room {
  readonly #bounds: RoomBounds;
  #records = 0;
  #bytes = 0;
  #wake: (() => void) | null = null;

  constructor(bounds: RoomBounds) {
    this.#bounds = bounds;
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  take(bytes: number): void {
    this.#records += 1;
    this.#bytes += bytes;
  }

  give(bytes: number): void {
    this.#records -= 1;
    this.#bytes -= bytes;
    this.changed();
  }

  /** Counts anew what is open, after partitions were let go. */
  count(partitions: readonly Partition[]): void {
    this.#records = 0;
    this.#bytes = 0;
    for (const { open } of partitions) {
      for (const { record } of open.values()) this.take(sizeBytesOf(record));
    }
    this.changed();
  }

  /** Says that the wish to wait may have changed. */
  changed(): void {
    this.#wake?.();
    this.#wake = null;
  }

  /** Whether a record may be taken now. One record always may, however large it is. */
  get isFree(): boolean {
    if (this.#records === 0) return true;
    return this.#records < this.#bounds.recordsMax && this.#bytes < this.#bounds.bytesMax;
  }

  /** Resolves when there is room, or when the reason to wait is gone. */
  async free(isStillWanted: () => boolean): Promise<void> {
    while (!this.isFree && isStillWanted()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
