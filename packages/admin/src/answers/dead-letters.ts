import { letterEventNames } from "@gluttony/model";
import type { TSchema } from "@sinclair/typebox";
import {
  count,
  durationMs,
  exactly,
  flag,
  int64,
  listOf,
  maybe,
  oneOf,
  orNull,
  pageOf,
  text,
  time,
} from "./forms.ts";

const state = oneOf(["parked", "replaying", "replayed", "discarded"]);

const letter = {
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
  note: orNull(text),
};

/** A record set aside, without what it holds. */
export const deadLetterAnswer: TSchema = exactly(letter);

/** The same with what happened to it, the newest first. */
export const deadLetterInFullAnswer: TSchema = exactly({
  ...letter,
  history: listOf(
    exactly({
      at: time,
      what: oneOf(letterEventNames),
      actor: orNull(text),
      failureCode: orNull(text),
      attempts: count,
      release: orNull(text),
      orderId: orNull(text),
    }),
  ),
});

/** What a replay or a discard would take, and what it would leave. */
export const letterPlanAnswer: TSchema = exactly({
  deed: oneOf(["replay", "discard"]),
  consumerId: text,
  count,
  isForced: flag,
  byFailureCode: listOf(exactly({ failureCode: text, count })),
  byPartition: listOf(exactly({ partition: count, count })),
  keys: exactly({ count, most: listOf(exactly({ subject: text, count })) }),
  followers: count,
  leftOut: exactly({
    behindAnother: count,
    forceNeeded: count,
    withoutRecord: count,
    underWay: count,
    closed: count,
  }),
  expiresAt: time,
  hash: text,
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
