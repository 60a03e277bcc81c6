import type { RecentCounts } from "../overview-ports.ts";
import { quantileMs } from "./quantile.ts";

/** Seconds over which rates are told. */
export const ratesOverS = 60;

/** What a consumer did in the last minute, over all hosts. Lengths are null when no attempt ended in it. */
export interface Rates {
  readonly overMs: number;
  readonly receivedPerSecond: number;
  readonly endedPerSecond: number;
  readonly retriedPerSecond: number;
  readonly parkedPerSecond: number;
  readonly handlerMsMean: number | null;
  readonly handlerMsP95: number | null;
  readonly handlerReason: "nothing_attempted" | null;
  readonly commitToAckMsP95: number | null;
  readonly commitToAckReason: "nothing_acknowledged" | null;
}

/** Rates, or why there are none. */
export interface MeasuredRates {
  readonly rates: Rates | null;
  readonly ratesReason: "not_measured" | null;
}

/** Null stands for a consumer of which no host counted anything lately. Pure. */
export function measuredRatesOf(counts: RecentCounts | null): MeasuredRates {
  return counts === null
    ? { rates: null, ratesReason: "not_measured" }
    : { rates: ratesOf(counts), ratesReason: null };
}

/** How many a second of what was counted over the time that rates are told of. Pure. */
export function perSecond(count: number): number {
  return rounded(count / ratesOverS);
}

function ratesOf(counts: RecentCounts): Rates {
  const attempts = counts.handlerCounts.reduce((sum, count) => sum + count, 0);
  const ended = counts.done + counts.filtered + counts.skipped + counts.parked;
  const commitToAckMsP95 = quantileMs(counts.ackCounts, 0.95);
  return {
    overMs: ratesOverS * 1_000,
    receivedPerSecond: perSecond(counts.received),
    endedPerSecond: perSecond(ended),
    retriedPerSecond: perSecond(counts.retried),
    parkedPerSecond: perSecond(counts.parked),
    handlerMsMean: attempts === 0 ? null : rounded(counts.handlerMs / attempts),
    handlerMsP95: quantileMs(counts.handlerCounts, 0.95),
    handlerReason: attempts === 0 ? "nothing_attempted" : null,
    commitToAckMsP95,
    commitToAckReason: commitToAckMsP95 === null ? "nothing_acknowledged" : null,
  };
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
