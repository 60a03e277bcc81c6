import type { AttemptResult } from "@gluttony/core";
import { expect, test } from "vitest";
import { insertOf } from "../support/cells.ts";
import { cage } from "../support/zoo.ts";

const patient = { deadlineMs: 10_000, graceMs: 1_000 };
const together = (rule: string): AttemptResult => ({ kind: "filtered", rule });

test("attempts that are under way together are handed over together, up to the manifest's number", async () => {
  await using zoo = await cage("takes-batches");

  const results = await Promise.all(
    Array.from({ length: 25 }, () => zoo.bad.attempt(insertOf("tell", patient))),
  );

  expect(results).toEqual([
    ...Array.from({ length: 20 }, () => together("size-10-attempt-1")),
    ...Array.from({ length: 5 }, () => together("size-5-attempt-1")),
  ]);
});

test("each change has an outcome of its own", async () => {
  await using zoo = await cage("takes-batches");

  const results = await Promise.all(
    ["tell", "refuse", "done"].map((deed) => zoo.bad.attempt(insertOf(deed, patient))),
  );

  expect(results).toMatchObject([
    together("size-3-attempt-1"),
    { kind: "failed", failure: { kind: "record", code: "zoo.refused" } },
    { kind: "done" },
  ]);
});

test("a batch that throws is run again one at a time, so that the bad one fails alone", async () => {
  await using zoo = await cage("takes-batches");

  const results = await Promise.all(
    ["tell", "throw", "tell"].map((deed) => zoo.bad.attempt(insertOf(deed, patient))),
  );

  expect(results).toMatchObject([
    together("size-1-attempt-1"),
    { kind: "failed", failure: { code: "handler.threw" } },
    together("size-1-attempt-1"),
  ]);
});

test("a list that does not fit the changes counts for none of them", async () => {
  await using zoo = await cage("takes-batches");

  const results = await Promise.all(
    ["tell", "too-few"].map((deed) => zoo.bad.attempt(insertOf(deed, patient))),
  );

  expect(results).toMatchObject([
    { failure: { code: "handler.result_invalid" } },
    { failure: { code: "handler.result_invalid" } },
  ]);
});

test("what is tried again comes alone", async () => {
  await using zoo = await cage("takes-batches");
  const again = { ...insertOf("tell", patient), attempt: 2 };

  const results = await Promise.all([zoo.bad.attempt(again), zoo.bad.attempt(insertOf("tell", patient))]);

  expect(results).toEqual([together("size-1-attempt-2"), together("size-1-attempt-1")]);
});

test.each([
  ["exit", "plugin.crashed", patient],
  ["never", "handler.deadline", { deadlineMs: 600, graceMs: 300 }],
])("one record of a batch that ends the process (%s) fails alone with %s", async (deed, code, when) => {
  await using zoo = await cage("takes-batches");

  const deeds = ["tell", "tell", deed, "tell"];
  const results = await Promise.all(deeds.map((one) => zoo.bad.attempt(insertOf(one, when))));

  expect(results[2]).toMatchObject({ kind: "failed", failure: { kind: "record", code } });
  expect([results[0], results[1], results[3]].map((result) => result?.kind)).toEqual(
    Array(3).fill("filtered"),
  );
});

test("a call of a batch has a key that stands for exactly its changes", async () => {
  await using zoo = await cage("takes-batches");
  const requests = ["call", "tell"].map((deed) => insertOf(deed, patient));

  await Promise.all(requests.map((request) => zoo.bad.attempt(request)));
  await Promise.all(requests.map((request) => zoo.bad.attempt(request)));
  await Promise.all(requests.slice(0, 1).map((request) => zoo.bad.attempt(request)));

  const keys = zoo.test.calls.map(({ headers }) => headers["Idempotency-Key"]);
  expect(keys[0]).toMatch(/^batch:[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

test("the other plugin beside it is handed single changes", async () => {
  await using zoo = await cage("takes-batches");

  expect(await zoo.calm.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
});
