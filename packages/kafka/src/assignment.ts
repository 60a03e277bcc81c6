/** One partition that this member holds. */
interface Held {
  /** The epoch in which it was assigned; kept through rebalances that leave it here. */
  readonly epoch: number;
  /** Where reading goes on; null while its start is not decided, or blocked. */
  position: bigint | null;
}

/** Which partitions are held, since when, and how far each was read. */
export class Assignment {
  readonly #held = new Map<number, Held>();
  #epoch = 0;

  get epoch(): number {
    return this.#epoch;
  }

  get partitions(): readonly number[] {
    return [...this.#held.keys()].toSorted((a, b) => a - b);
  }

  raiseEpoch(): number {
    return ++this.#epoch;
  }

  has(partition: number): boolean {
    return this.#held.has(partition);
  }

  hold(partition: number): void {
    this.#held.set(partition, { epoch: this.#epoch, position: null });
  }

  release(partitions: readonly number[]): void {
    for (const partition of partitions) this.#held.delete(partition);
  }

  epochOf(partition: number): number {
    return this.#held.get(partition)?.epoch ?? 0;
  }

  positionOf(partition: number): bigint | null {
    return this.#held.get(partition)?.position ?? null;
  }

  moveTo(partition: number, position: bigint): void {
    const held = this.#held.get(partition);
    if (held) held.position = position;
  }
}
