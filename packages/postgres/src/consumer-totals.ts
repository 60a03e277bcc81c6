import type { Queries } from "./pool.ts";

/** Sums of one consumer over all partitions of the topics that it reads or read. */
export interface ConsumerTotals {
  readonly consumerId: string;
  readonly done: bigint;
  readonly filtered: bigint;
  readonly skipped: bigint;
  readonly parked: bigint;
  readonly hole: bigint;
  /** Dead letters that wait for a person or for their replay. */
  readonly lettersOpen: bigint;
}

/** Of every consumer that has a position or a dead letter, or of one, in one statement. */
export function readConsumerTotals(
  queries: Queries,
  consumerId: string | null,
): Promise<readonly ConsumerTotals[]> {
  return queries.query<ConsumerTotals & { readonly [name: string]: unknown }>(
    `with endings as (
       select consumer_id, sum(done)::bigint as done, sum(filtered)::bigint as filtered, sum(skipped)::bigint as skipped,
         sum(parked)::bigint as parked, sum(holes)::bigint as hole
       from cdc.position where $1::text is null or consumer_id = $1 group by consumer_id
     ), letters as (
       select consumer_id, count(*) as open from cdc.dead_letter
       where state in ('parked', 'replaying') and ($1::text is null or consumer_id = $1) group by consumer_id
     )
     select coalesce(e.consumer_id, l.consumer_id) as "consumerId", coalesce(e.done, 0) as done,
       coalesce(e.filtered, 0) as filtered, coalesce(e.skipped, 0) as skipped, coalesce(e.parked, 0) as parked,
       coalesce(e.hole, 0) as hole, coalesce(l.open, 0) as "lettersOpen"
     from endings e full join letters l on l.consumer_id = e.consumer_id`,
    [consumerId],
  );
}
