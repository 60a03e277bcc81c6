/** Requests kept; older ones are dropped, and the journal says how many. */
export const JOURNAL_MAX_ENTRIES = 200_000;
/** Entries in one answer of the control API. */
export const JOURNAL_PAGE_MAX = 10_000;
/** Remembers every request in the order of arrival, in a ring of bounded size. */
export class StubJournal {
  #entries = [];
  #limit;
  #count = 0;
  constructor(limit = JOURNAL_MAX_ENTRIES) {
    this.#limit = limit;
  }
  /** How many were dropped because the ring was full. Tests that count must find 0 here. */
  get dropped() {
    return Math.max(0, this.#count - this.#limit);
  }
  get count() {
    return this.#count;
  }
  add(arrival) {
    this.#count += 1;
    const entry = { ...arrival, number: this.#count, status: 0, code: undefined, finishedAtMs: undefined };
    this.#entries[(this.#count - 1) % this.#limit] = entry;
    return this.#count;
  }
  finish(number, answer) {
    const at = (number - 1) % this.#limit;
    const entry = this.#entries[at];
    if (entry?.number === number) this.#entries[at] = { ...entry, ...answer };
  }
  /** Entries after a number, oldest first. */
  after(number, limit = this.#limit) {
    const first = Math.max(number, this.dropped) + 1;
    const last = Math.min(this.#count, first + limit - 1);
    const found = [];
    for (let at = first; at <= last; at += 1) {
      const entry = this.#entries[(at - 1) % this.#limit];
      if (entry !== undefined) found.push(entry);
    }
    return found;
  }
}
