import type { AttemptResult } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
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

test("a stop names the keys whose attempts did not end in time, as hashes, and commits nothing of them", async () => {
  const { run, source, positions, cell, ended } = memoryRun([0]);
  cell.answer = ({ record }) =>
    record.offset === 1n ? new Promise<AttemptResult>(() => undefined) : { kind: "done" };
  source.feed({ records: [recordOf(0, "a"), recordOf(1, "b"), recordOf(2, "b"), recordOf(3, "c")] });
  await vi.waitFor(() => expect(run.endedCount).toBe(2), soon);

  const inFlight = run.runningSubjects();
  const abandoned = await run.stop(20);
  await ended;

  expect(inFlight).toHaveLength(1);
  expect(inFlight[0]).toMatch(/^subject of /);
  expect(abandoned).toEqual(inFlight);
  expect(positions.byPartition.get(0)?.mark).toBe(1n);
});

test("a stop in which everything ends names no key", async () => {
  const { run, source, cell, ended } = memoryRun([0]);
  cell.answer = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { kind: "done" };
  };
  source.feed({ records: [recordOf(0, "a"), recordOf(1, "b")] });
  await vi.waitFor(() => expect(run.runningSubjects()).toHaveLength(2), soon);

  const abandoned = await run.stop(5_000);
  await ended;

  expect(abandoned).toEqual([]);
});

test("what ends is remembered also while the broker does not answer, and the latest mark is told afterwards", async () => {
  const { run, source, positions, ended } = memoryRun([0]);
  const told = source.commit.bind(source);
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  source.commit = async (marks) => {
    await answered;
    return told(marks);
  };
  source.feed({ records: [recordOf(0, "a")] });
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(1n), soon);

  source.feed({ records: [recordOf(1, "a"), recordOf(2, "b")] });
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(3n), soon);
  const before = [...source.committed];
  answer();
  await run.stop(1_000);
  await ended;

  expect(before).toEqual([]);
  expect(source.committed.at(-1)).toEqual({ partition: 0, offset: 3n });
});

test("a broker that refuses a mark is the trouble that is shown until it takes one", async () => {
  const { run, source, positions, ended } = memoryRun([0]);
  const told = source.commit.bind(source);
  source.commit = async () => {
    throw new GluttonyError("kafka.unreachable");
  };
  source.feed({ records: [recordOf(0, "a")] });
  await vi.waitFor(() => expect(run.health.trouble?.code).toBe("kafka.unreachable"), soon);
  await new Promise((resolve) => setTimeout(resolve, 300));

  expect(run.health.trouble?.code).toBe("kafka.unreachable");
  source.commit = told;
  await vi.waitFor(() => expect(run.health.trouble).toBeNull(), soon);
  await run.stop(1_000);
  await ended;

  expect(positions.byPartition.get(0)?.mark).toBe(1n);
  expect(source.committed).toEqual([{ partition: 0, offset: 1n }]);
});

test("nothing is parked while the target is down, however often it fails", async () => {
  const { run, source, positions, parked, cell, breakers, ended } = memoryRun([0], { attemptsMax: 2 });
  let isDown = true;
  cell.answer = () =>
    isDown
      ? failed("transient", "http://target")
      : { kind: "done", called: [{ origin: "http://target", isUp: true }] };
  source.feed({ records: [recordOf(0, "a"), recordOf(1, "b")] });

  await vi.waitFor(() => expect(breakers.isUp("http://target")).toBe(false), soon);
  expect(run.waitingCount).toBeGreaterThan(0);
  isDown = false;
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(2n), soon);
  await run.stop(1_000);
  await ended;

  expect(parked).toEqual([]);
});

test("attempts and the next one's time are remembered, and the next run goes on with them", async () => {
  const first = memoryRun([0], { attemptsMax: 100, backoffFirstMs: 60_000, backoffMaxMs: 60_000 });
  first.cell.answer = ({ record }) => (record.offset === 0n ? failed("transient") : { kind: "done" });
  first.source.feed({ records: [recordOf(0, "a"), recordOf(1, "a"), recordOf(2, "b")] });
  await vi.waitFor(() => expect(first.positions.byPartition.get(0)?.waiting?.length).toBe(1), soon);
  await first.run.stop(1_000);
  await first.ended;

  const remembered = first.positions.byPartition.get(0);
  expect(remembered?.waiting).toMatchObject([{ offset: 0n, attempts: 1, charged: 1, behind: [1n] }]);
  const second = memoryRun([0], {}, first.positions);
  second.source.feed({ records: [recordOf(0, "a"), recordOf(1, "a"), recordOf(2, "b")] });
  await vi.waitFor(() => expect(second.run.waitingCount).toBe(1), soon);
  await second.run.stop(100);
  await second.ended;

  expect(second.cell.asked).toEqual([]);
  expect(second.positions.byPartition.get(0)?.waiting).toMatchObject([{ offset: 0n, attempts: 1 }]);
});

test("with a parked key its later records park behind it until no letter of the key is left", async () => {
  const { run, source, positions, parked, cell, deadLetters, ended } = memoryRun([0], { parking: "key" });
  cell.answer = ({ record }) => (record.offset === 0n ? failed("record") : { kind: "done" });
  source.feed({ records: [recordOf(0, "a"), recordOf(1, "a"), recordOf(2, "b")] });
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(3n), soon);

  expect(parked.map((one) => [one.record.offset, one.failure.code, one.isBehind])).toEqual([
    [0n, "x.y", false],
    [1n, "delivery.parked_behind", true],
  ]);
  cell.answer = () => ({ kind: "done" });
  const subject = parked[0]?.subject ?? "";
  deadLetters.replays.push({
    id: "7",
    record: recordOf(0, "a"),
    idempotencyKey: "k",
    attempts: 1,
    subject,
  });
  await vi.waitFor(() => expect(deadLetters.finished).toEqual([{ id: "7", code: null }]), soon);
  source.feed({ records: [recordOf(3, "a")] });
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(4n), soon);
  await run.stop(1_000);
  await ended;

  expect(cell.asked.map((one) => one.record.offset)).toEqual([0n, 2n, 0n, 3n]);
});

test("with a fence an older version of a row is left out, and one that contradicts the clock blocks", async () => {
  const { run, source, positions, cell, ended } = memoryRun([0], { fence: "subject" });
  const version = (lsn: number, committedAtMs: number): string =>
    JSON.stringify({
      op: "u",
      after: { id: 1 },
      source: { connector: "postgresql", lsn, ts_ms: committedAtMs, table: "t" },
    });
  source.feed({
    records: [
      recordOf(0, "a", version(10, 1_000)),
      recordOf(1, "a", version(9, 900)),
      recordOf(2, "a", version(10, 1_000)),
    ],
  });
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(3n), soon);

  expect(cell.asked.map((one) => one.record.offset)).toEqual([0n, 2n]);
  expect(positions.byPartition.get(0)?.endings).toMatchObject({ done: 2, filtered: 1 });
  source.feed({ records: [recordOf(3, "a", version(5, 900_000))] });
  await vi.waitFor(() => expect(run.health.blockedBy?.code).toBe("fence.went_back"), soon);
  await run.stop(100);
  await ended;
});

test("when nearly every record is refused the consumer blocks instead of parking on", async () => {
  const { run, source, parked, cell, ended } = memoryRun([0], { inFlightMax: 1_000 });
  cell.answer = () => failed("record");
  source.feed({ records: Array.from({ length: 400 }, (_, offset) => recordOf(offset, `k${offset}`)) });

  await vi.waitFor(() => expect(run.health.blockedBy?.code).toBe("delivery.poison_rate"), soon);
  await run.stop(100);
  await ended;

  expect(parked.length).toBeGreaterThanOrEqual(100);
  expect(parked.length).toBeLessThan(130);
});

test("without a lease nothing is sent, and nothing is charged to the record", async () => {
  const { run, source, positions, cell, ended } = memoryRun([0], { attemptsMax: 1 });
  source.isLeased = false;
  source.feed({ records: [recordOf(0, "a")] });
  await vi.waitFor(() => expect(run.waitingCount).toBe(1), soon);

  expect(cell.asked).toEqual([]);
  source.isLeased = true;
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(1n), soon);
  await run.stop(1_000);
  await ended;

  expect(cell.asked[0]?.attempt).toBe(1);
});

test("reading waits at the bound of bytes, and one record larger than the bound still passes", async () => {
  const { run, source, positions, ended } = memoryRun([0], { inFlightBytesMax: 65_536 });
  const large = JSON.stringify("x".repeat(70_000));
  source.feed({ records: [recordOf(0, "a", large), recordOf(1, "b", large), recordOf(2, "c", large)] });

  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(3n), soon);
  await run.stop(1_000);
  await ended;
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

test("a mark that another host moved ends the run also while the broker cannot be told of the others", async () => {
  const { source, positions, ended } = memoryRun([0, 1]);
  source.commit = () => Promise.reject(new Error("the broker is away"));
  await vi.waitFor(() => expect(positions.byPartition.has(1)).toBe(true), soon);
  const held = positions.byPartition.get(1);
  if (held !== undefined) positions.byPartition.set(1, { ...held, mark: 50n });
  source.feed({ records: [recordOf(0, "a")] });
  source.feed({ partition: 1, records: [{ ...recordOf(0, "b"), partition: 1 }] });

  await expect(ended).rejects.toMatchObject({ code: "kafka.session_lost" });
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
