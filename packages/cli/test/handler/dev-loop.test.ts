import { GluttonyError } from "@gluttony/model";
import { changesOf, recordOf } from "@gluttony/sdk/testing";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { expect, test } from "vitest";
import { DevLoop } from "../../src/handler/dev-loop.ts";
import type { DevBuild } from "../../src/handler/dev-loop.ts";
import { endedNews } from "../../src/handler/dev-news.ts";
import type { DevNews } from "../../src/handler/dev-news.ts";
import { listFeed } from "../../src/handler/record-feed.ts";
import type { FedRecord, RecordFeed } from "../../src/handler/record-feed.ts";

const changes = changesOf({ table: "t", keyColumns: ["id"] });
const records = [1n, 2n, 3n].map((id) => recordOf(changes.insert({ id })));

/** A build whose records end when the test says so. */
class HandBuild {
  readonly told: string[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly build: DevBuild;

  constructor(hash: string, feed: RecordFeed = listFeed(records)) {
    const run = async (record: RawRecord) => {
      this.told.push(`run ${record.offset}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.told.push(`end ${record.offset}`);
      return {
        decoded: { notAChange: "message" as const },
        ending: { done: true as const },
        calls: [],
        log: [],
      };
    };
    const close = async (): Promise<void> => void this.told.push("close");
    this.build = { hash, records: feed, cell: { run, close } };
  }

  async endOne(): Promise<void> {
    this.#waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function open(): { readonly loop: DevLoop; readonly news: string[]; readonly told: DevNews[] } {
  const news: string[] = [];
  const told: DevNews[] = [];
  const tell = (one: DevNews): void => {
    told.push(one);
    if (one.event === "replayed") news.push(`${one.build} ${one.records} ${one.isWhole}`);
  };
  const loop = new DevLoop({
    tell,
    newsOf: (build, place, attempt) => endedNews(build, place, { attempt, showing: "own" }),
    onFault: () => news.push("fault"),
  });
  return { loop, news, told };
}

/** A feed that waits for ever. */
const waitingFeed: RecordFeed = {
  isAtEnd: false,
  next: (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(null))),
};

test("a newer build takes over between two records, and the older cell is closed after the record in flight", async () => {
  const { loop, news } = open();
  const [older, newer] = [new HandBuild("a"), new HandBuild("b")];

  await loop.take(older.build);
  await older.endOne();
  await loop.take(newer.build);
  const whileInFlight = [...older.told, ...newer.told];
  await older.endOne();
  for (const _record of records) await newer.endOne();
  await loop.idle();
  await loop.close();

  expect(whileInFlight).toEqual(["run 1", "end 1", "run 2"]);
  expect(older.told).toEqual(["run 1", "end 1", "run 2", "end 2", "close"]);
  expect(newer.told).toEqual(["run 1", "end 1", "run 2", "end 2", "run 3", "end 3", "close"]);
  expect(news).toEqual(["a 2 false", "b 3 true"]);
});

test("of two newer builds the first never runs, and is closed", async () => {
  const { loop, news } = open();
  const [first, passed, last] = [new HandBuild("a"), new HandBuild("b"), new HandBuild("c")];

  await loop.take(first.build);
  await loop.take(passed.build);
  await loop.take(last.build);
  await first.endOne();
  for (const _record of records) await last.endOne();
  await loop.idle();
  await loop.close();

  expect(passed.told).toEqual(["close"]);
  expect(news).toEqual(["a 1 false", "c 3 true"]);
});

test("a build that waits for a change gives way at once, and the command ends while it waits", async () => {
  const { loop, news, told } = open();
  const [older, newer] = [new HandBuild("a", waitingFeed), new HandBuild("b", waitingFeed)];

  await loop.take(older.build);
  await loop.take(newer.build);
  await new Promise((resolve) => setImmediate(resolve));
  await loop.close();

  expect(news).toEqual(["a 0 false", "b 0 false"]);
  expect(told.map((one) => one.event === "replayed" && one.isStopped)).toEqual([false, true]);
  expect([...older.told, ...newer.told]).toEqual(["close", "close"]);
});

test("a record whose schema cannot be had is not run, and says why", async () => {
  const { loop, told } = open();
  const failure = { kind: "record", code: "record.schema_unknown", message: "Nobody knows it." } as const;
  const fed: FedRecord[] = records.slice(0, 1).map((record) => ({ record, schemas: [], failure }));
  const feed: RecordFeed = { next: async () => fed.shift() ?? null, isAtEnd: true };
  const build = new HandBuild("a", feed);

  await loop.take(build.build);
  await loop.idle();
  await loop.close();

  expect(told[0]).toMatchObject({ ending: "record record.schema_unknown: Nobody knows it." });
  expect(build.told).toEqual(["close"]);
});

test("where no record can be had any more the loop ends and holds the reason", async () => {
  const { loop, news } = open();
  const gone = new GluttonyError("kafka.topic_recreated", { topic: "t" });
  const build = new HandBuild("a", { next: () => Promise.reject(gone), isAtEnd: false });

  await loop.take(build.build);
  await loop.idle();
  await loop.close();

  expect(loop.fault).toBe(gone);
  expect(news).toEqual(["fault"]);
});
