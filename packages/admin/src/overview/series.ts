import { GluttonyError } from "@gluttony/model";
import type { SeriesPoint } from "../series-ports.ts";
import { quantileMs } from "./quantile.ts";

/** Milliseconds that are shown when nothing is asked for. */
const spanStandardMs = 3_600_000;
/** Milliseconds for which the short step is kept. */
const shortKeptMs = 3_600_000;
/** Points of one answer. */
const pointsMax = 720;

/** What of a series is wanted. */
export interface SeriesQuery {
  readonly from?: string;
  readonly to?: string;
  readonly step?: "10" | "120";
}

/** Which steps, from when to when. */
export interface SeriesSpan {
  readonly stepS: 10 | 120;
  readonly from: Date;
  readonly to: Date;
}

/** The span of a query; the last hour when it says nothing. Throws `request.invalid`. Pure. */
export function spanOf({ from, to, step }: SeriesQuery, nowMs: number): SeriesSpan {
  const toMs = to === undefined ? nowMs : timeOf("/to", to);
  const fromMs = from === undefined ? toMs - spanStandardMs : timeOf("/from", from);
  if (fromMs >= toMs) throw invalid("/from", "Must be before `to`.");
  const stepS = step === undefined ? (nowMs - fromMs <= shortKeptMs ? 10 : 120) : step === "10" ? 10 : 120;
  if (toMs - fromMs > pointsMax * stepS * 1_000)
    throw invalid("/from", `There are at most ${pointsMax} steps in one answer.`);
  return { stepS, from: new Date(fromMs), to: new Date(toMs) };
}

/** One step as it is shown. Counts are of the step; lengths are null when nothing ended in it. */
export interface PointView {
  readonly at: string;
  readonly received: number;
  readonly done: number;
  readonly filtered: number;
  readonly skipped: number;
  readonly parked: number;
  readonly retried: number;
  readonly commitsFailed: number;
  readonly cellRestarts: number;
  readonly handlerMsMean: number | null;
  readonly handlerMsP50: number | null;
  readonly handlerMsP95: number | null;
  readonly commitToAckMsP50: number | null;
  readonly commitToAckMsP95: number | null;
  readonly lagRecords: string | null;
  readonly lagMs: number | null;
}

/** Projects a step. Pure. */
export function pointView(point: SeriesPoint): PointView {
  const attempts = point.handlerCounts.reduce((sum, count) => sum + count, 0);
  return {
    at: point.at.toISOString(),
    received: point.received,
    done: point.done,
    filtered: point.filtered,
    skipped: point.skipped,
    parked: point.parked,
    retried: point.retried,
    commitsFailed: point.commitsFailed,
    cellRestarts: point.cellRestarts,
    handlerMsMean: attempts === 0 ? null : Math.round((point.handlerMs / attempts) * 1_000) / 1_000,
    handlerMsP50: quantileMs(point.handlerCounts, 0.5),
    handlerMsP95: quantileMs(point.handlerCounts, 0.95),
    commitToAckMsP50: quantileMs(point.ackCounts, 0.5),
    commitToAckMsP95: quantileMs(point.ackCounts, 0.95),
    lagRecords: point.lagRecords === null ? null : String(point.lagRecords),
    lagMs: point.lagMs,
  };
}

function timeOf(path: string, text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw invalid(path, "Must be a time of RFC 3339.");
  return ms;
}

function invalid(path: string, message: string): GluttonyError {
  return new GluttonyError("request.invalid", {}, { faults: [{ path, message }] });
}
