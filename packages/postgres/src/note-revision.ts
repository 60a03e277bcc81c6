import type { Queries } from "./pool.ts";

/** Something that a person did to a consumer besides changing its row. */
export interface NotedDeed {
  readonly consumerId: string;
  readonly operation: "move" | "fence-clear";
  readonly actor: string;
  readonly reason: string;
}

/**
 * Gives the consumer a new revision, which its hosts hear of: each begins anew with it, also one that has given up.
 * The caller has begun a transaction.
 */
export async function noteRevision(queries: Queries, deed: NotedDeed): Promise<void> {
  await queries.query("select set_config('gluttony.actor', $1, true)", [deed.actor]);
  const [row] = await queries.query(
    `select cdc.record_consumer_revision(c.id::text, $2, cdc.consumer_snapshot(c))
     from cdc.consumer c where c.id::text = $1`,
    [deed.consumerId, deed.operation],
  );
  if (row === undefined) return;
  await queries.query(
    `update cdc.consumer_revision r set reason = $2 from cdc.consumer_head h
     where h.consumer_id = $1 and r.consumer_id = h.consumer_id and r.revision = h.revision`,
    [deed.consumerId, deed.reason],
  );
}
