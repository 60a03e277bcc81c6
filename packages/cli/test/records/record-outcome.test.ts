import {
  type ConsumerRow,
  type DeadLetter,
  type ObservedState,
  parseConsumer,
  type Position,
  type WaitingRecord,
} from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { expect, test } from "vitest";
import { type LedgerKnowledge, outcomeOfRecord } from "../../src/records/record-outcome.ts";

const endings = { done: 10, filtered: 0, skipped: 0, parked: 0, hole: 0 };
const position = {
  topic: "t",
  topicId: "id",
  partition: 0,
  start: 10n,
  mark: 20n,
  endings,
} satisfies Position;
const state: ObservedState = {
  ...{
    consumerId: "1",
    hostId: "h",
    state: "running" as const,
    since: new Date(0),
    cause: null,
    revision: 1n,
  },
  ...{ release: null, lagMs: null, retrying: 0, nextAttemptAt: null, partitions: [] },
};

function known(changes: Partial<LedgerKnowledge> = {}): LedgerKnowledge {
  return {
    ...{ consumer: null, isEnabled: true, states: [state], positions: [position], moves: [], nowMs: 0 },
    bounds: new Map([[0, { start: 0n, end: 100n }]]),
    ...changes,
  };
}

function at(offset: bigint, fields: Partial<RawRecord> = {}): RawRecord {
  return { topic: "t", partition: 0, offset, timestampMs: 0, key: null, value: null, headers: [], ...fields };
}

const nothing = { letter: null, noted: null };

test("below the mark a record is delivered, and that its attempts were not noted is said", () => {
  const outcome = outcomeOfRecord(at(12n), known(), nothing);

  expect(outcome).toMatchObject({ name: "delivered", isEnded: true, next: null });
  expect(outcome).toMatchObject({ attempts: null, attemptsReason: "not_noted", durationReason: "not_noted" });
});

test("what was noted of its attempt is told; a rule of the handler makes it filtered", () => {
  const noted = { attempt: 2, durationMs: 61, rule: null };

  expect(outcomeOfRecord(at(12n), known(), { letter: null, noted })).toMatchObject({
    name: "delivered",
    attempts: 2,
    attemptsReason: null,
    durationMs: 61,
    durationReason: null,
  });
  expect(
    outcomeOfRecord(at(12n), known(), { letter: null, noted: { ...noted, rule: "not-ours" } }),
  ).toMatchObject({ name: "filtered", rule: "not-ours", attempts: 2 });
});

test("a rule of the consumer leaves a record out without any attempt", () => {
  const row = {
    ...{ id: "1", name: "visits", connString: null, dataSource: "postgresql", captureSchema: "his" },
    ...{
      captureTable: "visit",
      topic: "t",
      group: null,
      handlerFunc: "empi",
      globalKey: ["id"],
      isValid: true,
    },
    ...{ count: 0n, creationTime: new Date(0), revision: 1n },
    configuration: { filter: { operations: ["delete"] } },
  } as unknown as ConsumerRow;
  const parsed = parseConsumer(row);
  const consumer = "consumer" in parsed ? parsed.consumer : null;
  const value = Buffer.from(JSON.stringify({ op: "c", before: null, after: { id: 1 }, source: {} }));

  const outcome = outcomeOfRecord(at(12n, { value }), known({ consumer }), nothing);

  expect(consumer).not.toBeNull();
  expect(outcome).toMatchObject({ name: "filtered", isEnded: true, attemptsReason: "not_attempted" });
  expect(outcome.rule).not.toBeNull();
});

test("a failed record tells its attempts, when the next is, and at which target it failed", () => {
  const waiting: WaitingRecord = {
    ...{ offset: 25n, attempts: 3, charged: 3, nextAttemptAtMs: 5_000, failingSinceMs: 1, subject: "s" },
    ...{ failure: { kind: "transient" as const, code: "target.down", target: "http://empi" }, behind: [27n] },
  };
  const positions = [{ ...position, waiting: [waiting] }];

  expect(outcomeOfRecord(at(25n), known({ positions }), nothing)).toMatchObject({
    ...{ name: "retrying", isEnded: false, attempts: 3, code: "target.down", target: "http://empi" },
    nextAttemptAt: new Date(5_000),
    durationReason: "under_way",
  });
  expect(outcomeOfRecord(at(27n), known({ positions }), nothing)).toMatchObject({
    ...{ name: "waiting_behind", behindOffset: 25n, attemptsReason: "not_attempted" },
  });
});

test("what is above the mark is in flight once it was read, else not fetched, else held up with the consumer", () => {
  const read = { partition: 0, next: "30", inFlight: 2 };
  const states = [{ ...state, partitions: [read] }] as unknown as LedgerKnowledge["states"];

  expect(outcomeOfRecord(at(25n), known({ states }), nothing).name).toBe("in_flight");
  expect(outcomeOfRecord(at(40n), known({ states }), nothing).name).toBe("not_fetched");
  expect(outcomeOfRecord(at(40n), known({ isEnabled: false }), nothing).name).toBe("held_up");
  expect(outcomeOfRecord(at(40n), known({ states: [] }), nothing).name).toBe("held_up");
});

test("a dead letter says what a person did with the record", () => {
  const letter = {
    ...{ id: "7", state: "parked", attempts: 5, partition: 0, offset: 12n, isBehind: false },
    failure: { kind: "record", code: "empi.refused", message: "" },
  } as unknown as DeadLetter;
  const outcome = (changes: Partial<DeadLetter>) =>
    outcomeOfRecord(at(12n), known(), { letter: { ...letter, ...changes }, noted: null });

  expect(outcome({})).toMatchObject({ name: "parked", deadLetter: "7", attempts: 5, code: "empi.refused" });
  expect(outcome({}).next).toContain("dead-letter get 7");
  expect(outcome({ state: "replaying" })).toMatchObject({ name: "replaying", isEnded: false });
  expect(outcome({ state: "replayed" })).toMatchObject({ name: "replayed", isEnded: true, next: null });
  expect(outcome({ state: "discarded" })).toMatchObject({ name: "discarded", isEnded: true });
  expect(outcome({ isBehind: true }).sentence).toContain("behind");
});

test("what a person moved the position past is skipped, unless a later move read it again", () => {
  const move = (from: string | null, to: string) => ({
    ...{ id: "1", at: new Date(0), actor: "a", reason: "r", topic: "t" },
    partitions: [{ partition: 0, from, to }],
  });
  const nameBy = (...moves: ReturnType<typeof move>[]) =>
    outcomeOfRecord(at(15n), known({ moves }), nothing).name;

  expect(nameBy(move("12", "16"))).toBe("skipped");
  expect(nameBy(move("16", "18"))).toBe("delivered");
  expect(nameBy(move("19", "10"), move("12", "16"))).toBe("delivered");
  expect(nameBy(move("17", "18"), move("12", "16"))).toBe("skipped");
  expect(nameBy({ ...move("12", "16"), topic: "other" })).toBe("delivered");
});

test("a record before the beginning of the account is not this account's", () => {
  expect(outcomeOfRecord(at(9n), known(), nothing)).toMatchObject({ name: "not_accounted", isEnded: true });
});
