import { expect, test } from "vitest";
import { MicroBatch } from "../src/micro-batch.ts";

const limits = { waitMs: 1, sizeMax: 3, atOnceMax: 1 };

test("calls at nearly the same time are one piece of work, and each gets its own answer", async () => {
  const sizes: number[] = [];
  const batch = new MicroBatch(async (calls: readonly number[]) => {
    sizes.push(calls.length);
    return calls.map((call) => call * 10);
  }, limits);

  const answers = await Promise.all([1, 2].map((call) => batch.add(call)));
  const later = await batch.add(3);

  expect([...answers, later]).toEqual([10, 20, 30]);
  expect(sizes).toEqual([2, 1]);
});

test("no batch is larger than its limit, and no more run at once than may", async () => {
  const sizes: number[] = [];
  let underWay = 0;
  let most = 0;
  const batch = new MicroBatch(async (calls: readonly number[]) => {
    sizes.push(calls.length);
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 2));
    underWay -= 1;
    return calls;
  }, limits);

  const answers = await Promise.all(Array.from({ length: 20 }, (_, call) => batch.add(call)));

  expect(answers).toEqual(Array.from({ length: 20 }, (_, call) => call));
  expect(Math.max(...sizes)).toBe(3);
  expect(most).toBe(1);
});

test("work that fails fails for all of its batch, and the next batch is not touched", async () => {
  let isBroken = true;
  const batch = new MicroBatch(async (calls: readonly number[]) => {
    if (isBroken) throw new Error("away");
    return calls;
  }, limits);

  const failed = await Promise.allSettled([batch.add(1), batch.add(2)]);
  isBroken = false;
  const answer = await batch.add(3);

  expect(failed.map((one) => one.status)).toEqual(["rejected", "rejected"]);
  expect(answer).toBe(3);
});

test("an answer that is missing is an error and not a wait without end", async () => {
  const batch = new MicroBatch(async () => [1], limits);

  const outcomes = await Promise.allSettled([batch.add(1), batch.add(2)]);

  expect(outcomes.map((one) => one.status)).toEqual(["fulfilled", "rejected"]);
});
