import { expect, test } from "vitest";
import { fixturePlugin, insertOf, testHost } from "../support/cells.ts";

const timing = { deadlineMs: 10_000, graceMs: 500 };

test("who asks for a new cell gets one, and whoever shares the one before keeps it with what is under way", async () => {
  await using plugins = testHost();
  const resolved = await plugins.host.resolve(`file:${fixturePlugin("well-behaved")}`, {});
  const mine = await plugins.host.acquire(resolved);
  const theirs = await plugins.host.acquire(resolved);
  const before = theirs.cell.observe().pid;
  const controller = new AbortController();
  const running = theirs.cell.attempt({ ...insertOf("wait", timing), signal: controller.signal });

  await mine.release();
  const anew = await plugins.host.acquire(resolved, { isNew: true });
  const other = await plugins.host.acquire(resolved);
  const answers = await Promise.all([anew, theirs].map(({ cell }) => cell.attempt(insertOf("nothing"))));

  expect(anew.cell.observe().pid).not.toBe(before);
  expect(other.cell.observe().pid).toBe(anew.cell.observe().pid);
  expect(theirs.cell.observe()).toMatchObject({ pid: before, crashes: 0, state: "ready" });
  expect(answers).toEqual([{ kind: "done" }, { kind: "done" }]);
  controller.abort();
  expect(await running).toMatchObject({ kind: "failed" });
});

test("the cell before ends with its last user, and with the host", async () => {
  await using plugins = testHost();
  const resolved = await plugins.host.resolve(`file:${fixturePlugin("well-behaved")}`, {});
  const first = await plugins.host.acquire(resolved);
  const second = await plugins.host.acquire(resolved, { isNew: true });
  const third = await plugins.host.acquire(resolved, { isNew: true });

  await first.release();
  await plugins.host.close(2_000);

  const states = [first, second, third].map(({ cell }) => cell.observe().state);
  expect(states).toEqual(["closed", "closed", "closed"]);
});
