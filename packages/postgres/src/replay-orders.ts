import { type DeadLetterState, GluttonyError, type ReplayOrder } from "@gluttony/model";
import { letterNotFound } from "./letter-id.ts";
import { freeOf, isReplayable, keptBefore, replaysMax } from "./letter-candidates.ts";
import {
  type LetterSelection,
  isBefore,
  isSameSubject,
  matches,
  selectionValues,
} from "./letter-selection.ts";
import { type LetterSet, readLetterSet } from "./letter-set.ts";
import { noteLetters } from "./note-letters.ts";
import type { Pool, Queries } from "./pool.ts";
import { trimmedReason } from "./reason.ts";

/** Letters of one statement, so that none runs long however many are asked for. */
const batchSize = 10_000;
const ordersMax = 200;

/** Who asks for a replay, why, and how carefully it is to be done. */
export interface ReplayWish {
  readonly actor: string;
  readonly reason?: string;
  /** Letters begun per second at most; left out: no limit. */
  readonly perSecondMax?: number | null;
  /** Failures after which the rest goes back to parked; left out: never. */
  readonly failuresMax?: number | null;
  /** Also letters that failed five replays. */
  readonly force?: boolean;
  /** Judges what was taken before it counts; when it throws, nothing was changed. */
  readonly confirm?: (set: LetterSet) => void;
}

/** Makes one order and gives it every letter that is selected and may be replayed. */
export function requestReplays(
  pool: Pool,
  selection: LetterSelection,
  wish: ReplayWish,
): Promise<ReplayOrder> {
  return pool.transaction(async (queries) => {
    const values = selectionValues(selection);
    const consumerId =
      "ids" in selection ? await requireReplayable(queries, values, wish) : selection.consumerId;
    const id = await createOrder(queries, consumerId, wish);
    // Named letters have been judged above, with a word for each refusal.
    const isAnyReplays = "ids" in selection || wish.force === true;
    const asked = await assignAll(queries, [...values, isAnyReplays, id, wish.actor]);
    wish.confirm?.(await readLetterSet(queries, "d.replay_order_id = $1::bigint", [id]));
    await queries.query(
      `update cdc.replay_order set asked = $2::bigint, state = case when $2::bigint = 0 then 'done' else state end,
         ended_at = case when $2::bigint = 0 then now() end where id = $1`,
      [id, asked],
    );
    const { actor, reason } = wish;
    const deed = { actor, reason: reason ?? null, consumerId, selection, count: Number(asked) };
    await noteLetters(queries, { action: "dead-letter.replay", ...deed });
    return requireOrder(queries, id);
  });
}

/** Newest first, at most 200. */
export function listOrders(queries: Queries, consumerId: string | null): Promise<readonly ReplayOrder[]> {
  return readOrders(queries, "($1::text is null or consumer_id = $1)", consumerId);
}

/** Makes an order without letters; who makes it gives them. */
export async function createOrder(queries: Queries, consumerId: string, wish: ReplayWish): Promise<string> {
  const rate = wish.perSecondMax ?? null;
  const [row] = await queries.query<{ id: string }>(
    `insert into cdc.replay_order (consumer_id, actor, reason, per_second_max, failures_max, tokens)
     values ($1, $2, $3, $4, $5, greatest(1, $4::double precision)) returning id::text as id`,
    [
      consumerId,
      wish.actor,
      trimmedReason(wish.reason ?? "", "dead_letter.reason_required"),
      rate,
      wish.failuresMax ?? null,
    ],
  );
  return row?.id ?? "";
}

interface NamedLetter {
  readonly id: bigint;
  readonly consumerId: string;
  readonly state: DeadLetterState;
  readonly isEncrypted: boolean;
  readonly replays: number;
}

/** Locks in the order of ids, so that two requests cannot lock each other out. Answers the letters' consumer. */
async function requireReplayable(
  queries: Queries,
  values: readonly unknown[],
  wish: ReplayWish,
): Promise<string> {
  const letters = await lockNamed(queries, values);
  for (const letter of letters) requireOneReplayable(letter, wish.force === true);
  const [behind] = await queries.query<{ id: bigint; earlier: bigint }>(
    `select d.id, min(e.id) as earlier from cdc.dead_letter d
     join cdc.dead_letter e on ${isSameSubject("e", "d")} and ${isBefore("e", "d")}
     where ${matches("d")} and d.is_behind and e.state = 'parked' and not ${matches("e")}
     group by d.id order by d.id limit 1`,
    values,
  );
  if (behind !== undefined) {
    const facts = { deadLetter: String(behind.id), earlier: String(behind.earlier) };
    throw new GluttonyError("dead_letter.behind_another", facts);
  }
  return requireOneConsumer(letters);
}

/** The letters named, locked. Throws `dead_letter.not_found` unless all exist. */
export async function lockNamed(
  queries: Queries,
  values: readonly unknown[],
): Promise<readonly NamedLetter[]> {
  const letters = await queries.query<NamedLetter & { readonly [name: string]: unknown }>(
    `select d.id, d.consumer_id as "consumerId", d.state, d.is_encrypted as "isEncrypted", d.replays
     from cdc.dead_letter d where ${matches("d")} order by d.id for update`,
    values,
  );
  const found = new Set(letters.map((letter) => String(letter.id)));
  const ids: unknown = values[0];
  const absent = Array.isArray(ids) ? ids.map(String).find((id) => !found.has(id)) : undefined;
  if (absent !== undefined) throw letterNotFound(absent);
  return letters;
}

function requireOneReplayable(letter: NamedLetter, isForced: boolean): void {
  const deadLetter = String(letter.id);
  if (letter.state !== "parked" || !letter.isEncrypted) {
    throw new GluttonyError("dead_letter.not_replayable", {
      deadLetter,
      state: letter.state,
      holdsRecord: letter.isEncrypted,
    });
  }
  if (letter.replays >= replaysMax && !isForced) {
    throw new GluttonyError("dead_letter.replay_loop", { deadLetter, replays: letter.replays });
  }
}

/** An order belongs to one consumer. Throws `request.invalid` for letters of several, or for none at all. */
export function requireOneConsumer(letters: readonly { readonly consumerId: string }[]): string {
  const consumers = new Set(letters.map((letter) => letter.consumerId));
  const [consumerId] = consumers;
  if (consumerId !== undefined && consumers.size === 1) return consumerId;
  throw new GluttonyError("request.invalid", { path: "ids", consumers: consumers.size, rightWouldBe: 1 });
}

/** A filter's letters, batch by batch. */
async function assignAll(queries: Queries, values: readonly unknown[]): Promise<bigint> {
  let asked = 0n;
  let after = 0n;
  for (;;) {
    const [batch] = await queries.query<{ last: bigint | null; seen: bigint; chosen: bigint }>(
      assignStatement,
      [...values, String(after), batchSize],
    );
    if (batch === undefined || batch.last === null) return asked;
    asked += batch.chosen;
    after = batch.last;
    if (batch.seen < BigInt(batchSize)) return asked;
  }
}

const assignStatement = `
  with batch as materialized (
    select d.id, d.consumer_id, d.partition, d.subject, d.topic_id, d."offset", d.is_behind
    from cdc.dead_letter d where ${isReplayable("d")} and d.id > $11 order by d.id limit $12 for update
  ), ${keptBefore("batch")}, free as (${freeOf("batch")}), chosen as (
    update cdc.dead_letter d set state = 'replaying', replay_order_id = $9, replay_requested_at = now(),
      requested_by = $10, taken_by = null, taken_at = null
    from free where d.id = free.id returning 1
  )
  select max(id) as last, count(*) as seen, (select count(*) from chosen) as chosen from batch`;

async function requireOrder(queries: Queries, id: string): Promise<ReplayOrder> {
  const [order] = await readOrders(queries, "o.id = $1::bigint", id);
  if (order === undefined) throw new GluttonyError("database.failed", { reason: "order not kept" });
  return order;
}

interface OrderRow extends Omit<ReplayOrder, "asked" | "succeeded" | "failed"> {
  readonly asked: bigint;
  readonly succeeded: bigint;
  readonly failed: bigint;
}

async function readOrders(
  queries: Queries,
  condition: string,
  value: string | null,
): Promise<readonly ReplayOrder[]> {
  const rows = await queries.query<OrderRow & { readonly [name: string]: unknown }>(
    `select id::text as id, consumer_id as "consumerId", state, actor, reason, per_second_max as "perSecondMax",
       failures_max as "failuresMax", asked, succeeded, failed, asked_at as "askedAt", ended_at as "endedAt"
     from cdc.replay_order o where ${condition} order by o.id desc limit ${ordersMax}`,
    [value],
  );
  return rows.map((row) => ({
    ...row,
    asked: Number(row.asked),
    succeeded: Number(row.succeeded),
    failed: Number(row.failed),
  }));
}
