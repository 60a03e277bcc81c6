import type { TSchema } from "@sinclair/typebox";
import { outcomeNames } from "../record-ports.ts";
import { recordFields, searchFields } from "./changes.ts";
import { count, durationMs, exactly, flag, int64, listOf, oneOf, orNull, text, time } from "./forms.ts";

const gap = orNull(oneOf(["not_noted", "not_attempted", "under_way"]));

const outcome = exactly({
  name: oneOf(outcomeNames),
  isEnded: flag,
  sentence: text,
  next: orNull(text),
  rule: orNull(text),
  attempts: orNull(count),
  attemptsReason: gap,
  durationMs: orNull(durationMs),
  durationReason: gap,
  nextAttemptAt: orNull(time),
  behindOffset: orNull(int64),
  deadLetter: orNull(text),
  code: orNull(text),
  target: orNull(text),
});

/** Records of a consumer, what became of each, and where to follow them from. */
export const recordsAnswer: TSchema = exactly({
  ...searchFields,
  items: listOf(exactly({ ...recordFields, outcome })),
  liveFrom: orNull(text),
});
