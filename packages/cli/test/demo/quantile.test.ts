import { expect, test } from "vitest";
import { quantile } from "../../src/demo/quantile.ts";

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

test.for([
  [0.5, 50],
  [0.95, 95],
  [1, 100],
  [0, 1],
])("takes the nearest rank: %d", ([share = 0, expected]) => {
  expect(quantile(hundred, share)).toBe(expected);
});

test("sorts by size and leaves the list as it was", () => {
  const values = [10, 9, 100];

  expect(quantile(values, 0.5)).toBe(10);
  expect(values).toEqual([10, 9, 100]);
});

test("one value is every quantile, none has none", () => {
  expect([quantile([7], 0.95), quantile([], 0.5)]).toEqual([7, undefined]);
});
