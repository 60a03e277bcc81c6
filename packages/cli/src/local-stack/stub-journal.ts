/** Requests kept; older ones are dropped, and the journal says how many. */
export const JOURNAL_MAX_ENTRIES = 200_000;
/** Entries in one answer of the control API. */
export const JOURNAL_PAGE_MAX = 10_000;

/** One request that the stub received. Subject and version are what the caller's extractor made of the body. */
export interface JournalEntry {
  /** Counted from 1, without gaps. */
  readonly number: number;
  /** Monotonic milliseconds of this process, as `performance.now()` gives them. */
  readonly receivedAtMs: number;
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  readonly subject: string | undefined;
  readonly version: string | undefined;
  /** HTTP status answered; 0 as long as nothing was answered, or if the caller left before. */
  readonly status: number;
  /** Code in the answer's body, where there is one. */
  readonly code: number | undefined;
  readonly finishedAtMs: number | undefined;
}

export type Arrival = Pick<
  JournalEntry,
  "receivedAtMs" | "method" | "path" | "idempotencyKey" | "subject" | "version"
>;

/** Remembers every request in the order of arrival, in a ring of bounded size. */
export class StubJournal {
  readonly #entries: JournalEntry[] = [];
  readonly #limit: number;
  #count = 0;

  constructor(limit: number = JOURNAL_MAX_ENTRIES) {
    this.#limit = limit;
  }

  /** How many were dropped because the ring was full. Tests that count must find 0 here. */
  get dropped(): number {
    return Math.max(0, this.#count - this.#limit);
  }

  get count(): number {
    return this.#count;
  }

  add(arrival: Arrival): number {
    this.#count += 1;
    const entry = { ...arrival, number: this.#count, status: 0, code: undefined, finishedAtMs: undefined };
    this.#entries[(this.#count - 1) % this.#limit] = entry;
    return this.#count;
  }

  finish(number: number, answer: Pick<JournalEntry, "status" | "code" | "finishedAtMs">): void {
    const at = (number - 1) % this.#limit;
    const entry = this.#entries[at];
    if (entry?.number === number) this.#entries[at] = { ...entry, ...answer };
  }

  /** Entries after a number, oldest first. */
  after(number: number, limit: number = this.#limit): readonly JournalEntry[] {
    const first = Math.max(number, this.dropped) + 1;
    const last = Math.min(this.#count, first + limit - 1);
    const found: JournalEntry[] = [];
    for (let at = first; at <= last; at += 1) {
      const entry = this.#entries[(at - 1) % this.#limit];
      if (entry !== undefined) found.push(entry);
    }
    return found;
  }
}
