import { expect, test } from "vitest";
import { RepeatedLines } from "../src/repeated-lines.ts";

test("a line that repeats is passed on every ten seconds, with the number left out", () => {
  const lines = new RepeatedLines();

  const answers = [0, 1, 9_999, 10_000, 10_001, 25_000].map((atMs) => lines.admit("down", atMs));

  expect(answers).toEqual([0, null, null, 2, null, 1]);
});

test("different lines do not hold each other back", () => {
  const lines = new RepeatedLines();

  expect(["a", "b", "a", "c"].map((line) => lines.admit(line, 0))).toEqual([0, 0, null, 0]);
});

test("a flood of different lines forgets the longest known first", () => {
  const lines = new RepeatedLines();
  for (let line = 0; line <= 100; line++) lines.admit(String(line), 0);

  expect(lines.admit("100", 1)).toBeNull();
  expect(lines.admit("0", 1)).toBe(0);
});
