import type { ObservedState } from "@gluttony/model";
import { durationBuckets } from "@gluttony/model";
import { expect, test } from "vitest";
import { type AlertFacts, readingsOf } from "../../src/alerts/readings.ts";
import type { RecentCounts, SourceStanding } from "../../src/overview-ports.ts";
import { MemoryConsumers } from "../support/memory-consumers.ts";
import { draft, observed } from "../support/small-house.ts";

const nowMs = Date.parse("2026-01-01T01:00:00Z");
const slow = Array<number>(durationBuckets.length + 1).fill(0);
slow[durationBuckets.indexOf(10)] = 5;
const counts: RecentCounts = {
  consumerId: "1",
  received: 0,
  done: 0,
  filtered: 0,
  skipped: 0,
  parked: 2,
  retried: 0,
  commitsFailed: 12,
  cellRestarts: 4,
  handlerMs: 0,
  handlerCounts: slow,
  ackMs: 0,
  ackCounts: [],
};
const standing: SourceStanding = {
  connector: "c",
  sourceIdentity: "s",
  topic: "persons",
  consumerIds: ["1"],
  health: {
    state: "running",
    since: new Date(0),
    failure: null,
    findings: [],
    drift: [],
    mends: 0,
    nextMendAt: null,
    isGivenUp: false,
  },
  measure: {
    measuredAt: new Date(nowMs),
    tasks: null,
    slot: { isActive: true, walStatus: null, retainedBytes: 99n, behindBytes: null },
    slotReason: null,
    heartbeatAt: new Date(nowMs - 200_000),
    heartbeatEveryMs: 10_000,
    heartbeatReason: null,
    lastChangeAt: new Date(nowMs - 180_000),
    lastChangeReason: null,
  },
};

async function valuesOf(seen: readonly ObservedState[], changes: Partial<AlertFacts> = {}, isValid = true) {
  const consumers = new MemoryConsumers();
  await consumers.create(draft({ isValid }), "setup");
  const facts: AlertFacts = {
    rows: await consumers.list(),
    seen,
    standings: [],
    counts5: new Map(),
    counts10: new Map(),
    lags: new Map(),
    ...changes,
  };
  return Object.fromEntries(readingsOf(facts, nowMs).map(({ rule, value }) => [rule, value]));
}

const partitions = [{ partition: 0, mark: "1", next: "1", logEnd: "9", lagRecords: "8", inFlight: 0 }];

test("a consumer that is well is below every threshold, and what nobody counted is not known", async () => {
  expect(await valuesOf([observed({ partitions })])).toEqual({
    consumer_failed: 0,
    consumer_blocked: 0,
    lag_seconds: 0,
    lag_growing: null,
    dead_letters: null,
    handler_slow: null,
    cell_restarts: null,
    commits_failing: null,
  });
});

test("every rule sees its trouble", async () => {
  const all = {
    counts5: new Map([["1", counts]]),
    counts10: new Map([["1", counts]]),
    lags: new Map([["1", [1, 2, 4, 5, 7, 8, 11]]]),
    standings: [standing],
  };

  const values = await valuesOf([observed({ state: "blocked", partitions, lagMs: 400_000 })], all);

  expect(values).toMatchObject({
    consumer_blocked: 1,
    lag_seconds: 400,
    lag_growing: 1,
    dead_letters: 2,
    cell_restarts: 4,
    commits_failing: 12,
    source_silent: 180,
    slot_retained: 99,
  });
  expect(values["handler_slow"]).toBeGreaterThan(5);
  expect(await valuesOf([observed({ state: "failed" })])).toMatchObject({ consumer_failed: 1 });
});

test("a key that waits for its next attempt counts as held up", async () => {
  expect(await valuesOf([observed({ state: "recovering", retrying: 1 })])).toMatchObject({
    consumer_blocked: 1,
  });
});

test("a lag that shrank once does not grow", async () => {
  const lags = new Map([["1", [1, 2, 4, 3, 7, 8, 11]]]);

  expect(await valuesOf([observed()], { lags })).toMatchObject({ lag_growing: -1 });
});

test("a silent host tells nothing, and a consumer that is not to run has no readings", async () => {
  const silence = { code: "host.silent", title: "", facts: {}, faults: [], remedy: "" };
  const silent = observed({ state: "unknown", cause: silence });

  expect(await valuesOf([silent])).toMatchObject({
    consumer_failed: null,
    consumer_blocked: null,
    lag_seconds: null,
  });
  expect(await valuesOf([observed({ state: "failed" })], {}, false)).toEqual({});
});

test("a connector without a heartbeat is not known to be silent, and one that is paused is not", async () => {
  const { measure, health } = standing;
  if (measure === null || health === null) throw new Error("the test's own standing is whole");
  const without = { ...standing, measure: { ...measure, heartbeatAt: null } };
  const paused = { ...standing, health: { ...health, state: "paused" } };

  expect(await valuesOf([], { standings: [without] })).toMatchObject({ source_silent: null });
  expect(await valuesOf([], { standings: [paused] })).toMatchObject({ source_silent: 0 });
});
