import { expect, test } from "vitest";
import { desiredStateOf, pauseLeftMs, type Steering } from "../src/steering.ts";

const paused: Steering = {
  isPaused: true,
  until: new Date(5_000),
  actor: "ada",
  reason: "a look",
  at: new Date(1_000),
  restarts: 0n,
};

test("a row that is off is stopped, whoever paused it before", () => {
  expect(desiredStateOf({ isValid: false, steering: paused }, 2_000)).toBe("stopped");
});

test("a pause holds until its end, and not a millisecond longer", () => {
  expect(desiredStateOf({ isValid: true, steering: paused }, 4_999)).toBe("paused");
  expect(desiredStateOf({ isValid: true, steering: paused }, 5_000)).toBe("enabled");
  expect(pauseLeftMs(paused, 4_000)).toBe(1_000);
});

test("a pause without an end holds until somebody ends it", () => {
  expect(pauseLeftMs({ ...paused, until: null }, 1e15)).toBe(Number.POSITIVE_INFINITY);
  expect(pauseLeftMs({ ...paused, isPaused: false }, 2_000)).toBe(0);
});

test("a consumer that nobody ever steered is enabled", () => {
  expect(desiredStateOf({ isValid: true }, 0)).toBe("enabled");
});
