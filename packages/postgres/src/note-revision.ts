import type { Queries } from "./pool.ts";

/** Something that a person did to a consumer besides changing its row. */
export interface NotedDeed {
  readonly consumerId: string;
  readonly operation: "move" | "fence-clear" | "start" | "pause" | "resume" | "restart";
  readonly actor: string;
  readonly reason: string;
}

/**
 * Gives the consumer a new revision, which its hosts hear of: each begins anew with it, also one that has given up.
 * The caller has begun a transaction.
 */
export async function noteRevision(queries: Queries, deed: NotedDeed): Promise<void> {
  await attribute(queries, deed);
  await queries.query(
    `select cdc.record_consumer_revision(c.id::text, $2, cdc.consumer_snapshot(c))
     from cdc.consumer c where c.id::text = $1`,
    [deed.consumerId, deed.operation],
  );
}

/** Says for the rest of the transaction who changes consumers and why, and what a change of the row is, if not `update`. */
export async function attribute(
  queries: Queries,
  deed: { readonly actor: string; readonly reason?: string; readonly operation?: string },
): Promise<void> {
  await queries.query(
    `select set_config('gluttony.actor', $1, true), set_config('gluttony.reason', $2, true),
       set_config('gluttony.operation', $3, true)`,
    [deed.actor, deed.reason ?? "", deed.operation ?? ""],
  );
}
