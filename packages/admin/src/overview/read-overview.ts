import type { ConsumerRow, ObservedState } from "@gluttony/model";
import type { ConsumerTotals, RecentCounts, SourceStanding } from "../overview-ports.ts";
import type { AdminCollaborators } from "../ports.ts";
import { type ChainView, chainOf } from "./chain.ts";
import { ratesOverS } from "./rates.ts";

type Reading = Pick<AdminCollaborators, "observations" | "overview">;

/** The chains of these consumers, from a handful of statements whatever their number. */
export async function readChains(
  rows: readonly ConsumerRow[],
  collaborators: Reading,
): Promise<readonly ChainView[]> {
  const { observations, overview } = collaborators;
  const [seen, standings, totals, counts] = await Promise.all([
    observations.readStates(),
    overview?.standings() ?? [],
    overview?.totals() ?? null,
    overview?.counts(ratesOverS) ?? [],
  ]);
  return chainsOf(rows, { seen, standings, totals, counts }, Date.now());
}

/** The chain of one consumer. */
export async function readChain(row: ConsumerRow, collaborators: Reading): Promise<ChainView> {
  const { observations, overview } = collaborators;
  const [seen, standings, totals, counts] = await Promise.all([
    observations.readStates(row.id),
    overview?.standings() ?? [],
    overview?.totals(row.id) ?? null,
    overview?.counts(ratesOverS, row.id) ?? [],
  ]);
  const facts = factsOf(row, grouped({ seen, standings, totals, counts }));
  return chainOf(row, facts, Date.now());
}

/** Everything that chains are made of. */
export interface ReadFacts {
  readonly seen: readonly ObservedState[];
  readonly standings: readonly SourceStanding[];
  /** Null where nobody keeps sums. */
  readonly totals: readonly ConsumerTotals[] | null;
  readonly counts: readonly RecentCounts[];
}

/** Pure. */
export function chainsOf(
  rows: readonly ConsumerRow[],
  facts: ReadFacts,
  nowMs: number,
): readonly ChainView[] {
  const byConsumer = grouped(facts);
  return rows.map((row) => chainOf(row, factsOf(row, byConsumer), nowMs));
}

interface Grouped {
  readonly seen: ReadonlyMap<string, readonly ObservedState[]>;
  readonly source: ReadonlyMap<string, SourceStanding>;
  readonly totals: ReadonlyMap<string, ConsumerTotals> | null;
  readonly counts: ReadonlyMap<string, RecentCounts>;
}

function grouped({ seen, standings, totals, counts }: ReadFacts): Grouped {
  const byConsumer = new Map<string, ObservedState[]>();
  for (const state of seen) {
    const ofOne = byConsumer.get(state.consumerId);
    if (ofOne === undefined) byConsumer.set(state.consumerId, [state]);
    else ofOne.push(state);
  }
  return {
    seen: byConsumer,
    source: new Map(standings.flatMap((one) => one.consumerIds.map((id) => [id, one] as const))),
    totals: totals === null ? null : new Map(totals.map((one) => [one.consumerId, one])),
    counts: new Map(counts.map((one) => [one.consumerId, one])),
  };
}

function factsOf(row: ConsumerRow, { seen, source, totals, counts }: Grouped): Parameters<typeof chainOf>[1] {
  return {
    seen: seen.get(row.id) ?? [],
    source: source.get(row.id) ?? null,
    totals: totals === null ? null : (totals.get(row.id) ?? { consumerId: row.id, ...noTotals }),
    counts: counts.get(row.id) ?? null,
  };
}

const noTotals = { done: 0n, filtered: 0n, skipped: 0n, parked: 0n, hole: 0n, lettersOpen: 0n };
