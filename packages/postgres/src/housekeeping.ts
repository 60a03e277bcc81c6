import { tryWithAdvisoryLock } from "./advisory-lock.ts";
import { errorGroupsMax } from "./error-book.ts";
import { parkedAgain } from "./finish-replay.ts";
import { purgeLetters } from "./letter-purge.ts";
import { forgetOperations } from "./operations.ts";
import type { Pool, Queries } from "./pool.ts";
import { purgeLedger } from "./purge-ledger.ts";
import { inSteps } from "./purge-steps.ts";
import { keptHours } from "./request-memory.ts";
import { settingsNow } from "./runtime-settings.ts";

/** How long what is remembered stays; what people may decide of it is read at each run, unless a caller fixes it. */
export interface HousekeepingLimits {
  /** Days after which closed dead letters lose their bytes. */
  readonly letterDays: number;
  /** Days, and steps per consumer, that the ledger of steps reaches back. */
  readonly onceDays: number;
  readonly onceMax: number;
  /** Days, and subjects per consumer, that the fence reaches back. */
  readonly fenceDays: number;
  readonly fenceMax: number;
  readonly historyDays: number;
  readonly historyMax: number;
  /** Days after which a group of errors that was not seen again is forgotten. */
  readonly errorDays: number;
  readonly eventDays: number;
  readonly operationDays: number;
  /** Milliseconds after which a replay that a host took is given up; the same as the lease of dead letters. */
  readonly leaseMs: number;
}

/** What nobody decides. */
const fixed = {
  onceDays: 7,
  onceMax: 1_000_000,
  fenceDays: 180,
  fenceMax: 5_000_000,
  historyMax: 10_000,
  leaseMs: 600_000,
};

/** Days after which an order of replays that ended is forgotten. */
const orderDays = 180;

/** What one run did. */
export interface HousekeepingCounts {
  /** False when another host was at it. */
  readonly isRun: boolean;
  readonly lettersErased: number;
  readonly lettersDeleted: number;
  /** Letters of stopped orders whose host never ended them. */
  readonly lettersParkedAgain: number;
  readonly stepsPurged: number;
  readonly subjectsPurged: number;
  readonly historyPurged: number;
  readonly errorsPurged: number;
  readonly ordersDeleted: number;
  readonly operationsForgotten: number;
  /** Answers that are no longer given again, and sessions that have run out. */
  readonly requestsForgotten: number;
  readonly eventsForgotten: number;
}

/** Keeps what is remembered bounded. A host calls it every ten minutes. */
export interface Housekeeping {
  /** One run of limited length in small statements; what is left is for the next one. */
  run(): Promise<HousekeepingCounts>;
}

const nothingDone: HousekeepingCounts = {
  isRun: false,
  lettersErased: 0,
  lettersDeleted: 0,
  lettersParkedAgain: 0,
  stepsPurged: 0,
  subjectsPurged: 0,
  historyPurged: 0,
  errorsPurged: 0,
  ordersDeleted: 0,
  operationsForgotten: 0,
  requestsForgotten: 0,
  eventsForgotten: 0,
};

export function createHousekeeping(pool: Pool, limits: Partial<HousekeepingLimits> = {}): Housekeeping {
  return {
    run: async () =>
      (await tryWithAdvisoryLock(pool, "gluttony housekeeping", async (queries) =>
        keep(queries, { ...fixed, ...(await decidedLimits(queries)), ...limits }),
      )) ?? nothingDone,
  };
}

async function decidedLimits(queries: Queries): Promise<Omit<HousekeepingLimits, keyof typeof fixed>> {
  const now = await settingsNow(queries);
  return {
    letterDays: now["retention.deadLetterDays"],
    historyDays: now["retention.historyDays"],
    errorDays: now["retention.errorDays"],
    eventDays: now["retention.eventDays"],
    operationDays: now["retention.operationDays"],
  };
}

async function keep(queries: Queries, limits: HousekeepingLimits): Promise<HousekeepingCounts> {
  const letters = await purgeLetters(queries, limits.letterDays);
  return {
    isRun: true,
    lettersErased: letters.erased,
    lettersDeleted: letters.deleted,
    lettersParkedAgain: await parkOrphans(queries, limits.leaseMs),
    stepsPurged: await purgeLedger(
      queries,
      { table: "cdc.once", order: "claimed_at", age: "claimed_at" },
      { days: limits.onceDays, rowsMax: limits.onceMax },
    ),
    subjectsPurged: await purgeLedger(
      queries,
      { table: "cdc.fence", order: "updated_at", age: "updated_at" },
      { days: limits.fenceDays, rowsMax: limits.fenceMax },
    ),
    historyPurged: await purgeLedger(
      queries,
      { table: "cdc.state_change", order: "id", age: "at" },
      { days: limits.historyDays, rowsMax: limits.historyMax },
    ),
    errorsPurged: await purgeLedger(
      queries,
      { table: "cdc.consumer_error", order: "last_seen_at", age: "last_seen_at" },
      { days: limits.errorDays, rowsMax: errorGroupsMax },
    ),
    ordersDeleted: await deleteOrders(queries),
    operationsForgotten: await forgetOperations(queries, limits.operationDays),
    requestsForgotten: await forgetRequests(queries),
    eventsForgotten: await forgetEvents(queries, limits.eventDays),
  };
}

/** No host takes letters of an order that does not run; those of a host that died meanwhile go back to a person. */
function parkOrphans(queries: Queries, leaseMs: number): Promise<number> {
  return inSteps((limit) =>
    queries.query<{ count: number }>(
      `with orphans as (
         select d.id from cdc.dead_letter d
         where d.state = 'replaying' and (d.taken_at is null or d.taken_at < now() - $1 * interval '1 millisecond')
           and not exists (
             select from cdc.replay_order o where o.id = d.replay_order_id and o.state = 'running')
         order by d.id limit $2 for update skip locked
       ), parked as (
         update cdc.dead_letter d set ${parkedAgain} from orphans where d.id = orphans.id returning 1
       )
       select count(*)::int as count from parked`,
      [leaseMs, limit],
    ),
  );
}

function deleteOrders(queries: Queries): Promise<number> {
  return inSteps((limit) =>
    queries.query<{ count: number }>(
      `with old as (
         select id from cdc.replay_order where ended_at < now() - $1 * interval '1 day' order by id limit $2
       ), gone as (
         delete from cdc.replay_order o using old where o.id = old.id returning 1
       )
       select count(*)::int as count from gone`,
      [orderDays, limit],
    ),
  );
}

function forgetRequests(queries: Queries): Promise<number> {
  return inSteps((limit) =>
    queries.query<{ count: number }>(
      `with old as (
         select key_hash from cdc.request_memory where at < now() - $1 * interval '1 hour' order by at limit $2
       ), gone as (
         delete from cdc.request_memory m using old where m.key_hash = old.key_hash returning 1
       )
       select count(*)::int as count from gone`,
      [keptHours, limit],
    ),
  );
}

function forgetEvents(queries: Queries, eventDays: number): Promise<number> {
  return inSteps((limit) =>
    queries.query<{ count: number }>(
      `with old as (
         select id from cdc.event where at < now() - $1 * interval '1 day' order by at limit $2
       ), gone as (
         delete from cdc.event e using old where e.id = old.id returning 1
       )
       select count(*)::int as count from gone`,
      [eventDays, limit],
    ),
  );
}
