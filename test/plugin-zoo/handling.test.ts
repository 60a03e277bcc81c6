import { describe, expect, test } from "vitest";
import { insertOf } from "../support/cells.ts";
import { cage } from "../support/zoo.ts";

const short = { deadlineMs: 300, graceMs: 300 };
const patient = { deadlineMs: 20_000, graceMs: 1_000 };

/** A plugin, what its bad record comes to, and the attempt's deadlines. */
const deadly: readonly (readonly [plugin: string, code: string, deadlines: typeof short])[] = [
  ["exits", "plugin.crashed", patient],
  ["aborts", "plugin.crashed", patient],
  ["loops", "handler.deadline", short],
  ["backtracks", "handler.deadline", short],
  ["never-settles", "handler.deadline", short],
  ["sleeps-on-atomics", "handler.deadline", short],
  ["grows-objects", "plugin.memory", patient],
  ["grows-an-array", "plugin.memory", patient],
  ["hoards-buffers", "plugin.memory", patient],
];

test.each(deadly)("%s: its record fails with %s, and what follows is handled", async (plugin, code, when) => {
  await using zoo = await cage(plugin);

  const outcome = await zoo.bad.attempt(insertOf("act", when));
  const next = await zoo.bad.attempt(insertOf("nothing"));
  const beside = await zoo.calm.attempt(insertOf("nothing"));

  expect(outcome).toMatchObject({ kind: "failed", failure: { kind: "record", code } });
  expect([next, beside]).toEqual([{ kind: "done" }, { kind: "done" }]);
  expect(zoo.calm.observe().crashes).toBe(0);
});

test("an endless chain of microtasks ends by its deadline or by its memory", async () => {
  await using zoo = await cage("chains-microtasks");

  const outcome = await zoo.bad.attempt(insertOf("act", short));

  expect(outcome).toMatchObject({ failure: { kind: "record" } });
  expect(outcome.kind === "failed" && outcome.failure.code).toMatch(/^(handler\.deadline|plugin\.memory)$/);
});

test("the handler is called off first, and killed only after the grace", async () => {
  await using zoo = await cage("never-settles");
  const startedAt = performance.now();

  await zoo.bad.attempt(insertOf("act", { deadlineMs: 300, graceMs: 1_200 }));

  expect(performance.now() - startedAt).toBeGreaterThan(1_450);
});

test.each(["kills-itself", "kills-around"])(
  "%s: the host lives, and the plugin goes on for others",
  async (plugin) => {
    await using zoo = await cage(plugin);

    await zoo.bad.attempt(insertOf("act", patient));

    expect(await zoo.bad.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
    expect(zoo.calm.observe()).toMatchObject({ state: "ready", crashes: 0 });
  },
);

test("a command is never started", async () => {
  await using zoo = await cage("waits-for-a-command");

  const outcome = await zoo.bad.attempt(insertOf("act"));

  expect(outcome).toMatchObject({ failure: { kind: "transient", code: "handler.threw" } });
});

describe("returns odd things", () => {
  test.each(["giant", "giant-rule", "cycle", "function", "bigint", "null", "proxy", "throwing-thenable"])(
    "%s is no outcome, and the process lives on",
    async (thing) => {
      await using zoo = await cage("returns-odd-things");
      const { pid } = zoo.bad.observe();

      const outcome = await zoo.bad.attempt(insertOf(thing, patient));

      expect(outcome).toMatchObject({ failure: { kind: "config", code: "handler.result_invalid" } });
      expect(zoo.bad.observe()).toMatchObject({ pid, crashes: 0 });
    },
  );
});

describe("forges frames", () => {
  test.each(["unknown", "garbage", "no-list", "host-frame", "huge"])(
    "%s ends the process, and the record is never counted as done",
    async (forgery) => {
      await using zoo = await cage("forges-frames");

      const outcome = await zoo.bad.attempt(insertOf(forgery, patient));

      expect(outcome).toMatchObject({ failure: { kind: "record", code: "plugin.protocol_violation" } });
      expect(await zoo.bad.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
      expect(await zoo.calm.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
    },
  );

  test("a frame that is begun and never ended is found by the deadline of what waits behind it", async () => {
    await using zoo = await cage("forges-frames");

    const outcome = await zoo.bad.attempt(insertOf("half", { deadlineMs: 1_000, graceMs: 500 }));

    expect(outcome).toMatchObject({ failure: { kind: "record", code: "plugin.protocol_violation" } });
    expect(await zoo.bad.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
  });

  test("such a frame is found in an idle cell, too", async () => {
    await using zoo = await cage("forges-frames", { silenceMs: 2_500 });

    const outcome = await zoo.bad.attempt(insertOf("half-later", patient));
    await expect.poll(() => zoo.bad.observe().crashes, { timeout: 20_000 }).toBe(1);

    expect(outcome).toEqual({ kind: "done" });
    expect(zoo.test.log.lines.join("\n")).toContain("plugin.protocol_violation");
    expect(await zoo.bad.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
  });
});

describe("fails late", () => {
  test.each(["throw", "emit"])("%s: the outcome stands, and the process is started again", async (way) => {
    await using zoo = await cage("fails-late");

    expect(await zoo.bad.attempt(insertOf(way))).toEqual({ kind: "done" });
    await expect.poll(() => zoo.bad.observe().crashes).toBe(1);
    expect(await zoo.bad.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
  });

  test("a rejection that nobody waits for is told, and ends nothing", async () => {
    await using zoo = await cage("fails-late");

    expect(await zoo.bad.attempt(insertOf("reject"))).toEqual({ kind: "done" });
    await expect.poll(() => zoo.test.log.lines.join()).toContain("left promises behind");
    expect(zoo.bad.observe().crashes).toBe(0);
  });
});

test("what a handler does to its change, key and context is gone at the next attempt", async () => {
  await using zoo = await cage("mutates");
  const request = insertOf("change");
  const config = Object.freeze({});

  await zoo.bad.attempt(request);
  await zoo.bad.attempt({ ...insertOf("context", { config }), attempt: 1 });
  const seen = await zoo.bad.attempt({ ...insertOf("tell"), attempt: 2 });

  expect(seen).toEqual({ kind: "filtered", rule: "id-1.patients.2" });
  expect(request.record.value?.toString()).toContain('"id":1');
});

test("a slow leak has the process replaced in time, without a crash and without a lost attempt", async () => {
  await using zoo = await cage("leaks-slowly", { memoryCheckMs: 50 });
  const { pid } = zoo.bad.observe();

  const outcomes: string[] = [];
  for (let round = 0; round < 60; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => zoo.bad.attempt(insertOf("nothing", patient))),
    );
    outcomes.push(...answers.map(({ kind }) => kind));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  expect(outcomes.filter((kind) => kind !== "done")).toEqual([]);
  expect(zoo.bad.observe()).toMatchObject({ state: "ready", crashes: 0 });
  expect(zoo.bad.observe().pid).not.toBe(pid);
});

test("a plugin that patches the language harms itself at most", async () => {
  await using zoo = await cage("patches-globals");

  await zoo.bad.attempt(insertOf("act", short));

  expect(await zoo.calm.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
  expect(zoo.calm.observe().crashes).toBe(0);
  expect(JSON.parse(JSON.stringify([1]))).toEqual([1]);
});
