import type { AttemptRequest } from "./cell.ts";
import { CalledTargets, withCalled } from "./called-targets.ts";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { entryBytes } from "./batch.ts";
import type { SizedEntry } from "./batch.ts";
import type { CellOptions } from "./cell-options.ts";
import type { ProcessAnswer } from "./death.ts";
import { NumberedSlots } from "./numbered-slots.ts";
import type { Deadline, Due } from "./timer-wheel.ts";

/** Places at the front of the queue that may stand empty before it is moved up. */
const goneMax = 1_024;

/** Watches over the deadlines of the attempts of one process. */
export interface AttemptClock {
  due(pending: Pending): void;
}

/** One attempt from the moment it is asked for until it is answered; as an entry it can be laid out as it is. */
export class Pending implements SizedEntry, Due {
  /** The number on the wire; set when the attempt is sent. */
  attemptId = 0;
  readonly request: AttemptRequest;
  readonly record: RawRecord;
  readonly attempt: number;
  readonly deadlineMs: number;
  readonly idempotencyKey: string;
  readonly bytes: number;
  readonly #resolve: (answer: ProcessAnswer) => void;
  /** The consumer's number in this process; set when the attempt is sent. */
  consumer = 0;
  /** When the handler's signal is aborted, on the monotonic clock; set when the attempt is sent. */
  softAt: number = Number.POSITIVE_INFINITY;
  deadline: Deadline | null = null;
  /** Told at the soft deadline, and again at the hard one. */
  clock: AttemptClock | null = null;
  isSettled = false;
  isSent = false;
  stepsBegun = 0;
  /** Targets that answered a call of this attempt; null while there are none. */
  #called: CalledTargets | null = null;

  constructor(request: AttemptRequest, resolve: (answer: ProcessAnswer) => void) {
    this.request = request;
    this.record = request.record;
    this.attempt = request.attempt;
    this.deadlineMs = request.consumer.deadlineMs;
    this.idempotencyKey = request.idempotencyKey;
    this.#resolve = resolve;
    this.bytes = entryBytes(this);
  }

  noteAnswer(origin: string, status: number): void {
    this.#called ??= new CalledTargets();
    this.#called.note(origin, status);
  }

  due(): void {
    this.clock?.due(this);
  }

  settle(answer: ProcessAnswer): void {
    this.isSettled = true;
    this.deadline?.cancel();
    this.#resolve(this.#called === null ? answer : withCalled(answer, this.#called.list()));
  }
}

/**
 * Attempts of one process: those that wait for credit, and those in flight. Credit is records and bytes, so
 * that neither the cell nor the pipe ever holds more than it was made for.
 */
export class AttemptQueue {
  readonly #limits: CellOptions;
  readonly #sent = new NumberedSlots<Pending>();
  /** In the order they were asked for; those before the head are gone, and settled ones were withdrawn. */
  #waiting: (Pending | undefined)[] = [];
  #head = 0;
  #sentBytes = 0;

  constructor(limits: CellOptions) {
    this.#limits = limits;
  }

  get isIdle(): boolean {
    return this.#sent.size === 0;
  }

  get hasWaiting(): boolean {
    return this.#head < this.#waiting.length;
  }

  add(request: AttemptRequest, resolve: (answer: ProcessAnswer) => void): Pending {
    const pending = new Pending(request, resolve);
    this.#waiting.push(pending);
    return pending;
  }

  /** Takes as many waiting attempts as credit and the size of a batch allow; they are in flight from now on. */
  nextBatch(): readonly Pending[] {
    const batch: Pending[] = [];
    let bytes = 0;
    for (; this.#head < this.#waiting.length; this.#head += 1) {
      const pending = this.#waiting[this.#head];
      if (pending === undefined || pending.isSettled) continue;
      if (!this.#hasCreditFor(pending) || batch.length >= this.#limits.batchRecordsMax) break;
      if (batch.length > 0 && bytes + pending.bytes > this.#limits.batchBytesMax) break;
      this.#waiting[this.#head] = undefined;
      pending.attemptId = this.#sent.add(pending);
      pending.isSent = true;
      this.#sentBytes += pending.bytes;
      bytes += pending.bytes;
      batch.push(pending);
    }
    this.#dropHead();
    return batch;
  }

  inFlight(id: number): Pending | undefined {
    return this.#sent.get(id);
  }

  /** Takes an answered attempt out; undefined when it is not in flight. */
  finish(id: number): Pending | undefined {
    const pending = this.#sent.take(id);
    if (pending !== undefined) this.#sentBytes -= pending.bytes;
    return pending;
  }

  /** Takes out what waits for credit; what is in flight stays. */
  takeWaiting(): readonly Pending[] {
    const left = this.#waiting.slice(this.#head);
    this.#waiting = [];
    this.#head = 0;
    return left.flatMap((pending) => (pending === undefined || pending.isSettled ? [] : [pending]));
  }

  /** Takes everything out, because the process is gone. */
  abandon(): { readonly sent: readonly Pending[]; readonly waiting: readonly Pending[] } {
    const sent = this.#sent.values();
    for (const { attemptId } of sent) this.#sent.take(attemptId);
    this.#sentBytes = 0;
    return { sent, waiting: this.takeWaiting() };
  }

  #dropHead(): void {
    if (this.#head < this.#waiting.length && this.#head < goneMax) return;
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }

  #hasCreditFor(pending: Pending): boolean {
    if (this.#sent.size >= this.#limits.recordsMax) return false;
    return this.#sentBytes === 0 || this.#sentBytes + pending.bytes <= this.#limits.bytesMax;
  }
}
