import { type OpenRecord, openRecord } from "./open-record.ts";
import type { Partition } from "./partition.ts";
import type { DeadLetters } from "./ports.ts";

/** Dead letters taken at once, so that replays never crowd out live records. */
const replaysAtOnce = 50;

/** Dead letters that a person asked to run again, as far as they are under way in this run. */
export class Replays {
  readonly #deadLetters: DeadLetters;
  readonly #consumerId: string;
  readonly #open = new Map<string, Partition>();

  constructor(deadLetters: DeadLetters, consumerId: string) {
    this.#deadLetters = deadLetters;
    this.#consumerId = consumerId;
  }

  /**
   * Takes letters of our partitions only: so they keep the order of their key. One that is still under way when its
   * lease ends is given to us again; that renews the lease, and it must not run twice.
   */
  async take(partitions: readonly Partition[]): Promise<readonly OpenRecord[]> {
    if (partitions.length === 0) return [];
    const wanted = { partitions: partitions.map(({ number }) => number), limit: replaysAtOnce };
    const requests = await this.#deadLetters.takeReplays(this.#consumerId, wanted);
    return requests.flatMap(({ id, record, idempotencyKey, attempts, subject }) => {
      const partition = partitions.find((candidate) => candidate.number === record.partition);
      if (partition === undefined || !partition.isOurs || this.#open.get(id)?.isOurs === true) return [];
      this.#open.set(id, partition);
      const open = openRecord(record, partition, { idempotencyKey, replayId: id, round: 0 });
      open.attempts = attempts;
      open.hasOwnBytes = true;
      if (subject !== "") open.subject = subject;
      return [open];
    });
  }

  /** One ended, and that is written down. */
  ended(id: string): void {
    this.#open.delete(id);
  }

  /** Forgets those of partitions that were let go. */
  forgetLost(): void {
    for (const [id, partition] of this.#open) if (!partition.isOurs) this.#open.delete(id);
  }
}
