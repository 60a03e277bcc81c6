import { expect, test } from "vitest";
import { operationLine } from "../src/operation/await-operation.ts";
import { untilTimeOf } from "../src/operation/until-time.ts";
import { statusLines } from "../src/output/status-lines.ts";

const nowMs = Date.parse("2026-01-01T00:00:00Z");

test.each([
  ["90s", "2026-01-01T00:01:30.000Z"],
  ["30m", "2026-01-01T00:30:00.000Z"],
  ["2h", "2026-01-01T02:00:00.000Z"],
  ["7d", "2026-01-08T00:00:00.000Z"],
  ["2026-03-01T08:00:00Z", "2026-03-01T08:00:00.000Z"],
  ["2026-03-01T08:00+08:00", "2026-03-01T00:00:00.000Z"],
])("until %s is %s", (text, time) => {
  expect(untilTimeOf(text, nowMs)?.toISOString()).toBe(time);
});

test.each(["tomorrow", "5", "-2h", "2h30m", "2026-03-01", "2026-03-01T08:00:00", "2026-13-01T08:00:00Z", ""])(
  "until %j means nothing",
  (text) => {
    expect(untilTimeOf(text, nowMs)).toBeNull();
  },
);

test("an operation is one line: what, of whom, how far, and its id", () => {
  const operation = { id: "o-1", kind: "consumer.pause", subject: { name: "patients" }, state: "running" };

  expect(operationLine(operation)).toBe("consumer.pause patients: running  (operation o-1)");
});

test("the status says who paused or stopped it, and nothing where it is to run", () => {
  const steering = { actor: "ada", reason: "a look", at: "T1", until: "T2", isPaused: true };
  const lineOf = (desired: string, told: object | null): string | undefined =>
    statusLines({ desired, steering: told }).find((line) => line.includes(" by "));

  expect(lineOf("paused", steering)).toBe("paused by ada at T1, until T2: a look");
  expect(lineOf("stopped", { ...steering, until: null, reason: null })).toBe("stopped by ada at T1: –");
  expect(lineOf("enabled", steering)).toBeUndefined();
  expect(lineOf("stopped", null)).toBeUndefined();
});
