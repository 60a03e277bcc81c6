import { expect, test } from "vitest";
import { isCaughtUp, progressOf } from "../../src/demo/consumer-progress.ts";

const accounting = { total: { endings: { done: "3", parked: "1" } } };

test("reads what this host says, and the account", () => {
  const partitions = [{ lagRecords: "12" }, { lagRecords: "5" }];
  const own = { hostId: "b", state: "recovering", cause: { code: "empi.unavailable" }, partitions };
  const killed = { hostId: "a", state: "running", cause: null, partitions: [{ lagRecords: "0" }] };

  expect(progressOf({ hosts: [killed, own], accounting }, "b")).toEqual({
    state: "recovering",
    cause: "empi.unavailable",
    lagRecords: "17",
    done: "3",
    parked: "1",
  });
});

test("another host's word does not count, and a host without partitions has no lag", () => {
  const killed = { hostId: "a", state: "running", partitions: [{ lagRecords: "0" }] };
  const own = { hostId: "b", state: "running", partitions: [] };

  expect(progressOf({ hosts: [killed] }, "b")).toMatchObject({ state: "unknown", lagRecords: null });
  expect(progressOf({ hosts: [killed, own] }, "b")).toMatchObject({ state: "running", lagRecords: null });
});

test.for([null, "text", {}, { hosts: 3 }])("what is missing is not known: %j", (body) => {
  expect(progressOf(body, "b")).toMatchObject({ state: "unknown", cause: null, lagRecords: null, done: "0" });
});

test.for([
  ["running", "0", true],
  ["idle", "0", true],
  ["running", "1", false],
  ["running", null, false],
  ["lagging", "0", false],
  ["blocked", "0", false],
] as const)("%s with %s waiting is caught up: %s", ([state, lagRecords, expected]) => {
  expect(isCaughtUp({ state, lagRecords, cause: null, done: "0", parked: "0" })).toBe(expected);
});
