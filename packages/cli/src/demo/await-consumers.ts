import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError } from "@gluttony/model";
import { type ConsumerProgress, isCaughtUp, readProgress } from "./consumer-progress.ts";
import { demoConsumers } from "./demo-consumers.ts";
import type { DemoHost } from "./demo-host.ts";

/** A consumer that does not run by then has a fault. */
const RUN_LIMIT_MS = 90_000;
/** The snapshot is waited for only this long: a slow machine still gets its proof. */
const SNAPSHOT_LIMIT_MS = 45_000;
const LOOK_EVERY_MS = 200;

/** Waits until both consumers run and, for a bounded time, until they have worked off the first snapshot. */
export async function awaitConsumers(
  host: DemoHost,
  signal: AbortSignal,
): Promise<readonly ConsumerProgress[]> {
  const begun = performance.now();
  for (;;) {
    signal.throwIfAborted();
    if (host.process.hasEnded) throw host.process.fault("environment.process_failed", "ended while starting");
    const seen = await Promise.all(demoConsumers.map(({ name }) => readProgress(host, name)));
    const tookMs = performance.now() - begun;
    if (seen.every(isCaughtUp)) return seen;
    if (tookMs > SNAPSHOT_LIMIT_MS && seen.every(isRunning)) return seen;
    if (tookMs > RUN_LIMIT_MS) throw notRunning(host, seen);
    await sleep(LOOK_EVERY_MS);
  }
}

function isRunning({ state }: ConsumerProgress): boolean {
  return state === "running" || state === "idle" || state === "lagging" || state === "degraded";
}

function notRunning(host: DemoHost, seen: readonly ConsumerProgress[]): GluttonyError {
  const states = demoConsumers.map(
    ({ name }, index) => `${name} ${seen[index]?.state} ${seen[index]?.cause ?? ""}`,
  );
  return new GluttonyError("environment.timed_out", {
    waitedFor: "the consumers run",
    seen: states.map((state) => state.trim()),
    limitMs: RUN_LIMIT_MS,
    logFile: host.logFile,
  });
}
