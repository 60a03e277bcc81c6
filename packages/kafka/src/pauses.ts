/** Why a partition is not fetched: its owner asked, its batches wait unread, or it cannot go on. */
export type PauseReason = "owner" | "queue" | "blocked";

/** What pausing comes down to. */
export interface Pausable {
  pause(partitions: readonly number[]): void;
  resume(partitions: readonly number[]): void;
}

/** Keeps a partition paused as long as there is at least one reason for it. */
export class Pauses {
  readonly #reasons = new Map<number, Set<PauseReason>>();
  readonly #target: Pausable;

  constructor(target: Pausable) {
    this.#target = target;
  }

  add(reason: PauseReason, partitions: readonly number[]): void {
    for (const partition of partitions) {
      const reasons = this.#reasons.get(partition) ?? new Set();
      this.#reasons.set(partition, reasons.add(reason));
    }
    this.#target.pause(partitions);
  }

  remove(reason: PauseReason, partitions: readonly number[]): void {
    this.#target.resume(partitions.filter((partition) => this.#isLastReason(reason, partition)));
  }

  /** Forgets every reason, for partitions that are no longer ours. */
  clear(partitions: readonly number[]): void {
    this.#target.resume(partitions.filter((partition) => this.#reasons.delete(partition)));
  }

  isBlocked(partition: number): boolean {
    return this.#reasons.get(partition)?.has("blocked") ?? false;
  }

  #isLastReason(reason: PauseReason, partition: number): boolean {
    const reasons = this.#reasons.get(partition);
    if (!reasons?.delete(reason) || reasons.size > 0) return false;
    return this.#reasons.delete(partition);
  }
}
