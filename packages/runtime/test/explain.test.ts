import type { DeadLetter, ObservedState, Position } from "@gluttony/model";
import { expect, test } from "vitest";
import { encodeEndedAbove } from "../src/ended-above.ts";
import { explain, type ExplainKnowledge } from "../src/explain.ts";
import { memoryConsumer, recordOf } from "./support/memory-ports.ts";

const state: ObservedState = {
  consumerId: "1",
  hostId: "h",
  state: "running",
  since: new Date(0),
  cause: null,
  revision: 1n,
  release: null,
  partitions: [{ partition: 0, mark: "10", next: "20", logEnd: "30", lagRecords: "20", inFlight: 2 }],
  lagMs: null,
  retrying: 0,
  nextAttemptAt: null,
};
const position: Position = {
  topic: "t",
  topicId: "id",
  partition: 0,
  start: 0n,
  mark: 10n,
  endings: { done: 10, filtered: 0, skipped: 0, parked: 0, hole: 0 },
};
const known: ExplainKnowledge = {
  consumer: memoryConsumer(),
  isEnabled: true,
  states: [state],
  positions: [position],
  bounds: new Map([[0, { start: 0n, end: 30n }]]),
  record: recordOf(5, "a"),
  letters: [],
  nowMs: 1_000,
};
const letter: DeadLetter = {
  id: "7",
  consumerId: "1",
  consumer: "c",
  topic: "t",
  partition: 0,
  offset: 5n,
  state: "parked",
  failure: { kind: "record", code: "x.y", message: "" },
  attempts: 1,
  release: null,
  parkedAt: new Date(0),
  sizeBytes: 1,
  subject: "s",
  isBehind: false,
  holdsRecord: true,
  replays: 0,
  reason: null,
  note: null,
};
const waiting = {
  offset: 12n,
  attempts: 3,
  charged: 3,
  nextAttemptAtMs: 5_000,
  failingSinceMs: 0,
  failure: { kind: "transient", code: "target.timeout", target: "http://t" },
  subject: "s",
  behind: [14n],
} as const;
const blocked: ObservedState = {
  ...state,
  state: "blocked",
  cause: { code: "kafka.offset_moved", title: "Moved", facts: {}, faults: [], remedy: "Choose." },
};
const at = (offset: bigint, partition = 0) => ({ partition, offset });

const cases: readonly (readonly [string, Parameters<typeof explain>[0], Partial<ExplainKnowledge>])[] = [
  ["parked", at(5n), { letters: [letter] }],
  ["parked", { subject: "s" }, { letters: [letter] }],
  ["replaying", at(5n), { letters: [{ ...letter, state: "replaying" }] }],
  ["discarded", at(5n), { letters: [{ ...letter, state: "discarded" }] }],
  ["filtered", at(5n), { record: recordOf(5, "a", null) }],
  ["delivered or left out by the handler", at(5n), {}],
  ["delivered or left out by the handler", at(5n), { letters: [{ ...letter, state: "replayed" }] }],
  ["no record", at(5n), { record: null }],
  ["not written", at(30n), {}],
  ["backing off", at(12n), { positions: [{ ...position, waiting: [waiting] }] }],
  ["backing off", { subject: "s" }, { positions: [{ ...position, waiting: [waiting] }] }],
  [
    "held for the target",
    at(12n),
    {
      positions: [{ ...position, waiting: [waiting] }],
      states: [
        {
          ...state,
          targets: [
            { target: "http://t", breaker: "open", since: new Date(0), nextProbeAt: new Date(2_000) },
          ],
        },
      ],
    },
  ],
  ["waiting behind", at(14n), { positions: [{ ...position, waiting: [waiting] }] }],
  [
    "delivered or left out by the handler",
    at(11n),
    {
      positions: [
        { ...position, endedAbove: encodeEndedAbove({ codes: Uint8Array.from([0, 1]), rules: [] }) },
      ],
    },
  ],
  ["blocked", at(12n), { states: [blocked] }],
  ["stopped", at(12n), { isEnabled: false }],
  ["unseen", at(12n), { states: [] }],
  ["in flight", at(12n), {}],
  ["not fetched", at(25n), {}],
  ["not fetched", at(25n, 9), {}],
  ["deleted", at(3n, 1), { bounds: new Map([[1, { start: 5n, end: 9n }]]) }],
  ["nothing waits", { subject: "other" }, { letters: [letter] }],
];

test.each(cases)("%s", (standing, question, changes) => {
  const answer = explain(question, { ...known, ...changes });

  expect(answer.standing).toBe(standing);
  expect(answer.sentence).not.toBe("");
});

test("the earliest dead letter of a key is the one that is named", () => {
  const later = { ...letter, id: "8", offset: 9n, isBehind: true };

  const answer = explain({ subject: "s" }, { ...known, letters: [later, letter] });

  expect(answer.facts).toMatchObject({ deadLetter: "7" });
});

test("a block names its code, its host and what to do next", () => {
  const answer = explain(at(12n), { ...known, states: [blocked] });

  expect(answer).toMatchObject({ facts: { code: "kafka.offset_moved", host: "h" }, next: "Choose." });
});
