import { GluttonyError } from "@gluttony/model";
import type { Pool, Queries } from "./pool.ts";

/** Milliseconds to wait for whoever holds the lock. */
const lockWaitMs = 60_000;
const lockPauseMs = 100;

/**
 * Runs `work` while nobody else in this database holds the lock of this name. `work` gets the connection that
 * holds the lock. If that connection breaks, the lock is gone; what `work` does must bear that.
 */
export function withAdvisoryLock<T>(
  pool: Pool,
  name: string,
  work: (queries: Queries) => Promise<T>,
): Promise<T> {
  return pool.session(async (queries) => {
    await take(queries, name);
    return released(queries, name, work);
  });
}

/** The same without a wait: null when somebody else holds the lock. */
export function tryWithAdvisoryLock<T>(
  pool: Pool,
  name: string,
  work: (queries: Queries) => Promise<T>,
): Promise<T | null> {
  return pool.session(async (queries) =>
    (await tryTake(queries, name)) ? released(queries, name, work) : null,
  );
}

async function released<T>(
  queries: Queries,
  name: string,
  work: (queries: Queries) => Promise<T>,
): Promise<T> {
  try {
    return await work(queries);
  } finally {
    await queries.query("select pg_advisory_unlock(hashtextextended($1, 0))", [name]).catch(() => undefined);
  }
}

/** Asks again and again instead of waiting in one statement, which the statement time-out would cut off. */
async function take(queries: Queries, name: string): Promise<void> {
  const waits = Math.ceil(lockWaitMs / lockPauseMs);
  for (let wait = 0; wait < waits; wait += 1) {
    if (await tryTake(queries, name)) return;
    await new Promise((resolve) => setTimeout(resolve, lockPauseMs));
  }
  throw new GluttonyError("database.failed", {
    reason: "lock not free in time",
    lock: name,
    waitMs: lockWaitMs,
  });
}

async function tryTake(queries: Queries, name: string): Promise<boolean> {
  const [row] = await queries.query<{ isTaken: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as "isTaken"',
    [name],
  );
  return row?.isTaken === true;
}
