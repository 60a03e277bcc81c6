import { desiredStates, observedStates } from "@gluttony/model";
import type { TSchema } from "@sinclair/typebox";
import {
  anything,
  count,
  durationMs,
  exactly,
  flag,
  int64,
  listOf,
  mapOf,
  maybe,
  oneOf,
  orNull,
  pageOf,
  text,
  time,
} from "./forms.ts";
import { causeAnswer, facts } from "./cause.ts";
import { chainAnswer } from "./overview.ts";
import { problemFields } from "./problem.ts";

const steering = orNull(
  exactly({
    isPaused: flag,
    until: orNull(time),
    actor: text,
    reason: orNull(text),
    at: time,
    restarts: int64,
  }),
);

const columns = {
  id: text,
  name: text,
  conn_string: orNull(exactly({ kind: oneOf(["reference", "encrypted", "clear"]), ref: maybe(text) })),
  data_source: orNull(text),
  capture_schema: orNull(text),
  capture_table: orNull(text),
  topic: orNull(text),
  group: orNull(text),
  handler_func: text,
  global_key: listOf(text),
  is_valid: flag,
  count: int64,
  creation_time: orNull(time),
  revision: int64,
  steering,
};

const desired = oneOf(desiredStates);
const observed = exactly({
  state: oneOf(observedStates),
  since: orNull(time),
  cause: orNull(causeAnswer),
  isConverged: flag,
});

/** One row of `cdc.consumer`, without its secret. */
export const consumerAnswer: TSchema = exactly({ ...columns, configuration: anything });

/** What a writer is told whose revision was overtaken: what is there now, and what differs from what they saw. */
export const conflictAnswer: TSchema = exactly({
  ...problemFields,
  current: maybe(consumerAnswer),
  conflict: maybe(
    exactly({
      base: orNull(int64),
      current: int64,
      fields: listOf(
        exactly({ pointer: text, base: anything, current: anything, wanted: anything, isConflict: flag }),
      ),
    }),
  ),
});

export const consumerPageAnswer: TSchema = pageOf(
  exactly({
    ...columns,
    desired,
    observed,
    lag: exactly({ records: orNull(int64), ms: orNull(durationMs) }),
  }),
);

const partition = {
  partition: count,
  mark: int64,
  next: int64,
  logEnd: int64,
  lagRecords: int64,
  inFlight: count,
};

const host = exactly({
  hostId: text,
  state: oneOf(observedStates),
  since: time,
  cause: orNull(causeAnswer),
  isFresh: flag,
  revision: int64,
  release: orNull(text),
  retrying: count,
  nextAttemptAt: orNull(time),
  lagMs: orNull(durationMs),
  partitions: listOf(exactly(partition)),
});

const endings = exactly({ done: int64, filtered: int64, skipped: int64, parked: int64, hole: int64 });
const balance = { markMinusStart: int64, endings, sum: int64, balances: flag };
const accounting = {
  equation: text,
  total: exactly(balance),
  partitions: listOf(
    exactly({ ...balance, topic: text, topicId: text, partition: count, start: int64, mark: int64 }),
  ),
  filteredByRule: listOf(exactly({ rule: text, count: int64 })),
};
const named = exactly({ id: text, name: text, revision: int64 });

/** The account of a consumer. */
export const accountingAnswer: TSchema = exactly({ consumer: named, ...accounting });

/** Everything one looks for first. */
export const consumerStatusAnswer: TSchema = exactly({
  consumer: named,
  desired,
  steering,
  observed,
  hosts: listOf(host),
  lag: exactly({
    records: orNull(int64),
    recordsReason: orNull(text),
    ms: orNull(durationMs),
    msReason: orNull(text),
    partitions: listOf(exactly({ ...partition, hostId: text })),
  }),
  accounting: exactly(accounting),
  deadLetters: exactly({ open: int64, isAtLeast: flag }),
  connector: orNull(exactly({ name: text, state: text, tasks: listOf(exactly({ id: count, state: text })) })),
  connectorCause: orNull(causeAnswer),
  chain: chainAnswer,
});

export const historyAnswer: TSchema = pageOf(
  exactly({
    consumerId: text,
    hostId: text,
    at: time,
    state: oneOf(observedStates),
    code: orNull(text),
    note: text,
  }),
);

/** A position that a person chose. */
export const movedAnswer: TSchema = exactly({
  topic: text,
  topicId: text,
  partition: count,
  endings: mapOf(anything),
  start: int64,
  mark: int64,
  isChosen: flag,
});

export const clearedAnswer: TSchema = exactly({ cleared: count });

/** Where a record or a key stands. */
export const explainAnswer: TSchema = exactly({
  standing: text,
  sentence: text,
  facts,
  next: orNull(text),
});
