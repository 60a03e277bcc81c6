import type { CellStanding, ConsumerRow, ObservedState } from "@gluttony/model";
import type { ConsumerTotals, RecentCounts } from "../overview-ports.ts";
import type { HostState } from "../views/host-state.ts";
import type { LagSums } from "../views/lag.ts";
import { mergedStateOf } from "../views/merged-state.ts";
import { type MeasuredRates, measuredRatesOf } from "./rates.ts";
import { type Stage, stageOf } from "./stage.ts";

/** The consumer itself. Where a value is null, its reason says why. */
export interface ConsumerStage extends Stage, MeasuredRates {
  readonly isConverged: boolean;
  readonly lagRecords: string | null;
  readonly lagRecordsReason: string | null;
  /** Milliseconds since the source's commit of the oldest change that has not ended. */
  readonly lagMs: number | null;
  readonly lagMsReason: string | null;
  /** Records whose last attempt failed. */
  readonly retrying: number;
  readonly nextAttemptAt: string | null;
  readonly endings: Endings | null;
  readonly endingsReason: "not_measured" | null;
  readonly lettersOpen: string | null;
  readonly lettersReason: "not_measured" | null;
  readonly cells: readonly CellView[];
}

interface Endings {
  readonly done: string;
  readonly filtered: string;
  readonly skipped: string;
  readonly parked: string;
  readonly hole: string;
}

interface CellView extends CellStanding {
  readonly hostId: string;
  readonly release: string | null;
  readonly memoryReason: "no_process" | null;
}

/** What is known of a consumer beside its row. */
export interface ConsumerKnown {
  readonly hosts: readonly HostState[];
  readonly seen: readonly ObservedState[];
  readonly lag: LagSums;
  /** Null where nobody keeps sums; a consumer that ended nothing has sums of 0. */
  readonly totals: ConsumerTotals | null;
  /** Null when no host counted anything lately. */
  readonly counts: RecentCounts | null;
}

/** Pure. */
export function consumerStageOf(row: ConsumerRow, known: ConsumerKnown): ConsumerStage {
  const { hosts, seen, lag, totals, counts } = known;
  const { state, cause, since, isConverged } = mergedStateOf(row, hosts);
  const { records, recordsReason, ms, msReason } = lag.total;
  const fresh = seen.filter((_, place) => hosts[place]?.isFresh === true);
  const stage = stageOf(state, cause, since);
  const { rates, ratesReason } = measuredRatesOf(counts);
  // Field by field: spread into a large object, they would be most of the work of a list.
  return {
    state: stage.state,
    since: stage.since,
    cause: stage.cause,
    next: stage.next,
    isConverged,
    lagRecords: records,
    lagRecordsReason: recordsReason,
    lagMs: ms,
    lagMsReason: msReason,
    retrying: fresh.reduce((sum, one) => sum + one.retrying, 0),
    nextAttemptAt: earliest(fresh.map((one) => one.nextAttemptAt)),
    rates,
    ratesReason,
    endings: totals === null ? null : endingsOf(totals),
    endingsReason: totals === null ? "not_measured" : null,
    lettersOpen: totals === null ? null : String(totals.lettersOpen),
    lettersReason: totals === null ? "not_measured" : null,
    cells: fresh.flatMap(cellsOf),
  };
}

function endingsOf({ done, filtered, skipped, parked, hole }: ConsumerTotals): Endings {
  return {
    done: String(done),
    filtered: String(filtered),
    skipped: String(skipped),
    parked: String(parked),
    hole: String(hole),
  };
}

function cellsOf({ hostId, release, cell }: ObservedState): readonly CellView[] {
  if (cell === undefined) return [];
  const { state, crashes, residentBytes, heartbeatAgeMs } = cell;
  const memoryReason = residentBytes === null ? "no_process" : null;
  return [{ hostId, release, state, crashes, residentBytes, heartbeatAgeMs, memoryReason }];
}

function earliest(times: readonly (Date | null)[]): string | null {
  const known = times.flatMap((time) => (time === null ? [] : [time.getTime()]));
  return known.length === 0 ? null : new Date(Math.min(...known)).toISOString();
}
