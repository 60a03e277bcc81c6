import type { ConsumerRow, ObservedStateName } from "@gluttony/model";
import { describe, expect, test } from "vitest";
import { type ChainFacts, chainOf } from "../../src/overview/chain.ts";
import type { SourceMeasure, SourceStanding } from "../../src/overview-ports.ts";
import { observed } from "../support/small-house.ts";

const nowMs = Date.parse("2026-01-01T01:00:00Z");
const ago = (ms: number): Date => new Date(nowMs - ms);

const row: ConsumerRow = {
  id: "1",
  name: "persons",
  connString: null,
  dataSource: "postgresql",
  captureSchema: "his",
  captureTable: "person",
  topic: "persons",
  group: null,
  handlerFunc: "empi",
  globalKey: ["id"],
  isValid: true,
  count: 0n,
  creationTime: new Date(0),
  configuration: {},
  revision: 1n,
};

const slot = { isActive: true, walStatus: "reserved", retainedBytes: 1_024n, behindBytes: 56n };

function measured(changes: Partial<SourceMeasure> = {}): SourceMeasure {
  return {
    measuredAt: ago(5_000),
    tasks: [{ id: 0, state: "RUNNING" }],
    slot,
    slotReason: null,
    heartbeatAt: ago(8_000),
    heartbeatEveryMs: 10_000,
    heartbeatReason: null,
    lastChangeAt: ago(3_000),
    lastChangeReason: null,
    ...changes,
  };
}

const running = {
  state: "running",
  since: ago(60_000),
  failure: null,
  findings: [],
  drift: [],
  mends: 0,
  nextMendAt: null,
  isGivenUp: false,
};

function standing(
  measure: SourceMeasure | null = measured(),
  health: Partial<NonNullable<SourceStanding["health"]>> | null = {},
): SourceStanding {
  return {
    connector: "c",
    sourceIdentity: "postgresql:db:5432/his/his.person",
    topic: "persons",
    consumerIds: ["1"],
    health: health === null ? null : { ...running, ...health },
    measure,
  };
}

function facts(
  source: SourceStanding | null,
  state: ObservedStateName = "running",
  changes: Partial<ChainFacts> = {},
): ChainFacts {
  return { seen: [observed({ state })], source, totals: null, counts: null, ...changes };
}

const lost = measured({ slot: { ...slot, walStatus: "lost" } });
const full = measured({ slot: { ...slot, retainedBytes: 11n * 1024n ** 3n } });
const mute = measured({ heartbeatAt: ago(90_000) });

describe("the state of a chain is that of its worst part", () => {
  test.each([
    ["everything runs", facts(standing()), "consumer", "running", null],
    ["the consumer is blocked", facts(standing(), "blocked"), "consumer", "blocked", null],
    ["the slot is lost", facts(standing(lost)), "source", "blocked", "source.slot"],
    [
      "the slot is gone",
      facts(standing(measured({ slot: null, slotReason: "slot_missing" }))),
      "source",
      "blocked",
      "source.slot",
    ],
    ["the slot holds much", facts(standing(full)), "source", "lagging", "source.slot_retained"],
    ["no heartbeat comes", facts(standing(mute), "idle"), "source", "silent", "source.silent"],
    [
      "a grant is gone",
      facts(standing(measured(), { findings: ["source.table_rights"] })),
      "source",
      "blocked",
      "source.table_rights",
    ],
    [
      "a task failed and is mended",
      facts(standing(measured(), { state: "failed" })),
      "connector",
      "recovering",
      "connect.failed",
    ],
    [
      "a task failed for good",
      facts(standing(measured(), { state: "failed", isGivenUp: true }), "idle"),
      "connector",
      "failed",
      "connect.failed",
    ],
    [
      "the connector was deleted",
      facts(standing(measured(), { state: "missing" })),
      "connector",
      "recovering",
      "connect.connector_missing",
    ],
    [
      "the consumer is worse",
      facts(standing(measured(), { state: "failed" }), "failed"),
      "consumer",
      "failed",
      null,
    ],
    ["somebody else's connector", facts(null), "consumer", "running", null],
    ["nobody measured", facts(standing(null, null)), "consumer", "running", null],
  ] as const)("%s", (_what, given, at, state, code) => {
    const view = chainOf(row, given, nowMs);

    expect([view.at, view.state, view.cause?.code ?? null]).toEqual([at, state, code]);
    if (code !== null) expect(view.next).not.toBe("");
  });

  test("what is not to run is judged by itself alone", () => {
    const stopped = { ...row, isValid: false };

    const view = chainOf(stopped, facts(standing(lost), "stopped"), nowMs);

    expect([view.at, view.state]).toEqual(["consumer", "stopped"]);
  });
});

describe("what is not known is null with its reason, never 0", () => {
  test.each([
    ["of a connector of somebody else", null, "connector_not_ours"],
    ["before the first measure", standing(null, null), "not_measured_yet"],
  ] as const)("%s", (_what, source, reason) => {
    const { chain } = chainOf(row, facts(source), nowMs);

    expect(chain.source).toMatchObject({
      state: "unknown",
      slot: null,
      slotReason: reason,
      heartbeatAgeMs: null,
      heartbeatReason: reason,
      lastChangeAt: null,
      lastChangeReason: reason,
    });
    expect(chain.connector).toMatchObject({ state: "unknown", tasks: null, tasksReason: reason });
  });

  test("of a consumer that nobody observes", () => {
    const { chain, state } = chainOf(row, { seen: [], source: null, totals: null, counts: null }, nowMs);

    expect(state).toBe("unknown");
    expect(chain.consumer).toMatchObject({
      lagRecords: null,
      lagRecordsReason: "not_observed",
      rates: null,
      ratesReason: "not_measured",
      endings: null,
      endingsReason: "not_measured",
    });
    expect(chain.topic).toMatchObject({ end: null, endReason: "not_observed" });
  });

  test("of a source whose measure is old", () => {
    const old = measured({ measuredAt: ago(600_000) });

    const { chain } = chainOf(row, facts(standing(old)), nowMs);

    expect(chain.source).toMatchObject({ state: "unknown", cause: { code: "source.unmeasured" } });
  });

  test("of a source that switched its heartbeat off, which is not silent", () => {
    const off = measured({ heartbeatAt: null, heartbeatEveryMs: null, heartbeatReason: "switched_off" });

    const { chain } = chainOf(row, facts(standing(off)), nowMs);

    expect(chain.source).toMatchObject({
      state: "running",
      heartbeatAgeMs: null,
      heartbeatReason: "switched_off",
    });
  });
});

test("the chain says what each part knows", () => {
  const since = ago(1_000);
  const target = { target: "http://empi", breaker: "open", since, nextProbeAt: since } as const;
  const cell = { state: "ready", crashes: 2, residentBytes: 5, heartbeatAgeMs: 1 } as const;
  const partitions = [
    { partition: 0, mark: "5", next: "6", logEnd: "9", lagRecords: "4", inFlight: 1 },
    { partition: 1, mark: "1", next: "1", logEnd: "1", lagRecords: "0", inFlight: 0 },
  ];
  const totals = {
    consumerId: "1",
    done: 3n,
    filtered: 2n,
    skipped: 0n,
    parked: 1n,
    hole: 0n,
    lettersOpen: 1n,
  };
  const seen = [observed({ partitions, lagMs: 700, targets: [target], cell, release: "empi@1.0.0" })];

  const { chain } = chainOf(row, { seen, source: standing(), totals, counts: null }, nowMs);

  expect(chain.source).toMatchObject({
    slot: { retainedBytes: "1024", behindBytes: "56" },
    heartbeatAgeMs: 8_000,
  });
  expect(chain.topic).toMatchObject({ name: "persons", partitions: 2, end: "10" });
  expect(chain.consumer).toMatchObject({
    lagRecords: "4",
    lagMs: 700,
    lettersOpen: "1",
    endings: { done: "3" },
  });
  expect(chain.consumer.cells).toEqual([
    { hostId: "host-a", release: "empi@1.0.0", ...cell, memoryReason: null },
  ]);
  expect(chain.targets).toMatchObject([{ target: "http://empi", hostId: "host-a", breaker: "open" }]);
});
