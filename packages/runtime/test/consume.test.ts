import type { AttemptResult } from "@gluttony/core";
import { expect, test, vi } from "vitest";
import { memoryRun, recordOf } from "./support/memory-ports.ts";

const failed = (kind: "transient" | "record" | "config", target?: string): AttemptResult => ({
  kind: "failed",
  failure: { kind, code: "x.y", message: "", ...(target === undefined ? {} : { target }) },
});
const soon = { timeout: 5_000, interval: 5 };

test("every record gets its ending, holes are counted, and only then the mark is committed", async () => {
  const { run, source, positions, parked, cell, ended } = memoryRun([0]);
  cell.answer = ({ record }) => (record.offset === 4n ? failed("record") : { kind: "done" });
  source.feed({
    positionBefore: 0n,
    positionAfter: 8n,
    records: [recordOf(1, "a"), recordOf(2, "a", null), recordOf(4, "b"), recordOf(5, "c", "[".repeat(100))],
  });

  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(8n), soon);
  await run.stop(1_000);
  await ended;

  expect(positions.byPartition.get(0)?.endings).toEqual({
    done: 1,
    filtered: 1,
    parked: 2,
    skipped: 0,
    hole: 4,
  });
  expect(parked.map((one) => [one.record.offset, one.failure.code])).toEqual([
    [5n, "record.too_deep"],
    [4n, "x.y"],
  ]);
  expect(source.committed.at(-1)).toEqual({ partition: 0, offset: 8n });
});

test("a record that waits holds up its key alone, and its attempts share one idempotency key", async () => {
  const { run, source, positions, cell, ended } = memoryRun([0], { attemptsMax: 1_000 });
  let isDown = true;
  cell.answer = ({ record }) => (isDown && record.offset === 0n ? failed("transient") : { kind: "done" });
  source.feed({ records: [recordOf(0, "a"), recordOf(1, "a"), recordOf(2, "b")] });

  await vi.waitFor(
    () => expect(cell.asked.filter((one) => one.record.offset === 0n).length).toBeGreaterThan(3),
    soon,
  );
  expect(cell.asked.some((one) => one.record.offset === 2n)).toBe(true);
  expect(cell.asked.some((one) => one.record.offset === 1n)).toBe(false);
  expect(positions.byPartition.get(0)?.mark).toBe(0n);
  isDown = false;
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(3n), soon);
  await run.stop(1_000);
  await ended;

  const keys = new Set(cell.asked.filter((one) => one.record.offset === 0n).map((one) => one.idempotencyKey));
  expect(keys.size).toBe(1);
});

test("nothing is parked while the target is down, however often it fails", async () => {
  const { run, source, positions, parked, cell, ended } = memoryRun([0], { attemptsMax: 2 });
  let isDown = true;
  cell.answer = () => (isDown ? failed("transient", "http://target") : { kind: "done" });
  source.feed({ records: [recordOf(0, "a"), recordOf(1, "b")] });

  await vi.waitFor(() => expect(cell.asked.length).toBeGreaterThan(20), soon);
  isDown = false;
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(2n), soon);
  await run.stop(1_000);
  await ended;

  expect(parked).toEqual([]);
});

test("a failure of the configuration holds every record and parks none", async () => {
  const { run, source, parked, cell, ended } = memoryRun([0], { concurrency: 1 });
  cell.answer = () => failed("config");
  source.feed({ records: [recordOf(0, "a"), recordOf(1, "b"), recordOf(2, "c")] });

  await vi.waitFor(() => expect(run.health.blockedBy).not.toBeNull(), soon);
  await run.stop(100);
  await ended;

  expect(cell.asked.length).toBe(1);
  expect(parked).toEqual([]);
});

test("a mark that another host moved ends the run, so that it begins anew from what is remembered", async () => {
  const { source, positions, ended } = memoryRun([0]);
  await vi.waitFor(() => expect(positions.byPartition.has(0)).toBe(true), soon);
  const held = positions.byPartition.get(0);
  if (held !== undefined) positions.byPartition.set(0, { ...held, mark: 50n });
  source.feed({ records: [recordOf(0, "a")] });

  await expect(ended).rejects.toMatchObject({ code: "kafka.session_lost" });
  expect(positions.byPartition.get(0)?.mark).toBe(50n);
  expect(source.committed).toEqual([]);
});

test("a gap in what the source gives ends the run instead of counting lost records as holes", async () => {
  const { source, positions, ended } = memoryRun([0]);
  source.feed({ positionBefore: 5n, records: [recordOf(5, "a")] });

  await expect(ended).rejects.toMatchObject({ code: "kafka.session_lost" });
  expect(positions.byPartition.get(0)?.mark).toBe(0n);
});

test("the outcome of a partition that went to another host is dropped", async () => {
  const { run, source, positions, cell, ended } = memoryRun([0, 1]);
  let finish: (result: AttemptResult) => void = () => undefined;
  cell.answer = () => new Promise((resolve) => (finish = resolve));
  source.feed({ records: [recordOf(0, "a")] });
  await vi.waitFor(() => expect(cell.asked.length).toBe(1), soon);

  await source.events.onRevoking(20);
  source.events.onRevoked([0], 2);
  expect(cell.asked[0]?.signal?.aborted).toBe(true);
  finish({ kind: "done" });
  source.feed({ records: [recordOf(1, "a")] });
  await run.stop(1_000);
  await ended;

  expect(positions.byPartition.get(0)?.mark).toBe(0n);
  expect(cell.asked.length).toBe(1);
});

test("kept partitions go on after a rebalance, without running anything again", async () => {
  const { run, source, positions, cell, ended } = memoryRun([0]);
  source.feed({ records: [recordOf(0, "a"), recordOf(1, "b")] });
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(2n), soon);

  await source.events.onRevoking(1_000);
  source.events.onRevoked([], 2);
  source.feed({ records: [recordOf(1, "b"), recordOf(2, "c")], epoch: 2 });
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(3n), soon);
  await run.stop(1_000);
  await ended;

  expect(cell.asked.map((one) => one.record.offset)).toEqual([0n, 1n, 2n]);
});

test("reading waits at the bound of open records", async () => {
  const { run, source, cell, ended } = memoryRun([0], { inFlightMax: 3, concurrency: 2 });
  const finishes: ((result: AttemptResult) => void)[] = [];
  cell.answer = () => new Promise((resolve) => finishes.push(resolve));
  source.feed({ records: Array.from({ length: 10 }, (_, offset) => recordOf(offset, `k${offset}`)) });

  await vi.waitFor(() => expect(run.openCount).toBe(3), soon);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(run.openCount).toBe(3);
  while (cell.asked.length < 10 || finishes.length > 0) {
    finishes.splice(0).forEach((finish) => finish({ kind: "done" }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(run.openCount).toBeLessThanOrEqual(3);
  }
  await run.stop(1_000);
  await ended;
});

test("the mark does not pass a parked record before its dead letter is durable, and a store that fails is tried again", async () => {
  const { run, source, positions, deadLetters, cell, ended } = memoryRun([0]);
  cell.answer = () => failed("record");
  let finish: () => void = () => undefined;
  let tries = 0;
  deadLetters.park = async () => {
    tries += 1;
    if (tries === 1) throw new Error("the store is away");
    await new Promise<void>((resolve) => (finish = resolve));
  };
  source.feed({ records: [recordOf(0, "a")] });

  await vi.waitFor(() => expect(tries).toBe(2), soon);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(positions.byPartition.get(0)?.mark).toBe(0n);
  expect(source.committed).toEqual([]);
  finish();
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.endings.parked).toBe(1), soon);
  await run.stop(1_000);
  await ended;
});
