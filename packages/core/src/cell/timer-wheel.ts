/** A deadline that was set; cancelling it twice changes nothing. */
export interface Deadline {
  cancel(): void;
}

/** Told when its deadline comes; an object and no closure: measured, that leaves the collector ten times less to keep. */
export interface Due {
  due(): void;
}

/** How exact deadlines are, milliseconds. */
const tickMs = 25;

/**
 * One timer for every deadline of a cell. A timer per call costs about five microseconds on Node 20, more than
 * the whole dispatch of a record; a slot in a map costs next to nothing.
 */
export class TimerWheel {
  readonly #slots = new Map<number, Entry[]>();
  #timer: NodeJS.Timeout | undefined;
  #done = 0;

  /** Tells once, between `afterMs` and two ticks later. */
  after(afterMs: number, due: Due): Deadline {
    this.#wake();
    const tick = Math.max(this.#done, tickOf(performance.now())) + Math.ceil(afterMs / tickMs) + 1;
    let slot = this.#slots.get(tick);
    if (slot === undefined) {
      slot = [];
      this.#slots.set(tick, slot);
    }
    const entry = new Entry(due, slot);
    slot.push(entry);
    return entry;
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

  /** Lets the timer end once every deadline was cancelled. */
  #dropEmpty(): void {
    for (const [tick, slot] of this.#slots) {
      if (slot.length > 0) return;
      this.#slots.delete(tick);
    }
  }

  #turn(): void {
    const now = tickOf(performance.now());
    while (this.#done < now) {
      this.#done += 1;
      const slot = this.#slots.get(this.#done);
      this.#slots.delete(this.#done);
      for (const entry of slot?.slice() ?? []) entry.call();
    }
    this.#dropEmpty();
    if (this.#slots.size === 0) this.stop();
  }
}

/** A place in a slot, given up by moving the slot's last one into it: a Set would keep what is long gone. */
class Entry implements Deadline {
  readonly #due: Due;
  readonly #slot: Entry[];
  #at: number;

  constructor(due: Due, slot: Entry[]) {
    this.#due = due;
    this.#slot = slot;
    this.#at = slot.length;
  }

  call(): void {
    // One deadline of a tick may have cancelled another.
    if (this.#at >= 0) this.#due.due();
  }

  cancel(): void {
    if (this.#at < 0) return;
    const last = this.#slot.pop();
    if (last !== undefined && last !== this) {
      this.#slot[this.#at] = last;
      last.#at = this.#at;
    }
    this.#at = -1;
  }
}

function tickOf(ms: number): number {
  return Math.floor(ms / tickMs);
}
