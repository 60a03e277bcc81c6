import { expect, test } from "vitest";
import { placeAfter, planStep, rotated } from "../../src/live/live-reading.ts";

const limits = { behindMax: 100n, keptNewest: 10n };

function bounds(...ends: readonly (readonly [start: bigint, end: bigint])[]) {
  return {
    topicId: "t",
    partitions: new Map(ends.map(([start, end], partition) => [partition, { start, end }] as const)),
  };
}

function place(...offsets: readonly bigint[]) {
  return { topicId: "t", next: new Map(offsets.map((offset, partition) => [partition, offset] as const)) };
}

test("it reads on from where it stands to the ends", () => {
  const step = planStep(place(5n, 7n), bounds([0n, 9n], [0n, 7n]), { only: null, limits });

  expect(step.ranges).toEqual([{ partition: 0, from: 5n, to: 9n }]);
  expect(step.gaps).toEqual([]);
});

test("who is too far behind sees the newest, and is told how many were left out", () => {
  const step = planStep(place(0n, 0n), bounds([0n, 500n], [0n, 4n]), { only: null, limits });

  expect(step.ranges).toEqual([
    { partition: 0, from: 494n, to: 500n },
    { partition: 1, from: 0n, to: 4n },
  ]);
  expect(step.gaps).toEqual([
    { reason: "slow", count: "494", partitions: [{ partition: 0, from: "0", to: "494" }] },
  ]);
});

test("what retention deleted meanwhile is told, and a new partition is read from its beginning", () => {
  const step = planStep(place(5n), bounds([20n, 30n], [3n, 4n]), { only: null, limits });

  expect(step.gaps).toEqual([
    { reason: "deleted", count: "15", partitions: [{ partition: 0, from: "5", to: "20" }] },
  ]);
  expect(step.place.next).toEqual(
    new Map([
      [0, 20n],
      [1, 3n],
    ]),
  );
});

test("a topic that was made anew is read from its beginning, and that is told", () => {
  const step = planStep({ ...place(50n), topicId: "before" }, bounds([0n, 3n]), { only: null, limits });

  expect(step.gaps).toEqual([{ reason: "recreated", count: null, partitions: [] }]);
  expect(step.ranges).toEqual([{ partition: 0, from: 0n, to: 3n }]);
});

test("a log that was cut back is read from its end, and of one partition nothing else is read", () => {
  expect(planStep(place(50n), bounds([0n, 3n]), { only: null, limits }).place.next).toEqual(
    new Map([[0, 3n]]),
  );
  const one = planStep(place(0n, 0n), bounds([0n, 3n], [0n, 3n]), { only: 1, limits });
  expect(one.ranges).toEqual([{ partition: 1, from: 0n, to: 3n }]);
});

test("the place after a walk is where it stopped, and partitions that were not looked at stay", () => {
  const ranges = [1, 2, 0].map((partition) => ({ partition, from: 0n, to: 9n }));

  const after = placeAfter(place(0n, 0n, 0n), ranges, { partition: 2, offset: 4n });

  expect([...after.next.entries()]).toEqual([
    [0, 0n],
    [1, 9n],
    [2, 4n],
  ]);
  expect(placeAfter(place(0n, 0n, 0n), ranges, null).next.get(0)).toBe(9n);
});

test("each look begins with another partition", () => {
  const ranges = [0, 1, 2].map((partition) => ({ partition, from: 0n, to: 1n }));

  expect(rotated(ranges, 4).map(({ partition }) => partition)).toEqual([1, 2, 0]);
  expect(rotated([], 4)).toEqual([]);
});
