/** Records behind from which a backlog is called large. */
const largeRecords = 10_000n;
/** Milliseconds behind from which a backlog is called large. */
const largeMs = 600_000;
/** Milliseconds over which it must have shrunk to be left alone. */
const compareMs = 60_000;

/** Tells a backlog that grows from one that is being worked off. */
export class Backlog {
  #samples: { readonly atMs: number; readonly records: bigint }[] = [];

  /** Whether the backlog is large and not smaller than a minute ago. */
  note(records: bigint, lagMs: number | null, nowMs: number): boolean {
    const last = this.#samples.at(-1);
    if (last === undefined || nowMs - last.atMs >= compareMs / 12)
      this.#samples.push({ atMs: nowMs, records });
    // The oldest one kept is at least a minute old, if there is one.
    while ((this.#samples[1]?.atMs ?? nowMs) <= nowMs - compareMs) this.#samples.shift();
    const before = this.#samples[0];
    if (before === undefined || nowMs - before.atMs < compareMs) return false;
    const isLarge = records > largeRecords || (lagMs ?? 0) > largeMs;
    return isLarge && records >= before.records;
  }
}
