import type { DeadLetterStats } from "@gluttony/model";

/** How many dead letters of one kind there are, with times as texts. */
export interface DeadLetterStatsView extends Omit<DeadLetterStats, "oldestParkedAt" | "newestParkedAt"> {
  readonly oldestParkedAt: string;
  readonly newestParkedAt: string;
}

/** Projects field by field. */
export function deadLetterStatsView(stats: DeadLetterStats): DeadLetterStatsView {
  return {
    consumer: stats.consumer,
    state: stats.state,
    failureCode: stats.failureCode,
    count: stats.count,
    subjects: stats.subjects,
    oldestParkedAt: stats.oldestParkedAt.toISOString(),
    newestParkedAt: stats.newestParkedAt.toISOString(),
  };
}
