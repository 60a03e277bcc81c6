import type { AttemptResult } from "@gluttony/core";
import { expect, test } from "vitest";
import { isOwnFault, shouldRollBack, type FreshRelease } from "../src/judge-release.ts";

const rule = {
  rollback: "auto",
  rollbackWindowMs: 60_000,
  rollbackPercentMax: 50,
  rollbackAttemptsMin: 20,
} as const;
const failing: FreshRelease = {
  sinceMs: 1_000,
  fresh: { attempts: 20, faults: 11 },
  before: { attempts: 1_000, faults: 3 },
  isQuarantined: false,
};

test("a release that fails more than the rule bears is taken back", () => {
  expect(shouldRollBack(failing, rule)).toBe(true);
  expect(shouldRollBack({ ...failing, before: { attempts: 0, faults: 0 } }, rule)).toBe(true);
});

test("one whose process ends too often is, too, however few attempts there were", () => {
  const quarantined = { ...failing, fresh: { attempts: 3, faults: 3 }, isQuarantined: true };

  expect(shouldRollBack(quarantined, rule)).toBe(true);
});

test.each<[string, Partial<FreshRelease>]>([
  ["half of the attempts fail and half may", { fresh: { attempts: 20, faults: 10 } }],
  ["there were too few attempts", { fresh: { attempts: 19, faults: 19 } }],
  ["its first minutes are over", { sinceMs: 60_001 }],
  ["the one before failed as well", { before: { attempts: 20, faults: 20 } }],
])("it stays when %s", (_when, change) => {
  expect(shouldRollBack({ ...failing, ...change }, rule)).toBe(false);
});

test("a consumer may want none of it", () => {
  expect(shouldRollBack(failing, { ...rule, rollback: "off" })).toBe(false);
});

test.each<[string, boolean]>([
  ["handler.threw", true],
  ["handler.deadline", true],
  ["plugin.crashed", true],
  ["target.unreachable", false],
  ["acme.rejected", false],
  ["handler.aborted", false],
])("%s is the release's own fault: %s", (code, isOwn) => {
  const result: AttemptResult = { kind: "failed", failure: { kind: "transient", code, message: "" } };

  expect(isOwnFault(result)).toBe(isOwn);
  expect(isOwnFault({ kind: "done" })).toBe(false);
});
