import { expect, test } from "vitest";
import { firstWatch, look, type Rung, type Watch, type WatchedRun } from "../src/watchdog.ts";

const stalled: WatchedRun = {
  nowMs: 0,
  progress: "7",
  hasBacklog: true,
  isHeldUp: false,
  attemptMaxMs: 10_000,
};

/** Looks every second; answers what was climbed, and when. */
function watchFor(seconds: number, run: (second: number) => Partial<WatchedRun>) {
  let watch: Watch = firstWatch;
  const climbed: { readonly second: number; readonly rung: Rung }[] = [];
  let isStalled = false;
  for (let second = 0; second <= seconds; second += 1) {
    const seen = look({ ...stalled, nowMs: second * 1_000, ...run(second) }, watch);
    watch = seen.watch;
    isStalled = seen.isStalled;
    if (seen.rung !== null) climbed.push({ second, rung: seen.rung });
  }
  return { climbed, isStalled };
}

test("a run that does not move climbs the ladder, one rung at a time and each with its own patience", () => {
  const { climbed, isStalled } = watchFor(95, () => ({}));

  expect(climbed).toEqual([
    { second: 30, rung: "refetch" },
    { second: 60, rung: "rejoin" },
    { second: 90, rung: "recycle" },
  ]);
  expect(isStalled).toBe(true);
});

test("the ladder is bounded: after the last rung it rests", () => {
  const { climbed } = watchFor(350, () => ({}));

  expect(climbed).toHaveLength(3);
});

test.each([
  ["there is nothing to do", { hasBacklog: false }],
  ["the cause is known", { isHeldUp: true }],
])("nothing is climbed while %s", (_why, seen) => {
  expect(watchFor(500, () => seen).climbed).toEqual([]);
});

test("any progress begins the patience anew", () => {
  const { climbed } = watchFor(500, (second) => ({ progress: String(Math.floor(second / 25)) }));

  expect(climbed).toEqual([]);
});

test("a rung that helped is climbed again only after a new stall", () => {
  const { climbed } = watchFor(95, (second) => ({ progress: second < 40 ? "7" : "8" }));

  expect(climbed.map(({ rung }) => rung)).toEqual(["refetch", "refetch"]);
});
