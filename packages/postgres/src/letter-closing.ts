import { GluttonyError } from "@gluttony/model";
import { freedBy } from "./free-followers.ts";
import { type LetterSelection, matches, selectionValues } from "./letter-selection.ts";
import { type LetterSet, readLetterSet } from "./letter-set.ts";
import { noteLetters } from "./note-letters.ts";
import type { Pool, Queries } from "./pool.ts";
import { requireReason } from "./reason.ts";
import { createOrder, lockNamed, requireOneConsumer } from "./replay-orders.ts";

/** Letters of one statement, so that none runs long however many are selected. */
const batchSize = 10_000;

/** Who gives letters up, and why. */
export interface Discarding {
  readonly actor: string;
  readonly reason: string;
  /** Judges what was taken before it counts; when it throws, nothing was changed. */
  readonly confirm?: (set: LetterSet) => void;
}

/**
 * Gives parked letters up. Their bytes stay until they are purged, so that a mistake can be taken back. What was
 * parked behind them follows, as it does after a replay that ended well.
 */
export async function discardLetters(
  pool: Pool,
  selection: LetterSelection,
  discarding: Discarding,
): Promise<number> {
  const { actor } = discarding;
  const reason = requireReason(discarding.reason, "dead_letter.reason_required");
  return pool.transaction(async (queries) => {
    const values = selectionValues(selection);
    const consumerId = "ids" in selection ? await requireDiscardable(queries, values) : selection.consumerId;
    const discarded = await inBatches(queries, discardStatement, [...values, actor, reason]);
    discarding.confirm?.(await readLetterSet(queries, discardedNow, [consumerId]));
    await follow(queries, await createOrder(queries, consumerId, { actor, reason }));
    const deed = { actor, reason, consumerId, selection, count: discarded };
    await noteLetters(queries, { action: "dead-letter.discard", ...deed });
    return discarded;
  });
}

/** Takes discarded letters back, as far as their bytes are still there. */
export function restoreLetters(pool: Pool, selection: LetterSelection, actor: string): Promise<number> {
  return pool.transaction(async (queries) => {
    const values = selectionValues(selection);
    if ("ids" in selection) await requireRestorable(queries, values);
    const restored = await inBatches(queries, restoreStatement, [...values, actor, null]);
    const consumerId = "ids" in selection ? null : selection.consumerId;
    const deed = { actor, reason: null, consumerId, selection, count: restored };
    await noteLetters(queries, { action: "dead-letter.restore", ...deed });
    return restored;
  });
}

async function requireDiscardable(queries: Queries, values: readonly unknown[]): Promise<string> {
  const letters = await lockNamed(queries, values);
  const refused = letters.find((letter) => letter.state !== "parked");
  if (refused !== undefined) {
    const facts = { deadLetter: String(refused.id), state: refused.state };
    throw new GluttonyError("dead_letter.not_discardable", facts);
  }
  return requireOneConsumer(letters);
}

async function requireRestorable(queries: Queries, values: readonly unknown[]): Promise<void> {
  const letters = await lockNamed(queries, values);
  const refused = letters.find((letter) => letter.state !== "discarded" || !letter.isEncrypted);
  if (refused === undefined) return;
  throw new GluttonyError("dead_letter.not_restorable", {
    deadLetter: String(refused.id),
    state: refused.state,
    holdsRecord: refused.isEncrypted,
  });
}

/** Runs a statement until no letter is left for it, and answers how many it changed. */
async function inBatches(queries: Queries, statement: string, values: readonly unknown[]): Promise<number> {
  let changed = 0;
  let after = "0";
  for (;;) {
    const [batch] = await queries.query<{ last: string | null; count: number }>(statement, [
      ...values,
      after,
      batchSize,
    ]);
    changed += batch?.count ?? 0;
    if (batch === undefined || batch.last === null || batch.count < batchSize) return changed;
    after = batch.last;
  }
}

const batchOf = (condition: string): string => `batch as materialized (
    select d.id from cdc.dead_letter d where ${matches("d")} and ${condition} and d.id > $10
    order by d.id limit $11 for update
  )`;

const discardStatement = `
  with ${batchOf("d.state = 'parked'")}, changed as (
    update cdc.dead_letter d set state = 'discarded', finished_at = now(), requested_by = $8, reason = $9
    from batch where d.id = batch.id returning d.id
  )
  select max(id)::text as last, count(*)::int as count from changed`;

const restoreStatement = `
  with ${batchOf("d.state = 'discarded' and d.is_encrypted")}, changed as (
    update cdc.dead_letter d set state = 'parked', finished_at = null, requested_by = $8, reason = $9::text
    from batch where d.id = batch.id returning d.id
  )
  select max(id)::text as last, count(*)::int as count from changed`;

/** What this very transaction gave up is known by its time. */
const discardedNow = "d.consumer_id = $1 and d.state = 'discarded' and d.finished_at = now()";

/** An order that nothing follows is not kept. */
async function follow(queries: Queries, orderId: string): Promise<void> {
  await queries.query(
    `with heads as (
       select distinct consumer_id, partition, subject from cdc.dead_letter
       where state = 'discarded' and finished_at = now() and subject <> ''
     ), ${freedBy("$1")}
     update cdc.replay_order set asked = (select count(*) from freed) where id = $1`,
    [orderId],
  );
  await queries.query("delete from cdc.replay_order where id = $1 and asked = 0", [orderId]);
}
