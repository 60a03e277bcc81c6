import type { TSchema } from "@sinclair/typebox";
import { stageStates } from "../overview/stage.ts";
import { causeAnswer } from "./cause.ts";
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
  text,
  time,
} from "./forms.ts";
import { number } from "./numbers.ts";

const state = oneOf(stageStates);
const reason = orNull(text);
const stage = { state, since: orNull(time), cause: orNull(causeAnswer), next: orNull(text) };

const slot = exactly({
  isActive: flag,
  walStatus: orNull(text),
  retainedBytes: int64,
  behindBytes: orNull(int64),
  behindReason: reason,
});

const source = exactly({
  ...stage,
  identity: orNull(text),
  identityReason: reason,
  measuredAt: orNull(time),
  measuredReason: reason,
  slot: orNull(slot),
  slotReason: reason,
  heartbeatAgeMs: orNull(durationMs),
  heartbeatReason: reason,
  lastChangeAt: orNull(time),
  lastChangeReason: reason,
});

const connector = exactly({
  ...stage,
  name: orNull(text),
  nameReason: reason,
  tasks: orNull(listOf(exactly({ id: count, state: text }))),
  tasksReason: reason,
  failure: orNull(text),
  findings: listOf(text),
  drift: listOf(text),
  mends: count,
  nextMendAt: orNull(time),
});

const topic = exactly({
  name: orNull(text),
  nameReason: reason,
  partitions: orNull(count),
  end: orNull(int64),
  endReason: reason,
  lastRecordAt: orNull(time),
  lastRecordReason: reason,
});

const rates = exactly({
  overMs: durationMs,
  receivedPerSecond: number,
  endedPerSecond: number,
  retriedPerSecond: number,
  parkedPerSecond: number,
  handlerMsMean: orNull(durationMs),
  handlerMsP95: orNull(durationMs),
  handlerReason: reason,
  commitToAckMsP95: orNull(durationMs),
  commitToAckReason: reason,
});

const cell = exactly({
  hostId: text,
  release: orNull(text),
  state: oneOf(["starting", "ready", "backing-off", "quarantined", "closed"]),
  crashes: count,
  residentBytes: orNull(count),
  heartbeatAgeMs: orNull(durationMs),
  memoryReason: reason,
});

const consumer = exactly({
  ...stage,
  isConverged: flag,
  lagRecords: orNull(int64),
  lagRecordsReason: reason,
  lagMs: orNull(durationMs),
  lagMsReason: reason,
  retrying: count,
  nextAttemptAt: orNull(time),
  rates: orNull(rates),
  ratesReason: reason,
  endings: orNull(exactly({ done: int64, filtered: int64, skipped: int64, parked: int64, hole: int64 })),
  endingsReason: reason,
  lettersOpen: orNull(int64),
  lettersReason: reason,
  cells: listOf(cell),
});

const target = exactly({
  target: text,
  hostId: text,
  breaker: oneOf(["open", "probing"]),
  since: time,
  nextProbeAt: time,
});

/** The way of a change, from the source to the targets. */
export const chainAnswer: TSchema = exactly({ source, connector, topic, consumer, targets: listOf(target) });

/** All consumers, worst first. */
export const overviewAnswer: TSchema = exactly({
  at: time,
  counts: exactly(Object.fromEntries(stageStates.map((one) => [one, maybe(count)]))),
  needAttention: count,
  endedPerSecond: orNull(number),
  endedReason: reason,
  oldestLagMs: orNull(durationMs),
  oldestLagReason: reason,
  lettersOpen: orNull(int64),
  lettersReason: reason,
  items: listOf(
    exactly({
      ...stage,
      consumer: exactly({ id: text, name: text, revision: int64 }),
      desired: text,
      at: oneOf(["source", "connector", "consumer"]),
      chain: chainAnswer,
    }),
  ),
  next: orNull(text),
});
