import type { PartitionObservation } from "@gluttony/model";

/** Milliseconds after which a partition that is not read although it has records is no longer one that is slow. */
const slowMs = 5_000;

/** Tells partitions whose records are not fetched from those that are only busy. */
export class FetchStall {
  readonly #seen = new Map<number, { readonly next: string; readonly sinceMs: number }>();

  /** Answers the places at which reading stands still, as one text that changes with any of them; null when none does. */
  note(partitions: readonly PartitionObservation[], nowMs: number): string | null {
    const stuck: string[] = [];
    for (const { partition, next, logEnd } of partitions) {
      const before = this.#seen.get(partition);
      const isStill = before?.next === next && next !== logEnd;
      if (!isStill) this.#seen.set(partition, { next, sinceMs: nowMs });
      else if (nowMs - before.sinceMs >= slowMs) stuck.push(`${partition}:${next}`);
    }
    return stuck.length === 0 ? null : stuck.join(" ");
  }
}
