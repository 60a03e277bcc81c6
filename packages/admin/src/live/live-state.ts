import type { ConsumerRow, DesiredState, EndingCounts, ObservedState, Position } from "@gluttony/model";
import { desiredOf } from "../views/consumer.ts";
import { hostStateOf } from "../views/host-state.ts";
import { type Lag, lagOf } from "../views/lag.ts";
import { type MergedState, mergedStateOf } from "../views/merged-state.ts";

/** Endings below the marks at one moment. */
export interface SeenEndings {
  readonly atMs: number;
  readonly endings: EndingCounts;
}

/** How a consumer stands now. */
export interface LiveState {
  readonly desired: DesiredState;
  readonly observed: MergedState;
  readonly lag: Lag;
  /** Records that ended per second since the state was told last; null at first, and when a partition began anew. */
  readonly rates: { readonly [ending in keyof EndingCounts]: number } | null;
  /** Records that failed and wait for their next attempt. */
  readonly waiting: readonly {
    readonly partition: number;
    readonly records: number;
    readonly behind: number;
    readonly nextAttemptAt: string;
  }[];
}

const kinds = ["done", "filtered", "skipped", "parked", "hole"] as const;

/** Adds up the endings of partitions. Pure. */
export function endingsOf(positions: readonly Position[], atMs: number): SeenEndings {
  const endings = { done: 0, filtered: 0, skipped: 0, parked: 0, hole: 0 };
  for (const position of positions) for (const kind of kinds) endings[kind] += position.endings[kind];
  return { atMs, endings };
}

/** What the hosts report and the marks tell, as one state. Pure. */
export function liveStateOf(
  row: ConsumerRow,
  {
    states,
    positions,
  }: { readonly states: readonly ObservedState[]; readonly positions: readonly Position[] },
  { before, now }: { readonly before: SeenEndings | null; readonly now: SeenEndings },
): LiveState {
  const hosts = states.map(hostStateOf);
  return {
    desired: desiredOf(row),
    observed: mergedStateOf(row, hosts),
    lag: lagOf(hosts),
    rates: before === null ? null : ratesOf(before, now),
    waiting: positions.flatMap(waitingOf),
  };
}

function ratesOf(before: SeenEndings, now: SeenEndings): LiveState["rates"] {
  const seconds = (now.atMs - before.atMs) / 1_000;
  if (seconds <= 0 || kinds.some((kind) => now.endings[kind] < before.endings[kind])) return null;
  const rate = (kind: keyof EndingCounts): number =>
    Math.round(((now.endings[kind] - before.endings[kind]) / seconds) * 10) / 10;
  return {
    done: rate("done"),
    filtered: rate("filtered"),
    skipped: rate("skipped"),
    parked: rate("parked"),
    hole: rate("hole"),
  };
}

function waitingOf({ partition, waiting = [] }: Position): LiveState["waiting"] {
  if (waiting.length === 0) return [];
  const nextMs = Math.min(...waiting.map(({ nextAttemptAtMs }) => nextAttemptAtMs));
  const behind = waiting.reduce((sum, one) => sum + one.behind.length, 0);
  return [{ partition, records: waiting.length, behind, nextAttemptAt: new Date(nextMs).toISOString() }];
}
