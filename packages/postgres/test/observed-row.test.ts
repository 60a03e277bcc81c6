import { expect, test } from "vitest";
import { toObservedState } from "../src/observed-row.ts";

const row = {
  ...{ consumerId: "1", hostId: "h", state: "running", since: new Date(1), cause: null, revision: 2n },
  ...{ release: null, partitions: [], lagMs: 3, retrying: 0, nextAttemptAt: null, updatedAt: new Date(4) },
  targets: null,
  cell: null,
  isStale: false,
};

test("a fresh row reads as it was written", () => {
  const { updatedAt: _updatedAt, isStale: _isStale, targets: _targets, cell: _cell, ...expected } = row;

  expect(toObservedState(row)).toEqual(expected);
});

test("a stale row is unknown since the host was last heard", () => {
  const state = toObservedState({ ...row, isStale: true });

  expect(state).toMatchObject({
    state: "unknown",
    since: new Date(4),
    lagMs: null,
    cause: { code: "host.silent" },
  });
});

test("a state that only a newer host knows is unknown", () => {
  expect(toObservedState({ ...row, state: "levitating" }).state).toBe("unknown");
});

test("the times of a target that is held back are times again, and a stale row holds none back", () => {
  const since = "2026-01-02T03:04:05.000Z";
  const targets = [{ target: "http://empi", breaker: "open", since, nextProbeAt: since }] as const;

  const fresh = toObservedState({ ...row, targets });
  const stale = toObservedState({ ...row, targets, isStale: true });

  expect(fresh.targets).toEqual([
    { target: "http://empi", breaker: "open", since: new Date(since), nextProbeAt: new Date(since) },
  ]);
  expect(stale.targets).toBeUndefined();
});
