import { GluttonyError } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { expect, test } from "vitest";
import type { DevNews } from "../../src/handler/dev-news.ts";
import { parseFeedStart } from "../../src/handler/feed-start.ts";
import type { RecordFeed } from "../../src/handler/record-feed.ts";
import { TopicFeed } from "../../src/handler/topic-feed.ts";
import type { TopicParts, TopicWish } from "../../src/handler/topic-feed.ts";

/** A topic in memory, that grows and goes wrong when the test says so. */
class MemoryTopic {
  topicId = "first";
  isDown = false;
  /** The first offset of each partition that is still there. */
  readonly starts: number[];
  readonly partitions: (string | null)[][];

  constructor(...partitions: (string | null)[][]) {
    this.partitions = partitions;
    this.starts = partitions.map(() => 0);
  }

  readonly topics: TopicParts["topics"] = {
    topicBounds: async () => {
      if (this.isDown) throw new GluttonyError("kafka.unreachable", {});
      const bounds = this.partitions.map((records, partition) => {
        const ends = { start: BigInt(this.starts[partition] ?? 0), end: BigInt(records.length) };
        return [partition, ends] as const;
      });
      return this.topicId === "" ? null : { topicId: this.topicId, partitions: new Map(bounds) };
    },
    offsetsAt: async () => new Map([[0, 1n]]),
    // Two records at a time; null is an offset at which nothing lies.
    readChunk: async ({ topic, partition, offset }) => {
      const all = this.partitions[partition] ?? [];
      const next = Math.min(all.length, Number(offset) + 2);
      const records = all.slice(Number(offset), next).flatMap((value, at): RawRecord[] => {
        if (value === null) return [];
        const place = { topic, partition, offset: offset + BigInt(at) };
        return [{ ...place, timestampMs: 0, key: null, value: Buffer.from(value), headers: [] }];
      });
      return { records, next: BigInt(next), isUnreadable: false };
    },
  };
}

async function open(memory: MemoryTopic, wish: Partial<TopicWish> = {}) {
  const told: DevNews[] = [];
  const feed = await TopicFeed.open(
    { topic: "t", isOnce: true, start: parseFeedStart("earliest"), ...wish },
    {
      topics: memory.topics,
      withSchemas: async (record) => ({ record, schemas: [], failure: null }),
      tell: (news) => told.push(news),
    },
  );
  return { feed, told };
}

const never = new AbortController().signal;

async function taken(
  feed: RecordFeed,
  count: number,
  signal: AbortSignal = never,
): Promise<readonly string[]> {
  const values: string[] = [];
  while (values.length < count) {
    const fed = await feed.next(signal);
    if (fed === null) break;
    values.push(Buffer.from(fed.record.value ?? []).toString());
  }
  return values;
}

test("once, it gives what was there when it was opened, in order within a partition, over holes, and is at its end", async () => {
  const memory = new MemoryTopic(["a0", "a1", null, null, "a4"], ["b0"]);
  const { feed, told } = await open(memory);
  memory.partitions[0]?.push("late");
  const build = feed.forBuild();

  const values = await taken(build, 99);

  expect(values).toEqual(["a0", "a1", "a4", "b0"]);
  expect(build.isAtEnd).toBe(true);
  expect(told).toEqual([{ event: "reading", topic: "t", from: { 0: "0", 1: "0" } }]);
});

test("it follows, also into partitions that are added, and to a new build gives its last change once more", async () => {
  const memory = new MemoryTopic(["a0"]);
  const { feed } = await open(memory, { isOnce: false, start: parseFeedStart("latest") });
  const older = feed.forBuild();
  setTimeout(() => {
    memory.partitions[0]?.push("a1", "a2");
    memory.partitions.push(["b0"]);
    memory.starts.push(0);
  }, 10);

  const first = await taken(older, 3);
  const given = await taken(feed.forBuild(), 1);
  memory.partitions[0]?.push("a3");
  const after = await taken(older, 1);

  expect(first).toEqual(["a1", "a2", "b0"]);
  expect(given).toEqual(["b0"]);
  expect(after).toEqual(["a3"]);
});

test("a wait that is called off loses no record", async () => {
  const memory = new MemoryTopic([]);
  const { feed } = await open(memory, { isOnce: false });
  const turn = new AbortController();

  const waiting = feed.forBuild().next(turn.signal);
  turn.abort();
  const nothing = await waiting;
  memory.partitions[0]?.push("a0");

  expect(nothing).toBeNull();
  expect(await taken(feed.forBuild(), 1)).toEqual(["a0"]);
});

test("brokers that are away are waited for, and it is said once", async () => {
  const memory = new MemoryTopic([]);
  const { feed, told } = await open(memory, { isOnce: false });
  memory.isDown = true;
  const waiting = taken(feed.forBuild(), 1);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  memory.isDown = false;
  memory.partitions[0]?.push("a0");

  expect(await waiting).toEqual(["a0"]);
  expect(told.filter(({ event }) => event === "waiting")).toMatchObject([{ code: "kafka.unreachable" }]);
});

test.each([
  [
    "is another one by now",
    "kafka.topic_recreated",
    (memory: MemoryTopic): void => {
      memory.topicId = "second";
    },
  ],
  [
    "is gone",
    "kafka.topic_missing",
    (memory: MemoryTopic): void => {
      memory.topicId = "";
    },
  ],
  [
    "no longer reaches back",
    "kafka.offset_out_of_range",
    (memory: MemoryTopic): void => {
      memory.partitions[0]?.push("a1", "a2");
      memory.starts[0] = 2;
    },
  ],
] as const)("a topic that %s ends it with its code", async (_what, code, spoil) => {
  const memory = new MemoryTopic(["a0"]);
  const { feed } = await open(memory, { isOnce: false });
  const build = feed.forBuild();
  await taken(build, 1);

  spoil(memory);

  await expect(build.next(never)).rejects.toMatchObject({ code });
});

test("one partition alone is read, from an offset or a time; one that is not there is refused", async () => {
  const memory = new MemoryTopic(["a0", "a1", "a2"], ["b0"]);
  const of = async (partition: number, from: string) =>
    taken((await open(memory, { partition, start: parseFeedStart(from) })).feed.forBuild(), 99);

  expect(await of(0, "2")).toEqual(["a2"]);
  expect(await of(0, "2026-05-01T08:00:00Z")).toEqual(["a1", "a2"]);
  expect(await of(1, "earliest")).toEqual(["b0"]);
  await expect(of(7, "earliest")).rejects.toMatchObject({ code: "position.invalid" });
});
