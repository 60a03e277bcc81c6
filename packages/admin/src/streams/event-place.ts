/** Milliseconds after which a number that is missing is taken for one that was taken back. */
const gapMs = 30_000;
/** Missing numbers that are remembered; the oldest are given up first. */
const gapsMax = 1_000;

/**
 * Where a client stands among events. Numbers are given out before their transactions end, so that a smaller one may appear after
 * a larger: each that is missing is asked for again for a while.
 */
export class EventPlace {
  #last: bigint;
  readonly #gaps = new Map<bigint, number>();

  constructor(last: bigint) {
    this.#last = last;
  }

  /** The largest number that was seen. */
  get last(): bigint {
    return this.#last;
  }

  /** Numbers below it that may still come. */
  get missing(): readonly bigint[] {
    return [...this.#gaps.keys()];
  }

  /** From where a client that comes back is told everything that it has not been told, and a little again. */
  get resumeAt(): bigint {
    const [first] = this.#gaps.keys();
    return first === undefined ? this.#last : first - 1n;
  }

  /** Notes an event that was read. */
  saw(id: bigint, nowMs: number): void {
    this.#gaps.delete(id);
    const far = id - BigInt(gapsMax);
    for (let gap = far > this.#last ? far : this.#last + 1n; gap < id; gap += 1n) this.#gaps.set(gap, nowMs);
    if (id > this.#last) this.#last = id;
    for (const [gap, sinceMs] of this.#gaps) {
      if (nowMs - sinceMs <= gapMs && this.#gaps.size <= gapsMax) break;
      this.#gaps.delete(gap);
    }
  }

  /** Gives up missing numbers whose time is over. */
  forget(nowMs: number): void {
    for (const [gap, sinceMs] of this.#gaps) if (nowMs - sinceMs > gapMs) this.#gaps.delete(gap);
  }

  /** Leaves out everything up to a number. Answers how many events that may have been. */
  skipTo(newest: bigint): bigint {
    const skipped = newest > this.#last ? newest - this.#last : 0n;
    this.#gaps.clear();
    this.#last = newest;
    return skipped;
  }
}
