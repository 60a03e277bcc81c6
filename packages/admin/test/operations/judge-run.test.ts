import type { ConsumerRow, ObservedState, Operation, Steering, WantedRun } from "@gluttony/model";
import { expect, test } from "vitest";
import { judgeRun } from "../../src/operations/judge-run.ts";
import { hostStateOf } from "../../src/views/host-state.ts";
import { draft, observed } from "../support/small-house.ts";

const askedMs = Date.parse("2026-01-01T00:00:00Z");
const nowMs = askedMs + 10_000;
const operation: Operation = {
  id: "o",
  kind: "consumer.pause",
  subject: { kind: "consumer", id: "1", name: "persons" },
  actor: "ada",
  reason: "a look",
  wanted: {},
  state: "running",
  createdAt: new Date(askedMs),
  deadlineAt: new Date(askedMs + 60_000),
  endedAt: null,
  isCancellable: true,
  result: null,
  errorCode: null,
};
const steering: Steering = {
  isPaused: true,
  until: null,
  actor: "ada",
  reason: "a look",
  at: new Date(askedMs),
  restarts: 0n,
};
const wanted = (desired: WantedRun["desired"]): WantedRun => ({
  desired,
  revision: "2",
  before: { desired: "enabled", until: null },
});
const row = (changes: Partial<ConsumerRow> = {}): ConsumerRow => ({
  ...draft(),
  id: "1",
  count: 0n,
  creationTime: new Date(0),
  revision: 2n,
  steering,
  ...changes,
});
const enabled = { steering: { ...steering, isPaused: false } };

function judged(
  desired: WantedRun["desired"],
  changes: Partial<ConsumerRow>,
  hosts: readonly Partial<ObservedState>[],
  atMs: number = nowMs,
) {
  const seen = hosts.map((host) => hostStateOf(observed({ revision: 2n, ...host })));
  return judgeRun(operation, wanted(desired), { row: row(changes), hosts: seen, nowMs: atMs });
}

test("it is done since the hosts said so, once each of them has applied the revision", () => {
  const since = new Date(askedMs + 3_000);

  expect(judged("paused", {}, [{ state: "paused", since }])).toMatchObject({
    state: "done",
    at: since,
    result: { state: "paused" },
    errorCode: null,
  });
  expect(judged("paused", {}, [{ state: "paused" }, { hostId: "b", state: "running" }])).toBeNull();
  expect(judged("paused", {}, [{ state: "paused", revision: 1n }])).toBeNull();
});

test("a state that was there before it was asked is done now", () => {
  const ending = judged("enabled", enabled, [{ state: "idle", since: new Date(askedMs - 60_000) }]);

  expect(ending).toMatchObject({ state: "done", at: new Date(nowMs) });
});

test.each(["running", "idle", "lagging", "degraded"] as const)("a consumer that is %s runs", (state) => {
  expect(judged("enabled", enabled, [{ state }])?.state).toBe("done");
});

test.each(["starting", "recovering", "blocked", "paused", "draining"] as const)(
  "a consumer that is %s does not run yet",
  (state) => {
    expect(judged("enabled", enabled, [{ state }])).toBeNull();
  },
);

test("a stop is done where no host is left that could run it; nothing else is", () => {
  expect(judged("stopped", { isValid: false }, [])?.state).toBe("done");
  expect(judged("paused", {}, [])).toBeNull();
});

test("beyond its deadline it failed, with the state and the cause that were seen", () => {
  const cause = { code: "plugin.not_installed", title: "", facts: {}, faults: [], remedy: "" };

  expect(judged("enabled", enabled, [{ state: "blocked", cause }], askedMs + 60_000)).toMatchObject({
    state: "failed",
    result: { state: "blocked", cause: "plugin.not_installed" },
    errorCode: "operation.timed_out",
  });
});

test("another wish that came meanwhile supersedes it, by whatever way it came", () => {
  expect(judged("paused", { isValid: false }, [{ state: "draining" }])).toMatchObject({
    state: "cancelled",
    errorCode: "operation.superseded",
  });
});

test("a consumer that is gone ends it", () => {
  expect(judgeRun(operation, wanted("paused"), { row: null, hosts: [], nowMs })).toMatchObject({
    state: "failed",
    errorCode: "consumer.not_found",
  });
});
