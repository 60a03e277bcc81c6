import type { Position } from "@gluttony/model";
import { expect, test } from "vitest";
import { endingsOf, liveStateOf } from "../../src/live/live-state.ts";
import { memoryHouse } from "../support/memory-collaborators.ts";
import { observed, position, storedConsumer } from "../support/small-house.ts";

async function stateOf(positions: readonly Position[], before: Parameters<typeof liveStateOf>[2]["before"]) {
  const row = await storedConsumer(memoryHouse());
  const now = endingsOf(positions, 3_000);
  return liveStateOf(row, { states: [observed()], positions }, { before, now });
}

test("rates are what ended between two looks", async () => {
  const before = endingsOf(
    [position({ endings: { done: 2, filtered: 3, skipped: 1, parked: 0, hole: 1 } })],
    1_000,
  );

  const { rates } = await stateOf([position()], before);

  expect(rates).toEqual({ done: 1, filtered: 0, skipped: 0, parked: 0.5, hole: 0 });
});

test("at first, and where a partition's account began anew, no rate is told", async () => {
  const more = endingsOf(
    [position({ endings: { done: 9, filtered: 3, skipped: 1, parked: 1, hole: 1 } })],
    1_000,
  );

  expect((await stateOf([position()], null)).rates).toBeNull();
  expect((await stateOf([position()], more)).rates).toBeNull();
});

test("what waits is told by partition, with the next attempt", async () => {
  const waiting = [9_000, 5_000].map((nextAttemptAtMs, index) => ({
    ...{ offset: BigInt(index), attempts: 1, charged: 1, failingSinceMs: 0, subject: "s", behind: [7n] },
    ...{ nextAttemptAtMs, failure: { kind: "transient", code: "target.down" } as const },
  }));

  const state = await stateOf([position({ waiting })], null);

  expect(state.observed.state).toBe("running");
  expect(state.waiting).toEqual([
    { partition: 0, records: 2, behind: 2, nextAttemptAt: "1970-01-01T00:00:05.000Z" },
  ]);
});
