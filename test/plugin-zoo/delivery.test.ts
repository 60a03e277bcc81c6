import type { Cell } from "@gluttony/core";
import { expect, test, vi } from "vitest";
import { memoryRun, recordOf } from "../../packages/runtime/test/support/memory-ports.ts";
import { insertOf } from "../support/cells.ts";
import { cage } from "../support/zoo.ts";

const soon = { timeout: 30_000, interval: 10 };

test("of a hundred records one is poison: it alone is parked, and the others are handled in the order of their keys", async () => {
  await using zoo = await cage("exits");
  const delivery = { concurrency: 32, deadlineMs: 20_000 };
  const { run, source, positions, parked, cell, ended } = runOn(zoo.bad, delivery);
  const poison = 42;

  source.feed({
    records: Array.from({ length: 100 }, (_, offset) =>
      recordThat(offset, offset === poison ? "act" : "nothing"),
    ),
  });
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(100n), soon);
  await run.stop(1_000);
  await ended;

  expect(parked.map(({ record, failure }) => [record.offset, failure.code])).toEqual([
    [BigInt(poison), "plugin.crashed"],
  ]);
  expect(positions.byPartition.get(0)?.endings).toMatchObject({ done: 99, parked: 1 });
  for (let key = 0; key < keys; key += 1) {
    const offsets = cell.asked
      .map(({ record }) => Number(record.offset))
      .filter((offset) => offset % keys === key);
    expect(offsets).toEqual(offsets.toSorted((left, right) => left - right));
  }
});

test("a plugin whose every record kills is quarantined: the consumer is blocked, and it is said once", async () => {
  await using zoo = await cage("exits", { guiltyRecordsMax: 3 });
  const { run, source, positions, parked, ended } = runOn(zoo.bad, {
    deadlineMs: 20_000,
    parkedPercentMax: 100,
  });

  source.feed({ records: Array.from({ length: 60 }, (_, offset) => recordThat(offset, "act")) });
  await vi.waitFor(() => expect(run.health.blockedBy?.code).toBe("plugin.quarantined"), soon);
  await run.stop(1_000);
  await ended;

  expect(zoo.bad.observe()).toMatchObject({ state: "quarantined", pid: null });
  expect(zoo.test.log.lines.filter((line) => line.startsWith("The plugin is quarantined."))).toHaveLength(1);
  // What was found guilty one by one is parked; nothing else moved the mark.
  expect(positions.byPartition.get(0)?.endings.done ?? 0).toBe(0);
  expect(parked.length).toBeLessThan(60);
  expect(await zoo.calm.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
});

const keys = 25;

/** A run on memory whose attempts go to a real cell. */
function runOn(cell: Cell, delivery: Parameters<typeof memoryRun>[1]) {
  const memory = memoryRun([0], delivery);
  memory.cell.answer = (request) =>
    cell.attempt({ ...request, consumer: { ...request.consumer, handler: "onChange", deadlineMs: 20_000 } });
  return memory;
}

function recordThat(offset: number, instruction: string) {
  const value = insertOf(instruction).record.value?.toString() ?? "";
  return recordOf(offset, `{"payload":{"id":${offset % keys}}}`, value);
}
