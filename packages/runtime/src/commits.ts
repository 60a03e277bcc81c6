import type { OpenRecord } from "./open-record.ts";
import type { Partition } from "./partition.ts";
import type { Advance, Clock, Positions, RecordSource } from "./ports.ts";
import { remember } from "./remember.ts";
import { ToldMarks } from "./told-marks.ts";
import { waitingRecordsOf } from "./waiting-records.ts";

/** Milliseconds between writes of what waits for its next attempt. */
const waitingBeatMs = 1_000;

/** Who remembers and who is told. */
export interface CommitStores {
  readonly positions: Positions;
  readonly source: RecordSource;
}

/** Whose marks, and what is told of them. */
export interface CommitOwner {
  readonly consumerId: string;
  readonly topic: string;
  partitions(): readonly Partition[];
  waitingLanes(): Iterable<readonly OpenRecord[]>;
  subjectOf(open: OpenRecord): string;
  onSaved(): void;
  /** Another host moved these partitions' marks. */
  onLost(partitions: readonly number[]): void;
  onTrouble(error: unknown): void;
}

/** Commits one after the other; what could not be saved is saved with the next. */
export class Commits {
  readonly #stores: CommitStores;
  readonly #clock: Clock;
  readonly #owner: CommitOwner;
  readonly #told: ToldMarks;
  #waitingSavedAtMs = Number.NEGATIVE_INFINITY;
  #last: Promise<void> = Promise.resolve();
  #isHandedOver = false;

  constructor(stores: CommitStores, clock: Clock, owner: CommitOwner) {
    this.#stores = stores;
    this.#clock = clock;
    this.#owner = owner;
    this.#told = new ToldMarks(stores.source, (error) => owner.onTrouble(error));
  }

  /** Commits after any commit under way; never rejects. With `everything` also what waits is written now. */
  async commit(everything: boolean = false): Promise<void> {
    if (this.#isHandedOver && !everything) return;
    const nowMs = this.#clock.monotonicMs();
    const isWaitingDue = everything || nowMs - this.#waitingSavedAtMs >= waitingBeatMs;
    if (isWaitingDue) this.#waitingSavedAtMs = nowMs;
    this.#last = this.#last.then(() => this.#commitOnce(isWaitingDue));
    await this.#last;
    // Whoever drains hands over what the broker knows.
    if (everything) await this.#told.settled();
  }

  /**
   * Commits all, and then nothing until {@link resume}: from here on another host may read what was written, and a mark that moves on,
   * as over control records that were still on their way, would take from it what it does.
   */
  async handOver(): Promise<void> {
    // First, since it may be known anew whose partitions they are before a slow write has ended.
    this.#isHandedOver = true;
    await this.commit(true);
  }

  /** It is known anew which partitions are ours. */
  resume(): void {
    this.#isHandedOver = false;
  }

  async #commitOnce(isWaitingDue: boolean): Promise<void> {
    const { consumerId, topic } = this.#owner;
    const partitions = this.#owner.partitions();
    if (isWaitingDue) for (const partition of partitions) partition.touchIfWaitingChanged();
    const waitingOf = (partition: Partition): Advance["waiting"] =>
      isWaitingDue ? this.#waitingOf(partition) : null;
    try {
      const scope = { consumerId, topic, partitions, waitingOf };
      const { marks, lost } = await remember(this.#stores.positions, scope);
      // Said before the broker is asked: should it fail, nobody else would say it.
      if (lost.length > 0) this.#owner.onLost(lost);
      this.#told.tell(marks);
      if (!this.#told.isFailing) this.#owner.onSaved();
    } catch (error) {
      for (const partition of partitions) partition.noteWaiting();
      this.#owner.onTrouble(error);
    }
  }

  #waitingOf(partition: Partition): Advance["waiting"] {
    if (!partition.takeWaitingChanged()) return null;
    return waitingRecordsOf(partition, this.#owner.waitingLanes(), (open) => this.#owner.subjectOf(open));
  }
}
