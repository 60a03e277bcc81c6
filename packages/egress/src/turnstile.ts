/** Lets a bounded number of calls in at once and a bounded number wait, first come first served. */
export class Turnstile {
  readonly #insideMax: number;
  readonly #waitingMax: number;
  readonly #waiting = new Set<() => void>();
  #inside = 0;

  constructor(insideMax: number, waitingMax: number) {
    this.#insideMax = insideMax;
    this.#waitingMax = waitingMax;
  }

  get isIdle(): boolean {
    return this.#inside === 0 && this.#waiting.size === 0;
  }

  /**
   * Calls `enter` when it is the caller's turn, at once if there is room. Returns what leaves the queue, or null when
   * the queue is full. Whoever entered must call `leave` once.
   */
  queue(enter: () => void): (() => void) | null {
    if (this.#inside < this.#insideMax) {
      this.#inside += 1;
      enter();
      return () => undefined;
    }
    if (this.#waiting.size >= this.#waitingMax) return null;
    this.#waiting.add(enter);
    return () => this.#waiting.delete(enter);
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#inside -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
