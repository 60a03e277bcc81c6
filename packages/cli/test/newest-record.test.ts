import { expect, test } from "vitest";
import { NewestRecord } from "../src/newest-record.ts";

const record = (timestampMs: number): { timestampMs: number } => ({ timestampMs });

function topicOf(ends: Map<number, bigint>) {
  const reads: number[] = [];
  return {
    reads,
    topics: {
      topicBounds: async (topic: string) =>
        topic === "gone"
          ? null
          : {
              topicId: "T",
              partitions: new Map([...ends].map(([partition, end]) => [partition, { start: 0n, end }])),
            },
      readNewest: async ({ partition }: { partition: number }) => {
        reads.push(partition);
        const end = ends.get(partition) ?? 0n;
        return end === 0n ? [] : [record(Number(end) * 1_000)];
      },
    },
  };
}

test("knows the newest record of all partitions, and reads only those that grew", async () => {
  const ends = new Map([
    [0, 5n],
    [1, 9n],
    [2, 0n],
  ]);
  const { topics, reads } = topicOf(ends);
  const newest = new NewestRecord(topics as never);

  const first = await newest.at("t");
  ends.set(0, 20n);
  const second = await newest.at("t");

  expect([first?.getTime(), second?.getTime()]).toEqual([9_000, 20_000]);
  expect(reads).toEqual([0, 1, 2, 0]);
});

test("knows nothing of a topic that is not there or holds no record", async () => {
  const newest = new NewestRecord(topicOf(new Map([[0, 0n]])).topics as never);

  expect(await newest.at("gone")).toBeNull();
  expect(await newest.at("empty")).toBeNull();
});
