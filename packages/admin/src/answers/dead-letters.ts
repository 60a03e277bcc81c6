import type { TSchema } from "@sinclair/typebox";
import {
  count,
  durationMs,
  exactly,
  flag,
  int64,
  maybe,
  oneOf,
  orNull,
  pageOf,
  text,
  time,
} from "./forms.ts";

const state = oneOf(["parked", "replaying", "replayed", "discarded"]);

/** A record set aside, without what it holds. */
export const deadLetterAnswer: TSchema = exactly({
  id: text,
  consumerId: text,
  consumer: text,
  topic: text,
  partition: count,
  offset: int64,
  state,
  failure: exactly({
    kind: text,
    code: text,
    message: text,
    retryAfterMs: maybe(durationMs),
    target: maybe(text),
  }),
  attempts: count,
  release: orNull(text),
  parkedAt: time,
  sizeBytes: count,
  subject: text,
  isBehind: flag,
  holdsRecord: flag,
  replays: count,
  reason: orNull(text),
});

export const deadLetterPageAnswer: TSchema = pageOf(deadLetterAnswer);

export const deadLetterStatsAnswer: TSchema = pageOf(
  exactly({
    consumer: text,
    state,
    failureCode: text,
    count,
    subjects: count,
    oldestParkedAt: time,
    newestParkedAt: time,
  }),
);

/** What was asked to be run again, and how far that is. */
export const replayOrderAnswer: TSchema = exactly({
  id: text,
  consumerId: text,
  state: oneOf(["running", "done", "stopped"]),
  actor: text,
  reason: text,
  perSecondMax: orNull(durationMs),
  failuresMax: orNull(count),
  asked: count,
  succeeded: count,
  failed: count,
  askedAt: time,
  endedAt: orNull(time),
});

export const replayOrderPageAnswer: TSchema = pageOf(replayOrderAnswer);
export const discardedAnswer: TSchema = exactly({ discarded: count });
export const restoredAnswer: TSchema = exactly({ restored: count });
