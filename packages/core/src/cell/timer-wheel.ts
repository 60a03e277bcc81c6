/** A deadline that was set; cancelling it twice changes nothing. */
export interface Deadline {
  cancel(): void;
}

/** How exact deadlines are, milliseconds. */
const tickMs = 25;

/**
 * One timer for every deadline of a cell. A timer per call costs about five microseconds on Node 20, more than
 * the whole dispatch of a record; a slot in a map costs next to nothing.
 */
export class TimerWheel {
  readonly #slots = new Map<number, Set<() => void>>();
  #timer: NodeJS.Timeout | undefined;
  #done = 0;

  /** Calls back once, between `afterMs` and two ticks later. */
  after(afterMs: number, callback: () => void): Deadline {
    this.#wake();
    const tick = Math.max(this.#done, tickOf(performance.now())) + Math.ceil(afterMs / tickMs) + 1;
    const slot = this.#slots.get(tick) ?? new Set();
    const entry = (): void => callback();
    slot.add(entry);
    this.#slots.set(tick, slot);
    return { cancel: () => this.#cancel(tick, entry) };
  }

  stop(): void {
    if (this.#timer !== undefined) clearInterval(this.#timer);
    this.#timer = undefined;
    this.#slots.clear();
  }

  #wake(): void {
    if (this.#timer !== undefined) return;
    this.#done = tickOf(performance.now());
    this.#timer = setInterval(() => this.#turn(), tickMs);
  }

  #cancel(tick: number, entry: () => void): void {
    const slot = this.#slots.get(tick);
    if (slot === undefined) return;
    slot.delete(entry);
    if (slot.size === 0) this.#slots.delete(tick);
  }

  #turn(): void {
    const now = tickOf(performance.now());
    while (this.#done < now) {
      this.#done += 1;
      const slot = this.#slots.get(this.#done);
      this.#slots.delete(this.#done);
      for (const callback of slot ?? []) callback();
    }
    if (this.#slots.size === 0) this.stop();
  }
}

function tickOf(ms: number): number {
  return Math.floor(ms / tickMs);
}
