import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { TimerWheel } from "../../src/cell/timer-wheel.ts";

test("deadlines come in order and never early, and cancelled ones not at all", async () => {
  const wheel = new TimerWheel();
  const began = performance.now();
  const came: string[] = [];
  const earliest: number[] = [];
  const note = (name: string) => ({
    due: () => {
      came.push(name);
      earliest.push(performance.now() - began);
    },
  });

  wheel.after(120, note("late"));
  wheel.after(30, note("soon"));
  wheel.after(60, note("never")).cancel();
  await expect.poll(() => came.length).toBe(2);
  await wait(60);

  expect(came).toEqual(["soon", "late"]);
  expect(earliest[0]).toBeGreaterThanOrEqual(30);
  expect(earliest[1]).toBeGreaterThanOrEqual(120);
  wheel.stop();
});

test("deadlines of one tick may cancel one another, and a cancelled one may be cancelled again", async () => {
  const wheel = new TimerWheel();
  const came: string[] = [];
  const first = wheel.after(40, { due: () => came.push("first") });
  const last = wheel.after(40, { due: () => came.push("last") });
  const kept = wheel.after(40, {
    due: () => {
      came.push("kept");
      last.cancel();
    },
  });

  first.cancel();
  first.cancel();
  await expect.poll(() => came.length).toBeGreaterThan(0);
  await wait(60);
  kept.cancel();

  expect(came.filter((name) => name !== "last")).toEqual(["kept"]);
  wheel.stop();
});
