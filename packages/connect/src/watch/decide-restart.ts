/** What a connector comes to, in the watch's words. */
export type SeenConnectorState = "running" | "failed" | "waiting" | "paused" | "stopped" | "missing";

/** What is remembered of one connector between two looks. */
export interface WatchMemory {
  readonly state: SeenConnectorState;
  readonly sinceMs: number;
  /** Mends that were tried since it last ran well. */
  readonly mends: number;
  /** When the next one is due; null when none is. */
  readonly nextMendMs: number | null;
  /** What was done last and has not shown its outcome yet. */
  readonly pending: Mend | null;
  readonly isGivenUp: boolean;
}

/** What can be done for a connector that does not run. */
export type Mend = "restart_failed" | "restart_all" | "make_again";

export interface WatchPolicy {
  readonly firstWaitMs: number;
  readonly waitMaxMs: number;
  /** Mends in a row without success, after which a person is needed. */
  readonly mendsMax: number;
  /** How long a connector must run until its mends are forgotten. */
  readonly healthyMs: number;
  /** How long it may be without tasks, or between states, until it is restarted as a whole. */
  readonly stuckMs: number;
}

export const watchPolicy: WatchPolicy = {
  firstWaitMs: 5_000,
  waitMaxMs: 300_000,
  mendsMax: 10,
  healthyMs: 60_000,
  stuckMs: 120_000,
};

/** What is seen now. */
export interface WatchMoment {
  readonly state: SeenConnectorState;
  readonly nowMs: number;
  /** Whether it may be made again when it is missing. */
  readonly isOurs: boolean;
  /** From 0 to 1; spreads the mends. */
  readonly chance: number;
}

export type MendOutcome = "recovered" | "failed_again" | "gave_up";

export interface WatchDecision {
  readonly memory: WatchMemory;
  readonly act: Mend | null;
  /** What the last mend came to, when that shows now. */
  readonly outcome: { readonly of: Mend; readonly is: MendOutcome } | null;
}

/**
 * Decides what is done for one connector: what failed is restarted after growing, jittered waits, up to a number of times; running
 * well for a while forgets them. What a person paused or stopped is left alone. Pure.
 */
export function decideRestart(
  before: WatchMemory | null,
  moment: WatchMoment,
  policy: WatchPolicy = watchPolicy,
): WatchDecision {
  const memory = seen(before, moment);
  if (moment.state === "paused" || moment.state === "stopped") return rest({ ...memory, nextMendMs: null });
  if (moment.state === "running") return running(memory, moment, policy);
  const mend = mendFor(memory, moment, policy);
  return mend === null ? rest(memory) : ailing(memory, mend, { moment, policy });
}

function seen(before: WatchMemory | null, { state, nowMs }: WatchMoment): WatchMemory {
  if (before !== null && before.state === state) return before;
  const kept = before ?? { mends: 0, nextMendMs: null, pending: null, isGivenUp: false };
  return { ...kept, state, sinceMs: nowMs };
}

function rest(memory: WatchMemory): WatchDecision {
  return { memory, act: null, outcome: null };
}

function running(memory: WatchMemory, { nowMs }: WatchMoment, policy: WatchPolicy): WatchDecision {
  const isWell = nowMs - memory.sinceMs >= policy.healthyMs;
  if (!isWell) return rest({ ...memory, nextMendMs: null });
  const outcome = memory.pending === null ? null : ({ of: memory.pending, is: "recovered" } as const);
  return {
    memory: { ...memory, mends: 0, nextMendMs: null, pending: null, isGivenUp: false },
    act: null,
    outcome,
  };
}

function mendFor(
  memory: WatchMemory,
  { state, nowMs, isOurs }: WatchMoment,
  policy: WatchPolicy,
): Mend | null {
  switch (state) {
    case "failed":
      return "restart_failed";
    case "missing":
      return isOurs ? "make_again" : null;
    case "waiting":
      return nowMs - memory.sinceMs >= policy.stuckMs ? "restart_all" : null;
    case "running":
    case "paused":
    case "stopped":
      return null;
  }
}

function ailing(
  memory: WatchMemory,
  mend: Mend,
  { moment, policy }: { readonly moment: WatchMoment; readonly policy: WatchPolicy },
): WatchDecision {
  const { nowMs, chance } = moment;
  if (memory.isGivenUp) return rest(memory);
  if (memory.nextMendMs === null) {
    // The first look after a mend that shows it did not help.
    const isFinal = memory.mends >= policy.mendsMax;
    const outcome =
      memory.pending === null
        ? null
        : ({ of: memory.pending, is: isFinal ? "gave_up" : "failed_again" } as const);
    if (isFinal) return { memory: { ...memory, pending: null, isGivenUp: true }, act: null, outcome };
    const nextMendMs = nowMs + waitOf(memory.mends, policy) * (0.5 + chance / 2);
    return { memory: { ...memory, pending: null, nextMendMs }, act: null, outcome };
  }
  if (nowMs < memory.nextMendMs) return rest(memory);
  // Counted from now: it shows at a later look whether it helped.
  const mended = { ...memory, mends: memory.mends + 1, nextMendMs: null, pending: mend, sinceMs: nowMs };
  return { memory: mended, act: mend, outcome: null };
}

function waitOf(mends: number, { firstWaitMs, waitMaxMs }: WatchPolicy): number {
  return Math.min(waitMaxMs, firstWaitMs * 2 ** Math.min(mends, 30));
}
