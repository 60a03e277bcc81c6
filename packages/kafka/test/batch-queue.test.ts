import { expect, test } from "vitest";
import type { Batch } from "@gluttony/runtime";
import { BatchQueue, UNREAD_BATCHES_MAX, UNREAD_BYTES_MAX } from "../src/batch-queue.ts";

interface Probe {
  readonly queue: BatchQueue;
  readonly told: string[];
}

function probe(): Probe {
  const told: string[] = [];
  const queue = new BatchQueue({
    onFull: (partition) => told.push(`full ${partition}`),
    onDrained: (partition) => told.push(`drained ${partition}`),
  });
  return { queue, told };
}

function batch(partition: number, at: number, sizeBytes = 10): Batch {
  const offset = BigInt(at);
  const value = new Uint8Array(sizeBytes);
  const record = { topic: "t", partition, offset, timestampMs: 0, key: null, value, headers: [] };
  return {
    partition,
    epoch: 1,
    records: [record],
    positionBefore: offset,
    positionAfter: offset + 1n,
    lastStableOffset: 100n,
  };
}

test("batches come out in order, also to a reader that waits", async () => {
  const { queue } = probe();
  const reader = queue.read();
  const first = reader.next();

  queue.push(batch(0, 1));
  queue.push(batch(0, 2));

  expect((await first).value?.positionBefore).toBe(1n);
  expect((await reader.next()).value?.positionBefore).toBe(2n);
});

test("a partition is full at its limit and drained when nothing of it waits", async () => {
  const { queue, told } = probe();
  const reader = queue.read();

  for (let at = 0; at < UNREAD_BATCHES_MAX; at++) queue.push(batch(0, at));
  queue.push(batch(1, 0));
  expect(told).toEqual(["full 0"]);
  for (let at = 0; at < UNREAD_BATCHES_MAX - 1; at++) await reader.next();
  expect(told).toEqual(["full 0"]);
  await reader.next();

  expect(told).toEqual(["full 0", "drained 0"]);
});

test("the bytes of all partitions count together", async () => {
  const { queue, told } = probe();
  const reader = queue.read();

  queue.push(batch(0, 0, UNREAD_BYTES_MAX - 1));
  queue.push(batch(1, 0, 1));
  expect(told).toEqual(["full 1"]);
  await reader.next();
  await reader.next();

  expect(told).toEqual(["full 1", "drained 1"]);
});

test("batches of partitions that were let go are thrown away and no longer count", async () => {
  const { queue, told } = probe();
  const reader = queue.read();
  for (let at = 0; at < UNREAD_BATCHES_MAX; at++) queue.push(batch(0, at));
  queue.push(batch(1, 7));

  queue.drop([0]);

  expect(told).toEqual(["full 0", "drained 0"]);
  expect((await reader.next()).value?.partition).toBe(1);
});

test("closing ends the reader, also one that waits, and drops what is left", async () => {
  const { queue } = probe();
  const waiting = queue.read();
  const next = waiting.next();

  queue.close();
  queue.push(batch(0, 1));

  expect((await next).done).toBe(true);
  expect((await queue.read().next()).done).toBe(true);
});
