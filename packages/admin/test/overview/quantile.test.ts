import { durationBuckets } from "@gluttony/model";
import { expect, test } from "vitest";
import { quantileMs } from "../../src/overview/quantile.ts";

function counted(...places: readonly [bound: number, count: number][]): number[] {
  const counts = Array<number>(durationBuckets.length + 1).fill(0);
  for (const [bound, count] of places) counts[durationBuckets.indexOf(bound)] = count;
  return counts;
}

test("nothing counted has no quantile", () => {
  expect(quantileMs(counted(), 0.95)).toBeNull();
});

test("between two bounds it grows evenly", () => {
  expect(quantileMs(counted([0.1, 100]), 0.5)).toBe(75);
});

test("a few slow ones show in the last share alone", () => {
  const counts = counted([0.01, 96], [10, 4]);

  expect(quantileMs(counts, 0.5)).toBeLessThanOrEqual(10);
  expect(quantileMs(counts, 0.99)).toBeGreaterThan(5_000);
});

test("beyond the last bound it is that bound", () => {
  const counts = counted();
  counts[durationBuckets.length] = 7;

  expect(quantileMs(counts, 0.95)).toBe(60_000);
});
