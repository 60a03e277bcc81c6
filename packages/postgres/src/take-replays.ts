import { GluttonyError } from "@gluttony/model";
import type { ReplayRequest } from "@gluttony/runtime";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { type LetterBytes, type LetterPlace, openLetter } from "./letter-bytes.ts";
import { isBefore, isSameSubject } from "./letter-selection.ts";
import type { Pool, Queries } from "./pool.ts";
import type { SecretBox } from "./secret-box.ts";

/** Orders of one consumer that are served at once; younger ones wait for these. */
const ordersAtOnce = 100;

/** Which letters a host wants. */
export interface WantedReplays {
  readonly consumerId: string;
  readonly partitions: readonly number[];
  readonly limit: number;
}

/** What was taken. */
export interface TakenReplays {
  readonly readable: readonly ReplayRequest[];
  /** Ids of letters that were sealed with another key. */
  readonly unreadable: readonly string[];
}

/** Who takes letters, and how long they stay theirs. */
export interface Taker {
  readonly hostId: string;
  readonly box: SecretBox;
  readonly leaseMs: number;
}

/**
 * Takes letters within the rate of each order. The orders' rows are locked first: so the hosts of one consumer
 * take one after another, and no token is spent twice.
 */
export async function takeReplays(pool: Pool, wanted: WantedReplays, taker: Taker): Promise<TakenReplays> {
  const [running] = await pool.query(
    "select from cdc.replay_order where consumer_id = $1 and state = 'running' limit 1",
    [wanted.consumerId],
  );
  if (running === undefined) return { readable: [], unreadable: [] };
  const rows = await pool.transaction(async (queries) => {
    const orderIds = await lockOrders(queries, wanted.consumerId);
    await endFinishedOrders(queries, orderIds);
    return take(queries, { orderIds, wanted }, taker);
  });
  const readable: ReplayRequest[] = [];
  const unreadable: string[] = [];
  for (const row of rows) {
    const replay = toReplay(row, wanted.consumerId, taker.box);
    if (replay === null) unreadable.push(row.id);
    else readable.push(replay);
  }
  return { readable, unreadable };
}

async function lockOrders(queries: Queries, consumerId: string): Promise<readonly string[]> {
  const rows = await queries.query<{ id: string }>(
    `select id::text as id from cdc.replay_order o
     where o.consumer_id = $1 and o.state = 'running' order by o.id limit $2 for update`,
    [consumerId, ordersAtOnce],
  );
  return rows.map((row) => row.id);
}

/** An order with nothing left is done. The caller has locked the orders, so none gets a letter meanwhile. */
export async function endFinishedOrders(queries: Queries, orderIds: readonly string[]): Promise<void> {
  await queries.query(
    `update cdc.replay_order o set state = 'done', ended_at = now()
     where o.id = any($1::bigint[]) and o.state = 'running' and not exists (
       select from cdc.dead_letter d where d.replay_order_id = o.id and d.state = 'replaying')`,
    [orderIds],
  );
}

interface TakenRow extends LetterBytes {
  readonly id: string;
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestampMs: bigint;
  readonly idempotencyKey: string;
  readonly attempts: number;
  readonly subject: string;
}

const isFree = (alias: string): string =>
  `(${alias}.taken_at is null or ${alias}.taken_at < now() - $4 * interval '1 millisecond')`;

/**
 * Of a subject only the earliest letter that waits is taken, and only while none of its letters is out. An
 * order's bucket holds what its rate gives in a second, at least one letter.
 */
const takeStatement = `
  with level as materialized (
    select o.id, o.per_second_max is null as is_unlimited, c.at,
      least(greatest(1, o.per_second_max),
        o.tokens + greatest(0, extract(epoch from c.at - o.tokens_at)::double precision) * o.per_second_max) as tokens
    from cdc.replay_order o cross join (select clock_timestamp() as at) c
    where o.id = any($6::bigint[]) and o.state = 'running'
  ), next as materialized (
    select n.id from level cross join lateral (
      select d.id from cdc.dead_letter d
      where d.replay_order_id = level.id and d.consumer_id = $1 and d.state = 'replaying' and d.is_encrypted
        and d.partition = any($5::int[]) and ${isFree("d")}
        and not exists (
          select from cdc.dead_letter e where ${isSameSubject("e", "d")} and e.state = 'replaying' and e.id <> d.id
            and (${isBefore("e", "d")} or not ${isFree("e")}))
      order by d.id limit case when level.is_unlimited then $2::int else least($2::int, floor(level.tokens)::int) end
    ) n order by n.id limit $2
  ), locked as (
    select d.id from cdc.dead_letter d where d.id in (select id from next) and d.state = 'replaying' and ${isFree("d")}
    for update skip locked
  ), taken as (
    update cdc.dead_letter d set taken_by = $3, taken_at = now() from locked where d.id = locked.id returning d.*
  ), spent as (
    update cdc.replay_order o set tokens = level.tokens - t.count, tokens_at = level.at
    from level join (select replay_order_id as id, count(*) as count from taken group by 1) t on t.id = level.id
    where o.id = level.id and not level.is_unlimited
  )
  select id::text as id, topic, topic_id as "topicId", partition, "offset", record_ts as "timestampMs",
    idempotency_key as "idempotencyKey", attempts, key_bytes as key, value_bytes as value, headers,
    is_encrypted as "isEncrypted", subject
  from taken order by taken.id`;

function take(
  queries: Queries,
  scope: { readonly orderIds: readonly string[]; readonly wanted: WantedReplays },
  taker: Taker,
): Promise<readonly TakenRow[]> {
  const { orderIds, wanted } = scope;
  return queries.query<TakenRow & { readonly [name: string]: unknown }>(takeStatement, [
    wanted.consumerId,
    wanted.limit,
    taker.hostId,
    taker.leaseMs,
    wanted.partitions,
    orderIds,
  ]);
}

/** Null when it cannot be read. */
function toReplay(row: TakenRow, consumerId: string, box: SecretBox): ReplayRequest | null {
  const { topic, topicId, partition, offset } = row;
  const content = contentOf(row, { consumerId, topicId, topic, partition, offset }, box);
  if (content === null) return null;
  return {
    id: row.id,
    record: { topic, partition, offset, timestampMs: Number(row.timestampMs), ...content },
    idempotencyKey: row.idempotencyKey,
    attempts: row.attempts,
    subject: row.subject,
  };
}

function contentOf(
  row: TakenRow,
  place: LetterPlace,
  box: SecretBox,
): Pick<RawRecord, "key" | "value" | "headers"> | null {
  try {
    return openLetter(row, place, box);
  } catch (error) {
    if (error instanceof GluttonyError && error.code === "secret.unreadable") return null;
    throw error;
  }
}
