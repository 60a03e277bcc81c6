import type { ConsumerRow, ObservedState } from "@gluttony/model";
import type { Reach } from "../access/reach.ts";
import { limitOf, type Page, pageOf } from "../cursor.ts";
import type { ConsumerTotals, RecentCounts, SourceStanding } from "../overview-ports.ts";
import type { AdminCollaborators } from "../ports.ts";
import { withPartitions } from "../read-states.ts";
import type { PagingQuery } from "../schemas/queries.ts";
import { type ChainView, chainOf } from "./chain.ts";
import { headOf, type OverviewHead, placeOf } from "./overview.ts";
import { ratesOverS } from "./rates.ts";
import type { StageState } from "./stage.ts";

type Reading = Pick<AdminCollaborators, "observations" | "overview">;

/** Which chains are shown: in a state, and a page of them. */
export interface OverviewQuery extends PagingQuery {
  readonly state?: StageState;
}

/**
 * The head over all consumers within reach, and one page of their chains, from a handful of statements whatever their number. What
 * only a page shows, their partitions and rates, is read for the page alone: it is most of what could be read.
 */
export async function readOverview(
  query: OverviewQuery,
  reach: Reach | null,
  { consumers, observations, overview }: Reading & Pick<AdminCollaborators, "consumers">,
): Promise<OverviewHead & Page<ChainView>> {
  const [all, seen, standings, totals, ended] = await Promise.all([
    consumers.list(),
    observations.readStates(undefined, "partitions"),
    overview?.standings() ?? [],
    overview?.totals() ?? null,
    overview?.ended(ratesOverS) ?? new Map<string, number>(),
  ]);
  const nowMs = Date.now();
  const rows = reach?.among(all) ?? [];
  const chains = chainsOf(rows, { seen, standings, totals, counts: [] }, nowMs);
  const wanted = chains.filter(({ state }) => query.state === undefined || state === query.state);
  const page = pageOf(wanted, placeOf, { limit: limitOf(query.limit), cursor: query.cursor });
  const shown = page.items.map(({ consumer }) => consumer.id);
  const [counts, whole] = await Promise.all([
    overview?.counts(ratesOverS, shown) ?? [],
    withPartitions(seen, shown, { observations }),
  ]);
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const shownRows = shown.flatMap((id) => rowOf.get(id) ?? []);
  const items = chainsOf(shownRows, { seen: whole, standings, totals, counts }, nowMs);
  return { ...headOf(chains, ended, nowMs), items, next: page.next };
}

/** The chain of one consumer. */
export async function readChain(row: ConsumerRow, collaborators: Reading): Promise<ChainView> {
  const { observations, overview } = collaborators;
  const [seen, standings, totals, counts] = await Promise.all([
    observations.readStates(row.id),
    overview?.standings() ?? [],
    overview?.totals(row.id) ?? null,
    overview?.counts(ratesOverS, [row.id]) ?? [],
  ]);
  const facts = factsOf(row, grouped({ seen, standings, totals, counts }));
  return chainOf(row, facts, Date.now());
}

interface ReadFacts {
  readonly seen: readonly ObservedState[];
  readonly standings: readonly SourceStanding[];
  /** Null where nobody keeps sums. */
  readonly totals: readonly ConsumerTotals[] | null;
  readonly counts: readonly RecentCounts[];
}

function chainsOf(rows: readonly ConsumerRow[], facts: ReadFacts, nowMs: number): readonly ChainView[] {
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
