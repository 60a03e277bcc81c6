import { expect, test } from "vitest";
import { Backlog } from "../src/backlog.ts";

/** Looks every second for two minutes; answers the last word. */
function afterTwoMinutes(recordsAt: (second: number) => bigint, lagMs: number | null = null): boolean {
  const backlog = new Backlog();
  let isLagging = false;
  for (let second = 0; second <= 120; second += 1)
    isLagging = backlog.note(recordsAt(second), lagMs, second * 1_000);
  return isLagging;
}

test("a large backlog that grows is named", () => {
  expect(afterTwoMinutes((second) => 20_000n + BigInt(second))).toBe(true);
});

test("a large backlog that is being worked off is not", () => {
  expect(afterTwoMinutes((second) => 200_000n - BigInt(second * 100))).toBe(false);
});

test("a small backlog is not, unless it is old", () => {
  expect(afterTwoMinutes(() => 50n)).toBe(false);
  expect(afterTwoMinutes(() => 50n, 900_000)).toBe(true);
});

test("nothing is said before a minute has passed", () => {
  expect(new Backlog().note(1_000_000n, null, 0)).toBe(false);
});
