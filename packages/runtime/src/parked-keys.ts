import type { DeadLetters } from "./ports.ts";

/**
 * Knows which keys have a record set aside, and from which offset on, so that their later records are set aside
 * behind it. A record that is read again and comes before what is set aside is not behind it.
 */
export class ParkedKeys {
  readonly #deadLetters: DeadLetters;
  readonly #consumerId: string;
  /** The lowest offset set aside, by partition and subject. */
  readonly #firsts = new Map<number, Map<string, bigint>>();
  /** What changed while the letters were being read again: what was read may be older. */
  #changed = new Set<string>();

  constructor(deadLetters: DeadLetters, consumerId: string) {
    this.#deadLetters = deadLetters;
    this.#consumerId = consumerId;
  }

  /** Reads what is parked in partitions that were just assigned; before their first record. */
  async load(partitions: readonly number[]): Promise<void> {
    const parked = await this.#deadLetters.parkedSubjects(this.#consumerId, partitions);
    for (const partition of partitions) this.#firsts.set(partition, new Map(parked.get(partition)));
  }

  /** Reads again what a person may have discarded or restored meanwhile. */
  async refresh(partitions: readonly number[]): Promise<void> {
    if (partitions.length === 0) return;
    this.#changed = new Set();
    const parked = await this.#deadLetters.parkedSubjects(this.#consumerId, partitions);
    for (const partition of partitions) {
      const known = this.#firsts.get(partition);
      if (known !== undefined) this.#take(known, parked.get(partition) ?? new Map());
    }
  }

  isBehind(place: { readonly partition: number; readonly offset: bigint }, subject: string): boolean {
    const first = this.#firsts.get(place.partition)?.get(subject);
    return first !== undefined && first < place.offset;
  }

  /** A record was set aside. */
  add({ partition, offset }: { readonly partition: number; readonly offset: bigint }, subject: string): void {
    this.#changed.add(subject);
    const known = this.#firsts.get(partition);
    const first = known?.get(subject);
    if (first === undefined || offset < first) known?.set(subject, offset);
  }

  /** A letter of the subject ended; null when none is left. */
  setFirst(partition: number, subject: string, first: bigint | null): void {
    this.#changed.add(subject);
    const known = this.#firsts.get(partition);
    if (first === null) known?.delete(subject);
    else known?.set(subject, first);
  }

  #take(known: Map<string, bigint>, now: ReadonlyMap<string, bigint>): void {
    for (const subject of known.keys()) {
      if (!now.has(subject) && !this.#changed.has(subject)) known.delete(subject);
    }
    for (const [subject, first] of now) if (!this.#changed.has(subject)) known.set(subject, first);
  }
}
