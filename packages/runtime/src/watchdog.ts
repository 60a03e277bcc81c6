/** What is tried when records wait and none ends, in this order. */
export const rungs = ["refetch", "rejoin", "recycle"] as const;
export type Rung = (typeof rungs)[number];

/** What the watchdog looks at. */
export interface WatchedRun {
  readonly nowMs: number;
  /** Changes with everything that is accounted or read: any change is progress. */
  readonly progress: string;
  /** Whether records wait: in memory, or in the log beyond what was read. */
  readonly hasBacklog: boolean;
  /** Whether something known holds them up: a block, a target that is down, a wait for the next attempt, a store. */
  readonly isHeldUp: boolean;
  /** Milliseconds that one attempt may take by itself. */
  readonly attemptMaxMs: number;
}

/** What the watchdog remembers between two looks. */
export interface Watch {
  readonly progress: string;
  /** Since when nothing ended although records wait and nothing known holds them up. */
  readonly sinceMs: number;
  /** Rungs that were climbed since. */
  readonly climbed: number;
}

/** Milliseconds without progress, beyond what an attempt may take, after which a run counts as stalled. */
const patienceMs = 20_000;
/** After the last rung the ladder is climbed again only when this many patiences have passed. */
const restPatiences = 10;

export const firstWatch: Watch = { progress: "", sinceMs: 0, climbed: 0 };

/**
 * Looks once. Answers what to remember, whether the run is stalled, and the rung to climb now, if any: each rung
 * gets its own time to help, and the whole ladder is bounded. Pure.
 */
export function look(
  run: WatchedRun,
  watch: Watch,
): { readonly watch: Watch; readonly isStalled: boolean; readonly rung: Rung | null } {
  const isFine = !run.hasBacklog || run.isHeldUp || run.progress !== watch.progress;
  if (isFine) {
    const kept = run.isHeldUp || !run.hasBacklog ? watch.climbed : 0;
    const next = { progress: run.progress, sinceMs: run.nowMs, climbed: kept };
    return { watch: next, isStalled: false, rung: null };
  }
  const stepMs = patienceMs + run.attemptMaxMs;
  const stalledMs = run.nowMs - watch.sinceMs;
  if (stalledMs < stepMs) return { watch, isStalled: watch.climbed > 0, rung: null };
  const rung = rungs[watch.climbed];
  if (rung !== undefined) {
    return {
      watch: { ...watch, sinceMs: run.nowMs, climbed: watch.climbed + 1 },
      isStalled: true,
      rung,
    };
  }
  const isRested = stalledMs >= stepMs * restPatiences;
  return {
    watch: isRested ? { ...watch, sinceMs: run.nowMs, climbed: 0 } : watch,
    isStalled: true,
    rung: null,
  };
}
