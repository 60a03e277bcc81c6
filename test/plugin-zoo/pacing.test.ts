import { expect, test } from "vitest";
import { memoryRun, recordOf } from "../../packages/runtime/test/support/memory-ports.ts";
import { insertOf } from "../support/cells.ts";
import { cage, paceOf } from "../support/zoo.ts";

const patient = { deadlineMs: 60_000, graceMs: 1_000 };
const records = 30_000;
const inFlightMax = 500;
const feedEach = 250;
/** What records, outcomes and garbage of a busy run may take beside what the host held before, bytes. */
const grownBytesMax = 96 * 1024 * 1024;

test("a handler faster than its host can ask it is given no more than the bound at once, and memory stays flat", async () => {
  await using zoo = await cage("answers-at-once");
  const { run, source, positions, cell, ended } = memoryRun([0], {
    ...{ concurrency: 256, inFlightMax, deadlineMs: 30_000 },
  });
  let most = 0;
  cell.answer = async (request) => {
    most = Math.max(most, run.openCount);
    cell.asked.length = 0;
    return zoo.bad.attempt({ ...request, consumer: { ...request.consumer, handler: "onChange" } });
  };
  const value = insertOf("nothing").record.value?.toString() ?? "";
  const before = process.memoryUsage.rss();
  let grown = 0;

  for (let from = 0; from < records; from += feedEach) {
    source.feed({
      records: Array.from({ length: feedEach }, (_, at) => recordOf(from + at, `k${from + at}`, value)),
    });
    const mark = BigInt(Math.max(0, from - 4 * feedEach));
    await expect
      .poll(() => positions.byPartition.get(0)?.mark ?? 0n, { timeout: 30_000, interval: 5 })
      .toBeGreaterThanOrEqual(mark);
    grown = Math.max(grown, process.memoryUsage.rss() - before);
  }
  await expect.poll(() => positions.byPartition.get(0)?.mark, { timeout: 30_000 }).toBe(BigInt(records));
  await run.stop(1_000);
  await ended;

  expect(most).toBeLessThanOrEqual(inFlightMax);
  expect(positions.byPartition.get(0)?.endings).toMatchObject({ done: records, parked: 0 });
  expect(grown).toBeLessThan(grownBytesMax);
  expect(zoo.bad.observe().crashes).toBe(0);
  expect(await zoo.calm.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
});

test("a plugin that does a million times what is advised against is told of once at most, and disturbs nobody", async () => {
  await using zoo = await cage("uses-deprecated", { logsOutput: true });
  const bad = zoo.bad.attempt(insertOf("act", patient));

  const beside = await paceOf(zoo.calm, 500);
  const outcome = await bad;

  expect(outcome).toEqual({ kind: "filtered", rule: "bytes-1000000" });
  const warnings = zoo.test.log.lines.filter((line) => line.includes("DEP0005"));
  expect(warnings.length).toBeLessThanOrEqual(1);
  expect(zoo.test.log.lines.length).toBeLessThan(30);
  expect(beside.attempts).toBeGreaterThan(0);
  expect(zoo.bad.observe().crashes).toBe(0);
});
