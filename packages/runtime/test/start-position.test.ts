import { expect, test } from "vitest";
import { partitionsAtStartOf, startPositionOf } from "../src/start-position.ts";

const assigned = {
  partition: 0,
  topicId: "id-1",
  committed: null,
  logStart: 5n,
  logEnd: 100n,
  partitions: 4,
};
const endings = { done: 0, filtered: 0, skipped: 0, parked: 0, hole: 0 };
const remembered = { topic: "t", topicId: "id-1", partition: 0, start: 5n, mark: 40n, endings };
const nothing = { position: undefined, hasOthers: false, partitionsAtStart: null };
const known = { position: remembered, hasOthers: true, partitionsAtStart: 4 };

test("the very first start follows the policy", () => {
  expect(startPositionOf(assigned, nothing, "earliest")).toEqual({ kind: "start", offset: 5n });
  expect(startPositionOf(assigned, nothing, "latest")).toEqual({ kind: "start", offset: 100n });
});

test("the first start in a group that committed goes on where it was", () => {
  expect(startPositionOf({ ...assigned, committed: 77n }, nothing, "latest")).toEqual({
    kind: "start",
    offset: 77n,
  });
});

test("at a first start by several hosts the policy holds for each", () => {
  expect(startPositionOf(assigned, { ...known, position: undefined }, "latest")).toEqual({
    kind: "start",
    offset: 100n,
  });
});

test("a partition that was added later blocks with the numbers", () => {
  const added = { ...assigned, partition: 4, partitions: 6 };

  expect(startPositionOf(added, { ...known, position: undefined }, "earliest")).toMatchObject({
    kind: "blocked",
    error: {
      code: "kafka.partitions_added",
      facts: { partition: 4, partitionsAtStart: 4, partitionsNow: 6, logStart: "5", logEnd: "100" },
    },
  });
});

test("one of which that cannot be told is read from its start whatever the policy", () => {
  const unknown = { position: undefined, hasOthers: true, partitionsAtStart: null };

  expect(startPositionOf(assigned, unknown, "latest")).toEqual({ kind: "start", offset: 5n });
});

test("the widest topic that was noted counts", () => {
  const positions = [
    { ...remembered, partitionsAtStart: 3 },
    remembered,
    { ...remembered, partitionsAtStart: 5 },
  ];

  expect(partitionsAtStartOf(positions)).toBe(5);
  expect(partitionsAtStartOf([remembered])).toBeNull();
});

test("our memory goes before an expired or an older commit", () => {
  expect(startPositionOf(assigned, known, "latest")).toEqual({ kind: "start", offset: 40n });
  expect(startPositionOf({ ...assigned, committed: 30n }, known, "latest")).toEqual({
    kind: "start",
    offset: 40n,
  });
});

test.each([
  ["a topic that was made again", { topicId: "id-2" }, "kafka.topic_recreated"],
  ["an offset moved from outside", { committed: 41n }, "kafka.offset_moved"],
  ["a mark before the log's start", { logStart: 41n }, "kafka.offset_out_of_range"],
  ["a mark behind the log's end", { logEnd: 39n }, "kafka.offset_out_of_range"],
])("%s blocks with the numbers", (_name, seen, code) => {
  const start = startPositionOf({ ...assigned, ...seen }, known, "earliest");

  expect(start).toMatchObject({ kind: "blocked", error: { code, facts: { partition: 0 } } });
});
