import { expect, test } from "vitest";
import { toObservedState } from "../src/observed-row.ts";

const row = {
  ...{ consumerId: "1", hostId: "h", state: "running", since: new Date(1), cause: null, revision: 2n },
  ...{ release: null, partitions: [], lagMs: 3, retrying: 0, nextAttemptAt: null, updatedAt: new Date(4) },
  isStale: false,
};

test("a fresh row reads as it was written", () => {
  const { updatedAt: _updatedAt, isStale: _isStale, ...expected } = row;

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
