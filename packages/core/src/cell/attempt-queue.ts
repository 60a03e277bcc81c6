import type { AttemptRequest } from "./cell.ts";
import { entryBytes } from "./batch.ts";
import type { BatchEntry } from "./batch.ts";
import type { CellOptions } from "./cell-options.ts";
import type { ProcessAnswer } from "./death.ts";
import type { Deadline } from "./timer-wheel.ts";

const idsMax = 2 ** 32;

/** One attempt from the moment it is asked for until it is answered. */
export class Pending {
  readonly id: number;
  readonly request: AttemptRequest;
  readonly bytes: number;
  readonly #resolve: (answer: ProcessAnswer) => void;
  /** The consumer's number in this process; set when the attempt is sent. */
  consumer = 0;
  /** When the handler's signal is aborted, on the monotonic clock; set when the attempt is sent. */
  softAt: number = Number.POSITIVE_INFINITY;
  deadlines: readonly Deadline[] = [];

  constructor(id: number, request: AttemptRequest, resolve: (answer: ProcessAnswer) => void) {
    this.id = id;
    this.request = request;
    this.#resolve = resolve;
    this.bytes = entryBytes(this.entry());
  }

  entry(): BatchEntry {
    const { record, attempt, idempotencyKey, consumer } = this.request;
    const { deadlineMs } = consumer;
    return { attemptId: this.id, consumer: this.consumer, attempt, deadlineMs, idempotencyKey, record };
  }

  settle(answer: ProcessAnswer): void {
    for (const deadline of this.deadlines) deadline.cancel();
    this.#resolve(answer);
  }
}

/**
 * Attempts of one process: those that wait for credit, and those in flight. Credit is records and bytes, so
 * that neither the cell nor the pipe ever holds more than it was made for.
 */
export class AttemptQueue {
  readonly #limits: CellOptions;
  readonly #waiting = new Set<Pending>();
  readonly #sent = new Map<number, Pending>();
  #sentBytes = 0;
  #lastId = 0;

  constructor(limits: CellOptions) {
    this.#limits = limits;
  }

  get isIdle(): boolean {
    return this.#sent.size === 0;
  }

  add(request: AttemptRequest, resolve: (answer: ProcessAnswer) => void): Pending {
    this.#lastId = (this.#lastId + 1) % idsMax;
    const pending = new Pending(this.#lastId, request, resolve);
    this.#waiting.add(pending);
    return pending;
  }

  /** Takes as many waiting attempts as credit and the size of a batch allow; they are in flight from now on. */
  nextBatch(): readonly Pending[] {
    const batch: Pending[] = [];
    let bytes = 0;
    for (const pending of this.#waiting) {
      if (!this.#hasCreditFor(pending) || batch.length >= this.#limits.batchRecordsMax) break;
      if (batch.length > 0 && bytes + pending.bytes > this.#limits.batchBytesMax) break;
      this.#waiting.delete(pending);
      this.#sent.set(pending.id, pending);
      this.#sentBytes += pending.bytes;
      bytes += pending.bytes;
      batch.push(pending);
    }
    return batch;
  }

  inFlight(id: number): Pending | undefined {
    return this.#sent.get(id);
  }

  /** Takes an answered attempt out; undefined when it is not in flight. */
  finish(id: number): Pending | undefined {
    const pending = this.#sent.get(id);
    if (pending === undefined) return undefined;
    this.#sent.delete(id);
    this.#sentBytes -= pending.bytes;
    return pending;
  }

  /** Takes an attempt back that was not sent yet. */
  withdraw(pending: Pending): boolean {
    return this.#waiting.delete(pending);
  }

  /** Takes everything out, because the process is gone. */
  abandon(): { readonly sent: readonly Pending[]; readonly waiting: readonly Pending[] } {
    const [sent, waiting] = [[...this.#sent.values()], [...this.#waiting]];
    this.#sent.clear();
    this.#waiting.clear();
    this.#sentBytes = 0;
    return { sent, waiting };
  }

  #hasCreditFor(pending: Pending): boolean {
    if (this.#sent.size >= this.#limits.recordsMax) return false;
    return this.#sentBytes === 0 || this.#sentBytes + pending.bytes <= this.#limits.bytesMax;
  }
}
