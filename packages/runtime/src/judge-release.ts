import type { AttemptResult } from "@gluttony/core";
import type { PluginSettings } from "@gluttony/model";

/** How the attempts of one release ended so far. */
export interface ReleaseCounts {
  readonly attempts: number;
  /** Attempts that failed by the release's own fault. */
  readonly faults: number;
}

/** What is known of a release that took over, and of the one before it. */
export interface FreshRelease {
  readonly sinceMs: number;
  readonly fresh: ReleaseCounts;
  readonly before: ReleaseCounts;
  /** Whether its process ends too often to be started again. */
  readonly isQuarantined: boolean;
}

const ownCodes: ReadonlySet<string> = new Set([
  "handler.threw",
  "handler.deadline",
  "handler.result_invalid",
]);

/** Whether an attempt failed by a fault of the code: what a target or a record is to blame for says nothing of it. */
export function isOwnFault(result: AttemptResult): boolean {
  if (result.kind !== "failed") return false;
  return ownCodes.has(result.failure.code) || result.failure.code.startsWith("plugin.");
}

/** Whether the release before should serve again. Pure. */
export function shouldRollBack(
  { sinceMs, fresh, before, isQuarantined }: FreshRelease,
  rule: PluginSettings,
): boolean {
  if (rule.rollback === "off" || sinceMs > rule.rollbackWindowMs) return false;
  // What failed before, too, is not to blame on the new release.
  if (isBad(before, rule)) return false;
  return isQuarantined || isBad(fresh, rule);
}

function isBad({ attempts, faults }: ReleaseCounts, rule: PluginSettings): boolean {
  return attempts >= rule.rollbackAttemptsMin && faults * 100 > attempts * rule.rollbackPercentMax;
}
