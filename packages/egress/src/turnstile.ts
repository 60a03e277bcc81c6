/**
 * Lets a bounded number of calls in at once. Those that wait enter in turn, one of each waiting party after the other,
 * so that the backlog of one never starves another; within a party first come is first served.
 */
export class Turnstile {
  readonly #insideMax: number;
  readonly #waitingMax: number;
  /** Whose turn is next comes first; a party without anybody waiting is not in it. */
  readonly #parties = new Map<string, Set<() => void>>();
  #inside = 0;
  #freed = 0;

  /** `waitingMax` holds for each party by itself: a full queue of one keeps nobody else out. */
  constructor(insideMax: number, waitingMax: number) {
    this.#insideMax = insideMax;
    this.#waitingMax = waitingMax;
  }

  get isIdle(): boolean {
    return this.#inside === 0 && this.#parties.size === 0;
  }

  /** Goes in at once if there is room; whoever entered must call `leave` once. */
  enter(): boolean {
    if (this.#inside >= this.#insideMax) return false;
    this.#inside += 1;
    return true;
  }

  /** Calls `enter` when it is the caller's turn. Returns what leaves the queue, or null when the queue is full. */
  wait(party: string, enter: () => void): (() => void) | null {
    const waiting = this.#parties.get(party) ?? new Set();
    if (waiting.size >= this.#waitingMax) return null;
    waiting.add(enter);
    this.#parties.set(party, waiting);
    return () => {
      waiting.delete(enter);
      // The same name may belong to a later queue by now.
      if (waiting.size === 0 && this.#parties.get(party) === waiting) this.#parties.delete(party);
    };
  }

  leave(): void {
    this.#freed += 1;
    // Whoever enters may leave at once; without this a long queue that is refused would be as many calls deep.
    if (this.#freed > 1) return;
    while (this.#freed > 0) {
      const enter = this.#next();
      if (enter === null) this.#inside -= 1;
      else enter();
      this.#freed -= 1;
    }
  }

  #next(): (() => void) | null {
    const [first] = this.#parties;
    if (first === undefined) return null;
    const [party, waiting] = first;
    const [enter = null] = waiting;
    this.#parties.delete(party);
    if (enter !== null) waiting.delete(enter);
    if (waiting.size > 0) this.#parties.set(party, waiting);
    return enter;
  }
}
