import type { AttemptResult, Cell, CellLease, CellOptions } from "@gluttony/core";
import { insertOf, type TestHost, testHost, zooPlugin } from "./cells.ts";

/** A bad plugin in a cell of its own, and a good one beside it on the same host. */
export interface Cage extends AsyncDisposable {
  readonly bad: Cell;
  readonly calm: Cell;
  readonly test: TestHost;
  readonly lease: CellLease;
}

/** Starts both cells. */
export async function cage(plugin: string, options: Partial<CellOptions> = {}): Promise<Cage> {
  const test = testHost(options);
  try {
    const lease = await test.acquireFolder(zooPlugin(plugin));
    const calm = await test.acquireFolder(zooPlugin("calm"));
    return {
      bad: lease.cell,
      calm: calm.cell,
      test,
      lease,
      [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
    };
  } catch (error) {
    await test[Symbol.asyncDispose]();
    throw error;
  }
}

/** What a run beside a bad plugin was like. */
export interface Pace {
  /** Attempts that the good plugin ended. */
  readonly attempts: number;
  /** Milliseconds by which the host's own timer came late at worst. */
  readonly worstLateMs: number;
}

/** Attempts of the good plugin that are under way at once, each of ten milliseconds. */
const concurrency = 16;
const timerMs = 10;

/** Runs the good plugin for a while and counts; every attempt must be done. */
export async function paceOf(calm: Cell, forMs: number): Promise<Pace> {
  const untilMs = performance.now() + forMs;
  let attempts = 0;
  const late = lateness();
  const work = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      const result: AttemptResult = await calm.attempt(insertOf("nothing", { deadlineMs: 30_000 }));
      if (result.kind !== "done") throw new Error(`the good plugin answered ${JSON.stringify(result)}`);
      attempts += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return { attempts, worstLateMs: late.stop() };
}

/** Watches the host's loop by a timer of its own. */
function lateness(): { stop(): number } {
  let worst = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - timerMs);
    last = now;
  }, timerMs);
  return {
    stop: () => {
      clearInterval(timer);
      return worst;
    },
  };
}
