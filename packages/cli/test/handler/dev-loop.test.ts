import { changesOf, recordOf } from "@gluttony/sdk/testing";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { expect, test } from "vitest";
import { DevLoop } from "../../src/handler/dev-loop.ts";
import type { DevBuild } from "../../src/handler/dev-loop.ts";
import type { DevNews } from "../../src/handler/dev-news.ts";

const changes = changesOf({ table: "t", keyColumns: ["id"] });
const records = [1n, 2n, 3n].map((id) => recordOf(changes.insert({ id })));

/** A build whose records end when the test says so. */
class HandBuild {
  readonly told: string[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly build: DevBuild;

  constructor(hash: string) {
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
    this.build = { hash, records, cell: { run, close } };
  }

  async endOne(): Promise<void> {
    this.#waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function open(): { readonly loop: DevLoop; readonly news: string[] } {
  const news: string[] = [];
  const tell = (one: DevNews): void => {
    if (one.event === "replayed") news.push(`${one.build} ${one.records} ${one.isWhole}`);
  };
  return { loop: new DevLoop(tell), news };
}

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
