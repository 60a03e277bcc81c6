import { expect, test } from "vitest";
import { defineHandler, isHandler } from "../src/index.ts";
import { changesOf, runHandler } from "../src/testing/index.ts";

const change = changesOf({ table: "patient", keyColumns: ["id"] }).insert({ id: 7n });

test("a handler of batches can be run on a single change", async () => {
  const seen: number[] = [];
  const handler = defineHandler({
    name: "onMany",
    handleBatch: (changes, { each }) => {
      seen.push(changes.length, each.length);
      return changes.map(() => ({ filtered: "test.seen" }));
    },
  });

  const run = await runHandler(handler, change);

  expect(isHandler(handler)).toBe(true);
  expect(seen).toEqual([1, 1]);
  expect(run.ending).toEqual({ filtered: "test.seen" });
});

test("nothing means that all are done, and an error in the list fails its change", async () => {
  const fine = defineHandler({ name: "fine", handleBatch: () => undefined });
  const failing = defineHandler({ name: "failing", handleBatch: () => [new Error("no")] });

  expect((await runHandler(fine, change)).ending).toEqual({ done: true });
  expect((await runHandler(failing, change)).ending).toMatchObject({ failed: "transient" });
});

test("an object with neither function is no handler", () => {
  const nothing = Object({ name: "nothing" });

  expect(() => defineHandler(nothing)).toThrow("handle");
});
