import { describe, expect, test } from "vitest";
import {
  type SeenConnectorState,
  type WatchDecision,
  type WatchMemory,
  decideRestart,
} from "../../src/watch/decide-restart.ts";

const policy = { firstWaitMs: 1_000, waitMaxMs: 8_000, mendsMax: 3, healthyMs: 10_000, stuckMs: 20_000 };

interface Moment {
  readonly state: SeenConnectorState;
  readonly nowMs: number;
  readonly isOurs?: boolean;
}

/** Looks again and again; answers each decision. */
function looks(moments: readonly Moment[], isOurs = true): readonly WatchDecision[] {
  let memory: WatchMemory | null = null;
  return moments.map((moment) => {
    const decision = decideRestart(memory, { isOurs, chance: 1, ...moment }, policy);
    memory = decision.memory;
    return decision;
  });
}

/** Looks once a second at the same state; answers when something was done. */
function deedsOver(state: SeenConnectorState, seconds: number): readonly string[] {
  const moments = Array.from({ length: seconds }, (_, second) => ({ state, nowMs: second * 1_000 }));
  return looks(moments).flatMap(({ act, outcome }, second) => [
    ...(outcome === null ? [] : [`${second} ${outcome.is}`]),
    ...(act === null ? [] : [`${second} ${act}`]),
  ]);
}

describe("a connector that failed", () => {
  test("is restarted after growing waits, a bounded number of times, and then given up", () => {
    expect(deedsOver("failed", 60)).toEqual([
      "1 restart_failed",
      "2 failed_again",
      "4 restart_failed",
      "5 failed_again",
      "9 restart_failed",
      "10 gave_up",
    ]);
  });

  test("that runs for a while is forgotten, and the restart that helped is told", () => {
    const decisions = looks([
      { state: "failed", nowMs: 0 },
      { state: "failed", nowMs: 1_000 },
      { state: "waiting", nowMs: 2_000 },
      { state: "running", nowMs: 3_000 },
      { state: "running", nowMs: 12_999 },
      { state: "running", nowMs: 13_000 },
    ]);

    expect(decisions.map(({ act }) => act)).toEqual([null, "restart_failed", null, null, null, null]);
    expect(decisions.map(({ memory }) => memory.mends)).toEqual([0, 1, 1, 1, 1, 0]);
    expect(decisions.at(-1)?.outcome).toEqual({ of: "restart_failed", is: "recovered" });
  });

  test("that runs only for a moment does not begin anew with short waits", () => {
    const decisions = looks([
      { state: "failed", nowMs: 0 },
      { state: "failed", nowMs: 1_000 },
      { state: "running", nowMs: 2_000 },
      { state: "failed", nowMs: 4_000 },
      { state: "failed", nowMs: 5_999 },
      { state: "failed", nowMs: 6_000 },
    ]);

    expect(decisions.map(({ act }) => act)).toEqual([
      null,
      "restart_failed",
      null,
      null,
      null,
      "restart_failed",
    ]);
    expect(decisions[3]?.outcome).toEqual({ of: "restart_failed", is: "failed_again" });
  });

  test("that was given up is looked after again once it ran", () => {
    const failing = Array.from({ length: 20 }, (_, second) => ({
      state: "failed" as const,
      nowMs: second * 1_000,
    }));
    const decisions = looks([
      ...failing,
      { state: "running", nowMs: 30_000 },
      { state: "running", nowMs: 40_000 },
      { state: "failed", nowMs: 41_000 },
      { state: "failed", nowMs: 42_000 },
    ]);

    expect(decisions[19]?.memory.isGivenUp).toBe(true);
    expect(decisions.at(-1)?.act).toBe("restart_failed");
  });
});

describe("other states", () => {
  test.each(["paused", "stopped"] as const)("%s is what a person wants: nothing is done", (state) => {
    expect(deedsOver(state, 100)).toEqual([]);
  });

  test("without a task for long it is restarted as a whole", () => {
    expect(deedsOver("waiting", 22)).toEqual(["21 restart_all"]);
  });

  test("deleted, it is made again when it is ours, and only shown when it is not", () => {
    const moments = [0, 1_000].map((nowMs) => ({ state: "missing" as const, nowMs }));

    expect(looks(moments).map(({ act }) => act)).toEqual([null, "make_again"]);
    expect(looks(moments, false).map(({ act }) => act)).toEqual([null, null]);
  });

  test("chance spreads the mends over the second half of the wait", () => {
    const first = (chance: number): number | null =>
      decideRestart(null, { state: "failed", nowMs: 0, isOurs: true, chance }, policy).memory.nextMendMs;

    expect([first(0), first(1)]).toEqual([500, 1_000]);
  });
});
