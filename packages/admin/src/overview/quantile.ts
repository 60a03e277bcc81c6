import { durationBuckets } from "@gluttony/model";

/**
 * The length below which a share of what was counted in the register's buckets lies, in milliseconds; null when nothing was.
 * Between two bounds it is taken to grow evenly; beyond the last bound it is that bound. Pure.
 */
export function quantileMs(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const wanted = share * total;
  let below = 0;
  for (const [place, bound] of durationBuckets.entries()) {
    const count = counts[place] ?? 0;
    if (below + count >= wanted && count > 0) {
      const lower = durationBuckets[place - 1] ?? 0;
      return Math.round((lower + ((bound - lower) * (wanted - below)) / count) * 1_000 * 1_000) / 1_000;
    }
    below += count;
  }
  return (durationBuckets.at(-1) ?? 0) * 1_000;
}
