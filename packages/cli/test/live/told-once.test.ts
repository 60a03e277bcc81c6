import { expect, test } from "vitest";
import { ToldOnce } from "../../src/live/told-once.ts";

const record = (offset: number, name: string) => ({
  partition: 0,
  offset: String(offset),
  outcome: { name },
});

test("a record is news once for each thing that became of it", () => {
  const told = new ToldOnce();

  const news = [record(1, "retrying"), record(1, "retrying"), record(1, "delivered"), record(2, "delivered")];

  expect(news.map((one) => told.isNews(one))).toEqual([true, false, true, true]);
});

test("what was told long ago is forgotten", () => {
  const told = new ToldOnce();
  for (let offset = 0; offset <= 5_000; offset += 1) told.isNews(record(offset, "delivered"));

  expect(told.isNews(record(0, "delivered"))).toBe(true);
  expect(told.isNews(record(5_000, "delivered"))).toBe(false);
});
