import { expect, test } from "vitest";
import { search } from "../../src/changes/search.ts";
import {
  readPlace,
  rangesFrom,
  searchRanges,
  sizeOfRanges,
  writePlace,
} from "../../src/changes/search-plan.ts";
import { MemoryTopic } from "../support/memory-changes.ts";

const wish = { only: null, first: null, fromAt: null, toAt: null, newest: null };
const wide = { items: 1_000, records: 1_000, bytes: 1_000_000, timeMs: 1_000 };

function topicOf(...sizes: readonly number[]): MemoryTopic {
  const topic = new MemoryTopic("t", sizes.length);
  sizes.forEach((size, partition) => {
    for (let n = 0; n < size; n += 1) topic.add(partition, { value: Buffer.from(`${partition}:${n}`) });
  });
  return topic;
}

async function walk(
  topic: MemoryTopic,
  limits: Partial<typeof wide>,
): Promise<{ pages: number; found: string[] }> {
  const all = searchRanges(wish, topic.bounds);
  const found: string[] = [];
  let ranges = all;
  for (let pages = 1; ; pages += 1) {
    const outcome = await search(
      ranges,
      { ...wide, ...limits },
      {
        topic: "t",
        reader: topic.reader,
        nowMs: () => 0,
        wanted: async ({ value }) => String(Buffer.from(value ?? "")),
      },
    );
    found.push(...outcome.items);
    if (outcome.next === null) return { pages, found };
    const place = readPlace(writePlace({ topicId: "topic-1", first: null, ...outcome.next }), "topic-1");
    ranges = rangesFrom(all, place);
  }
}

test.each([
  [{ items: 1 }, 11],
  [{ items: 4 }, 3],
  [{ records: 5 }, 3],
  [{ bytes: 1 }, 11],
  [{}, 1],
])("pages limited by %j hold every record once", async (limits, pages) => {
  const topic = topicOf(4, 0, 7);

  const walked = await walk(topic, limits);

  expect(walked.found).toEqual(await walk(topic, {}).then(({ found }) => found));
  expect(new Set(walked.found).size).toBe(11);
  expect(walked.pages).toBe(pages);
});

test("a search that runs out of time says where it goes on, and comes forward all the same", async () => {
  const topic = topicOf(10);
  let now = 0;

  const outcome = await search(
    searchRanges(wish, topic.bounds),
    { ...wide, timeMs: 5 },
    {
      topic: "t",
      reader: topic.reader,
      nowMs: () => (now += 3),
      wanted: async () => null,
    },
  );

  expect(outcome).toMatchObject({ stoppedBy: "time", next: { partition: 0 } });
  expect(outcome.walked).toBeGreaterThan(0n);
  expect(outcome.next?.offset).toBe(outcome.walked);
});

test("a log that is shorter than it said ends the search of its partition", async () => {
  const topic = topicOf(2);

  const outcome = await search([{ partition: 0, from: 0n, to: 50n }], wide, {
    topic: "t",
    reader: topic.reader,
    nowMs: () => 0,
    wanted: async () => 1,
  });

  expect(outcome).toMatchObject({ items: [1, 1], walked: 50n, next: null, stoppedBy: null });
});

test("times bound the ranges, and the newest are shared among partitions", () => {
  const { bounds } = topicOf(10, 20);
  const fromAt = new Map([
    [0, 4n],
    [1, null],
  ]);

  expect(searchRanges({ ...wish, fromAt, toAt: new Map([[0, 6n]]) }, bounds)).toEqual([
    { partition: 0, from: 4n, to: 6n },
    { partition: 1, from: 20n, to: 20n },
  ]);
  expect(searchRanges({ ...wish, newest: 5 }, bounds)).toEqual([
    { partition: 0, from: 7n, to: 10n },
    { partition: 1, from: 17n, to: 20n },
  ]);
  expect(sizeOfRanges(searchRanges({ ...wish, first: 1 }, bounds))).toBe(30n);
  expect(searchRanges({ ...wish, first: 1 }, bounds)[0]?.partition).toBe(1);
  expect(() => searchRanges({ ...wish, only: 2 }, bounds)).toThrow("partition=2");
});

test.each(["", "x", writePlace({ topicId: "other", first: null, partition: 0, offset: 1n })])(
  "a cursor that is none of this topic's is refused: %s",
  (cursor) => {
    expect(() => readPlace(cursor, "topic-1")).toThrow("request");
  },
);
