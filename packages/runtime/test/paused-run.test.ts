import type { AttemptResult } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import { expect, test, vi } from "vitest";
import { observe } from "../src/observe.ts";
import type { PauseReason } from "../src/pause.ts";
import { memoryRun, recordOf } from "./support/memory-ports.ts";

const soon = { timeout: 5_000, interval: 5 };
const reason: PauseReason = { cause: new GluttonyError("consumer.paused", { by: "ada" }), sinceMs: 0 };
/** Milliseconds in which a call that must not come would have come. */
const quietMs = 100;
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, quietMs));
const moment = {
  wallMs: 0,
  monotonicMs: 0,
  logEnds: new Map<number, bigint>(),
  heartbeatAgeMs: 0,
  targets: [],
};

test("while it is paused records are read and none is handed out; then each is, once and in order", async () => {
  const { run, source, cell, positions, ended } = memoryRun([0]);
  run.pause(reason);
  source.feed({ records: [recordOf(0, "a"), recordOf(1, "a"), recordOf(2, "b")] });
  await vi.waitFor(() => expect(run.openCount).toBe(3), soon);
  await quiet();
  const whilePaused = cell.asked.length;

  run.resume();
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(3n), soon);
  await run.stop(1_000);
  await ended;

  expect(whilePaused).toBe(0);
  expect(source.isStopped).toBe(true);
  const ofKey = cell.asked.map(({ record }) => record).filter(({ key }) => key?.toString() === "a");
  expect(ofKey.map(({ offset }) => offset)).toEqual([0n, 1n]);
  expect(cell.asked).toHaveLength(3);
});

test("what is under way ends, is counted, and nothing follows it", async () => {
  const { run, source, cell, positions, ended } = memoryRun([0]);
  let answer: (result: AttemptResult) => void = () => undefined;
  cell.answer = () => new Promise((resolve) => (answer = resolve));
  source.feed({ records: [recordOf(0, "a"), recordOf(1, "a")] });
  await vi.waitFor(() => expect(run.runningCount).toBe(1), soon);

  run.pause(reason);
  const before = observe(run, moment);
  answer({ kind: "done" });
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(1n), soon);
  await quiet();
  const after = observe(run, moment);
  await run.stop(0);
  await ended;

  expect(before).toMatchObject({ state: "draining", cause: { code: "consumer.paused" } });
  expect(after).toMatchObject({ state: "paused", cause: { code: "consumer.paused", facts: { by: "ada" } } });
  expect(cell.asked).toHaveLength(1);
});

test("a partition that goes while it is paused goes at once, and the pause outlives the drain", async () => {
  const { run, source, cell, ended } = memoryRun([0]);
  run.pause(reason);
  source.feed({ records: [recordOf(0, "a")] });
  await vi.waitFor(() => expect(run.openCount).toBe(1), soon);

  await source.events.onRevoking(1_000);
  source.events.onRevoked([0], 2);
  await source.start(source.events);
  source.feed({ records: [recordOf(0, "a")] });
  await vi.waitFor(() => expect(run.openCount).toBe(1), soon);
  await quiet();
  await run.stop(0);
  await ended;

  expect(cell.asked).toEqual([]);
});

test("dead letters that wait for their replay are not taken while it is paused", async () => {
  const { run, deadLetters, ended } = memoryRun([0]);
  const take = vi.spyOn(deadLetters, "takeReplays");
  run.pause(reason);
  await new Promise((resolve) => setTimeout(resolve, 2_200));
  const whilePaused = take.mock.calls.length;

  run.resume();
  await vi.waitFor(() => expect(take).toHaveBeenCalled(), soon);
  await run.stop(0);
  await ended;

  expect(whilePaused).toBe(0);
});

test("a record that failed before a long pause has not grown older by it", async () => {
  const { run, source, cell, parked, positions, ended } = memoryRun([0], {
    attemptsMax: 1_000,
    retryAgeMaxMs: 60_000,
  });
  let isDown = true;
  cell.answer = () =>
    isDown ? { kind: "failed", failure: { kind: "transient", code: "x.y", message: "" } } : { kind: "done" };
  source.feed({ records: [recordOf(0, "a")] });
  await vi.waitFor(() => expect(cell.asked.length).toBeGreaterThan(1), soon);
  const [partition] = run.assignment.partitions;
  const open = partition?.open.get(0n);

  run.pause({ ...reason, sinceMs: Date.now() - 120_000 });
  // As if it had begun to fail a second before the pause.
  if (open !== undefined) open.failingSinceMs = Date.now() - 121_000;
  run.resume();
  const failingForMs = Date.now() - (open?.failingSinceMs ?? 0);
  const asked = cell.asked.length;
  await vi.waitFor(() => expect(cell.asked.length).toBeGreaterThan(asked), soon);
  isDown = false;
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(1n), soon);
  await run.stop(0);
  await ended;

  expect(failingForMs).toBeGreaterThanOrEqual(1_000);
  expect(failingForMs).toBeLessThan(60_000);
  expect(parked).toEqual([]);
});

test("a pause of a run that was never paused before is undone by one resume, however often it was asked", async () => {
  const { run, source, positions, ended } = memoryRun([0]);
  run.pause(reason);
  run.pause(reason);
  source.feed({ records: [recordOf(0, "a")] });

  run.resume();
  run.resume();
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(1n), soon);
  await run.stop(0);
  await ended;

  expect(run.pausedBy).toBeNull();
});
