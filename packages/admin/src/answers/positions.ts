import type { TSchema } from "@sinclair/typebox";
import { anything, count, exactly, flag, int64, listOf, mapOf, orNull, pageOf, text, time } from "./forms.ts";

/** Marks of a consumer. */
export const positionPageAnswer: TSchema = pageOf(
  exactly({
    topic: text,
    topicId: text,
    partition: count,
    start: int64,
    mark: int64,
    endings: mapOf(anything),
    isChosen: flag,
  }),
);

/** Partitions of a consumer. */
export const partitionPageAnswer: TSchema = pageOf(
  exactly({
    topic: text,
    partition: count,
    start: int64,
    mark: int64,
    isChosen: flag,
    hostId: orNull(text),
    next: orNull(int64),
    logEnd: orNull(int64),
    lagRecords: orNull(int64),
    inFlight: orNull(count),
    observedReason: orNull(text),
  }),
);

const move = { partition: count, from: orNull(int64), to: int64, rereads: int64, skips: int64 };

/** What a move would do. */
export const positionPlanAnswer: TSchema = exactly({
  consumerId: text,
  revision: int64,
  topic: text,
  topicId: text,
  partitions: listOf(exactly({ ...move, logStart: int64, logEnd: int64 })),
  rereads: int64,
  skips: int64,
  warnings: listOf(exactly({ partition: orNull(count), message: text })),
  expiresAt: time,
  hash: text,
});

/** What a move did. */
export const positionsMovedAnswer: TSchema = exactly({ partitions: listOf(exactly(move)) });

export const snapshotPageAnswer: TSchema = pageOf(
  exactly({
    id: text,
    at: time,
    actor: text,
    reason: text,
    topic: text,
    partitions: listOf(exactly({ partition: count, from: orNull(int64), to: int64 })),
  }),
);
