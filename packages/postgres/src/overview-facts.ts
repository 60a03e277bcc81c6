import { type ConsumerTotals, readConsumerTotals } from "./consumer-totals.ts";
import { createMetricPoints, type MetricSums } from "./metric-points.ts";
import type { Pool } from "./pool.ts";
import { createSourceMeasures, type SourceStanding } from "./source-measures.ts";

/** What the view of the whole chain is made of, beside rows and what the hosts see. */
export interface OverviewFacts {
  standings(): Promise<readonly SourceStanding[]>;
  totals(consumerId?: string): Promise<readonly ConsumerTotals[]>;
  /** Sums of the last full seconds. */
  counts(seconds: number, consumerIds: readonly string[]): Promise<readonly MetricSums[]>;
  /** Records that each consumer ended in the last full seconds. */
  ended(seconds: number): Promise<ReadonlyMap<string, number>>;
}

export function createOverviewFacts(pool: Pool): OverviewFacts {
  const measures = createSourceMeasures(pool);
  const points = createMetricPoints(pool);
  return {
    standings: () => measures.standings(),
    totals: (consumerId) => readConsumerTotals(pool, consumerId ?? null),
    counts: (seconds, consumerIds) => points.latest(seconds, consumerIds),
    ended: (seconds) => points.ended(seconds),
  };
}
