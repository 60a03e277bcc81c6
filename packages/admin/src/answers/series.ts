import type { TSchema } from "@sinclair/typebox";
import { count, durationMs, exactly, int64, listOf, orNull, text, time } from "./forms.ts";

const counts = {
  received: count,
  done: count,
  filtered: count,
  skipped: count,
  parked: count,
  retried: count,
  commitsFailed: count,
  cellRestarts: count,
};

const lengths = {
  handlerMsMean: orNull(durationMs),
  handlerMsP50: orNull(durationMs),
  handlerMsP95: orNull(durationMs),
  commitToAckMsP50: orNull(durationMs),
  commitToAckMsP95: orNull(durationMs),
};

/** A consumer's series. Steps in which no host wrote anything are left out; lengths are null when nothing ended in a step. */
export const seriesAnswer: TSchema = exactly({
  stepMs: durationMs,
  from: time,
  to: time,
  items: listOf(
    exactly({ at: time, ...counts, ...lengths, lagRecords: orNull(int64), lagMs: orNull(durationMs) }),
  ),
  next: orNull(text),
});
