import type { ChainView } from "./chain.ts";
import { perSecond } from "./rates.ts";
import { gravityOf, needsAttention, type StageState, stageStates } from "./stage.ts";

/** What one sees first, over all consumers that one may see. Where a value is null, its reason says why. */
export interface OverviewHead {
  readonly at: string;
  /** Consumers by the state of the worst part of their chain; every state is named. */
  readonly counts: { readonly [state in StageState]?: number };
  readonly needAttention: number;
  readonly endedPerSecond: number | null;
  readonly endedReason: "not_measured" | null;
  readonly oldestLagMs: number | null;
  readonly oldestLagReason: "nothing_waits" | null;
  readonly lettersOpen: string | null;
  readonly lettersReason: "not_measured" | null;
}

/** Adds the chains up, and what each consumer ended in the time that rates are told of. Pure. */
export function headOf(
  chains: readonly ChainView[],
  ended: ReadonlyMap<string, number>,
  nowMs: number,
): OverviewHead {
  const stages = chains.map(({ chain }) => chain.consumer);
  const measured = chains.flatMap(({ consumer }) => ended.get(consumer.id) ?? []);
  const lags = stages.flatMap(({ lagMs }) => (lagMs === null ? [] : [lagMs]));
  const letters = stages.flatMap(({ lettersOpen }) => (lettersOpen === null ? [] : [BigInt(lettersOpen)]));
  return {
    at: new Date(nowMs).toISOString(),
    counts: countsOf(chains),
    needAttention: chains.filter(({ state }) => needsAttention(state)).length,
    endedPerSecond: measured.length === 0 ? null : perSecond(measured.reduce((sum, one) => sum + one, 0)),
    endedReason: measured.length === 0 ? "not_measured" : null,
    oldestLagMs: lags.length === 0 ? null : Math.max(...lags),
    oldestLagReason: lags.length === 0 ? "nothing_waits" : null,
    lettersOpen: letters.length === 0 ? null : String(letters.reduce((sum, one) => sum + one, 0n)),
    lettersReason: letters.length === 0 ? "not_measured" : null,
  };
}

/** A text by which chains stand worst first, then by name; a place in the list, for cursors. Pure. */
export function placeOf({ state, consumer }: ChainView): string {
  return `${String(gravityOf(state)).padStart(2, "0")}\u0000${consumer.name}\u0000${consumer.id}`;
}

function countsOf(chains: readonly ChainView[]): OverviewHead["counts"] {
  const counts = new Map<StageState, number>(stageStates.map((state) => [state, 0]));
  for (const { state } of chains) counts.set(state, (counts.get(state) ?? 0) + 1);
  return Object.fromEntries(counts);
}
