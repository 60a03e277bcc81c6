import { setTimeout as sleep } from "node:timers/promises";
/** One probe may take this long; a server that accepts and never answers must not hold up the wait. */
const PROBE_LIMIT_MS = 2_000;
const PROBE_EVERY_MS = 25;
/** Waits until the process answers its probe; gives up when the process ends or the limit has passed. */
export async function waitUntilReady(started, wait, probe) {
  const until = performance.now() + wait.limitMs;
  while (performance.now() < until) {
    if (started.hasEnded) {
      throw started.fault("environment.process_failed", `ended before ${wait.reason}`);
    }
    if (await answers(probe)) return;
    await sleep(PROBE_EVERY_MS);
  }
  throw started.fault("environment.timed_out", `${wait.reason} did not come true within ${wait.limitMs} ms`);
}
async function answers(probe) {
  try {
    return await probe(AbortSignal.timeout(PROBE_LIMIT_MS));
  } catch {
    return false; // Not ready yet is the normal answer here.
  }
}
