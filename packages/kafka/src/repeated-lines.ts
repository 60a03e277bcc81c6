/** A line is passed on once in this time, however often it comes. */
const REPEAT_AFTER_MS = 10_000;
/** Different lines remembered; the longest known is forgotten first. */
const LINES_MAX = 100;

interface Passed {
  readonly atMs: number;
  leftOut: number;
}

/** Keeps a fault that comes back many times a second from flooding the log. */
export class RepeatedLines {
  readonly #passed = new Map<string, Passed>();

  /** How many lines like this one were left out since the last that was passed on; null when this one is to be, too. */
  admit(line: string, nowMs: number): number | null {
    const before = this.#passed.get(line);
    if (before && nowMs - before.atMs < REPEAT_AFTER_MS) {
      before.leftOut += 1;
      return null;
    }
    this.#passed.delete(line);
    this.#passed.set(line, { atMs: nowMs, leftOut: 0 });
    const [oldest] = this.#passed.keys();
    if (this.#passed.size > LINES_MAX && oldest !== undefined) this.#passed.delete(oldest);
    return before?.leftOut ?? 0;
  }
}
