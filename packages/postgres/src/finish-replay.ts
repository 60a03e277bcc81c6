import type { Failure } from "@gluttony/model";
import { idOf } from "./letter-id.ts";
import { freedBy } from "./free-followers.ts";
import { isBefore, isSameSubject } from "./letter-selection.ts";
import { messageOf } from "./letter-message.ts";
import type { Pool, Queries } from "./pool.ts";
import { endFinishedOrders } from "./take-replays.ts";

/** Letters of one statement, so that stopping a large order does not run long. */
const batchSize = 10_000;

/** How one replay ended. */
export interface ReplayEnd {
  readonly id: string;
  readonly hostId: string;
  /** Null: it ended well. */
  readonly failure: Failure | null;
}

/** The lowest offset at which a letter of the subject is still open; null when there is none. */
export interface FinishedReplay {
  readonly firstOpen: bigint | null;
}

/** Ends a replay. What is not under way any more is left alone, so finishing twice changes nothing. */
export async function finishReplay(pool: Pool, end: ReplayEnd): Promise<FinishedReplay> {
  const id = idOf(end.id);
  if (id === null) return { firstOpen: null };
  return pool.transaction(async (queries) => {
    const orderId = await lockOrderOf(queries, String(id));
    const ended = end.failure === null ? await endWell(queries, id) : await endBadly(queries, id, end);
    if (ended && end.failure === null) await afterSuccess(queries, String(id), orderId);
    if (ended && end.failure !== null) await afterFailure(queries, String(id), orderId);
    if (orderId !== null) await endFinishedOrders(queries, [orderId]);
    return { firstOpen: await firstOpenOf(queries, String(id)) };
  });
}

/** The order is locked before its letters, by everybody: so its count and its end are exact. */
async function lockOrderOf(queries: Queries, id: string): Promise<string | null> {
  const [order] = await queries.query<{ id: string }>(
    `select o.id::text as id from cdc.replay_order o
     where o.id = (select replay_order_id from cdc.dead_letter where id = $1) for update`,
    [id],
  );
  return order?.id ?? null;
}

/** Success erases the bytes: nobody needs them any more. It counts whoever tells it, for it did happen. */
async function endWell(queries: Queries, id: bigint): Promise<boolean> {
  const rows = await queries.query(
    `update cdc.dead_letter set state = 'replayed', finished_at = now(), replays = replays + 1,
       key_bytes = null, value_bytes = null, headers = null, is_encrypted = false
     where id = $1 and state = 'replaying' returning 1 as one`,
    [String(id)],
  );
  return rows.length > 0;
}

/** A failure counts only from the host that holds the letter: another one may be running it by now. */
async function endBadly(queries: Queries, id: bigint, end: ReplayEnd): Promise<boolean> {
  const { failure, hostId } = end;
  if (failure === null) return false;
  const rows = await queries.query(
    `update cdc.dead_letter set state = 'parked', failure_kind = $2, failure_code = $3, failure_message = $4,
       target = $5, attempts = attempts + 1, replays = replays + 1, is_behind = false, taken_by = null,
       taken_at = null, replay_requested_at = null
     where id = $1 and state = 'replaying' and taken_by = $6 returning 1 as one`,
    [String(id), failure.kind, failure.code, messageOf(failure), failure.target ?? null, hostId],
  );
  return rows.length > 0;
}

/** The letters that were parked behind this one follow it, in the same order, unless that was stopped. */
async function afterSuccess(queries: Queries, id: string, orderId: string | null): Promise<void> {
  await queries.query(
    `with heads as (
       select d.consumer_id, d.partition, d.subject from cdc.dead_letter d where d.id = $1 and exists (
         select from cdc.replay_order o where o.id = $2 and o.state = 'running')
     ), ${freedBy("$2")}
     update cdc.replay_order set succeeded = succeeded + 1, asked = asked + (select count(*) from freed)
     where id = $2`,
    [id, orderId],
  );
}

async function afterFailure(queries: Queries, id: string, orderId: string | null): Promise<void> {
  await queries.query(
    `update cdc.dead_letter b set ${parkedAgain} from cdc.dead_letter d
     where d.id = $1 and ${isSameSubject("b", "d")} and ${isBefore("d", "b")} and b.state = 'replaying'
       and b.is_behind and b.taken_at is null`,
    [id],
  );
  const [order] = await queries.query<{ state: string }>(
    `update cdc.replay_order set failed = failed + 1,
       state = case when state = 'running' and failed + 1 >= failures_max then 'stopped' else state end,
       ended_at = case when state = 'running' and failed + 1 >= failures_max then now() else ended_at end
     where id = $1 returning state`,
    [orderId],
  );
  if (order?.state === "stopped") await parkTheRest(queries, orderId);
}

/** Back to a person. The order is forgotten, for the letter waits for nothing any more. */
export const parkedAgain =
  "state = 'parked', replay_order_id = null, replay_requested_at = null, taken_by = null, taken_at = null";

/** Letters that a host has taken are left to end: a success that nobody writes down would be sent again. */
async function parkTheRest(queries: Queries, orderId: string | null): Promise<void> {
  for (;;) {
    const rows = await queries.query<{ count: number }>(
      `with batch as (
         select id from cdc.dead_letter where replay_order_id = $1 and state = 'replaying' and taken_at is null
         order by id limit $2 for update
       ), parked as (
         update cdc.dead_letter d set ${parkedAgain} from batch where d.id = batch.id returning 1
       )
       select count(*)::int as count from parked`,
      [orderId, batchSize],
    );
    if ((rows[0]?.count ?? 0) < batchSize) return;
  }
}

async function firstOpenOf(queries: Queries, id: string): Promise<bigint | null> {
  const [row] = await queries.query<{ first: bigint | null }>(
    `select min(e."offset") as first from cdc.dead_letter d join cdc.dead_letter e on ${isSameSubject("e", "d")}
     where d.id = $1 and e.state in ('parked', 'replaying')`,
    [id],
  );
  return row?.first ?? null;
}
