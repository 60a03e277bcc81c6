import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "./pool.ts";
import { Wakeup } from "./wakeup.ts";

/** Milliseconds; each bounds how late a change is heard when something broke. */
export interface ListenTimes {
  /** Between questions that notice a socket that died silently. */
  readonly keepaliveMs: number;
  /** How long such a question may take. */
  readonly keepaliveLimitMs: number;
  /** Between calls of `onChange` without any notification. */
  readonly refreshMs: number;
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
}

const defaults: ListenTimes = {
  keepaliveMs: 10_000,
  keepaliveLimitMs: 5_000,
  refreshMs: 60_000,
  backoffFirstMs: 250,
  backoffMaxMs: 10_000,
};

interface ListenOptions extends Partial<ListenTimes> {
  readonly onChange: () => void;
  /** What is listened for; the consumers' own when left out. */
  readonly channel?: "cdc_consumer" | "cdc_event";
}

/**
 * Calls `onChange` after every NOTIFY, after every reconnect (what was said meanwhile is lost) and once a minute.
 * Many notifications at once may be one call. Ends with the signal; a database that is away is waited for.
 */
export async function listenForConsumers(
  pool: Pool,
  options: ListenOptions,
  signal: AbortSignal,
): Promise<void> {
  const times = { ...defaults, ...options };
  let failures = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    await listenOnce(pool, times, signal);
    // A connection that lasted was healthy: its loss starts the back-off anew.
    failures = performance.now() - startedAt > times.keepaliveMs ? 0 : failures + 1;
    await pause(backoffMs(failures, times), signal);
  }
}

/** One connection's life. Every way it can break ends this call; the reason does not matter to the caller. */
async function listenOnce(
  pool: Pool,
  times: ListenTimes & Pick<ListenOptions, "onChange" | "channel">,
  signal: AbortSignal,
): Promise<void> {
  const client = pool.dedicated();
  const wakeup = new Wakeup();
  let isBroken = false;
  const onBreak = (): void => {
    isBroken = true;
    wakeup.wake();
  };
  const onWake = (): void => wakeup.wake();
  client.on("error", onBreak);
  client.on("end", onBreak);
  client.on("notification", onWake);
  signal.addEventListener("abort", onWake);
  const isSaid = (text: string): Promise<boolean> =>
    within(
      client.query(text).then(() => true),
      times.keepaliveLimitMs,
    );
  try {
    if (
      !(await client.connect().then(
        () => true,
        () => false,
      ))
    )
      return;
    if (!(await isSaid(`listen ${times.channel ?? "cdc_consumer"}`))) return;
    let refreshedAt = performance.now();
    times.onChange();
    while (!signal.aborted && !isBroken) {
      const isWoken = await wakeup.wait(Math.min(times.keepaliveMs, times.refreshMs));
      if (signal.aborted || isBroken) return;
      if (isWoken || performance.now() - refreshedAt >= times.refreshMs) {
        refreshedAt = performance.now();
        times.onChange();
      }
      if (!isWoken && !(await isSaid("select"))) return;
    }
  } finally {
    signal.removeEventListener("abort", onWake);
    await within(
      client.end().then(() => true),
      times.keepaliveLimitMs,
    );
  }
}

/** Whether it came true in time; a dead socket must not hold us. */
async function within(promise: Promise<boolean>, limitMs: number): Promise<boolean> {
  const timer = new AbortController();
  const limit = sleep(limitMs, false, { signal: timer.signal }).catch(() => false);
  const outcome = await Promise.race([promise.catch(() => false), limit]);
  timer.abort();
  return outcome;
}

function backoffMs(failures: number, times: ListenTimes): number {
  const ceiling = Math.min(times.backoffMaxMs, times.backoffFirstMs * 2 ** Math.min(failures, 16));
  return ceiling * (0.5 + Math.random() / 2);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
