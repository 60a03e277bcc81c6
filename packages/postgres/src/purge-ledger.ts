import type { Queries } from "./pool.ts";
import { inSteps, stepRowsMax } from "./purge-steps.ts";

/** A table that grows per consumer. The names are ours, never a caller's. */
export interface LedgerTable {
  readonly table: "cdc.once" | "cdc.fence" | "cdc.state_change" | "cdc.consumer_error";
  /** The column in whose order rows of a consumer go, the smallest first; it has an index behind `consumer_id`. */
  readonly order: string;
  readonly age: string;
}

/** How much of it stays, per consumer. */
export interface LedgerLimits {
  readonly days: number;
  readonly rowsMax: number;
}

/** Rows beyond the limit that one run counts; more are for the next run. */
const excessMax = 200 * stepRowsMax;

/** Removes rows that are too old, and the oldest of too many, consumer by consumer. Answers how many. */
export async function purgeLedger(
  queries: Queries,
  table: LedgerTable,
  limits: LedgerLimits,
): Promise<number> {
  let purged = 0;
  for (const consumerId of await consumersOf(queries, table)) {
    purged += await purgeOld(queries, { ...table, consumerId }, limits.days);
    purged += await purgeExcess(queries, { ...table, consumerId }, limits.rowsMax);
  }
  return purged;
}

/** Jumps from consumer to consumer in the index, since counting every row would take long. */
async function consumersOf(queries: Queries, { table }: LedgerTable): Promise<readonly string[]> {
  const rows = await queries.query<{ id: string }>(
    `with recursive found (id) as (
       (select consumer_id from ${table} order by consumer_id limit 1)
       union all
       select (select t.consumer_id from ${table} t where t.consumer_id > found.id order by t.consumer_id limit 1)
       from found where found.id is not null
     )
     select id from found where id is not null`,
  );
  return rows.map((row) => row.id);
}

interface LedgerPart extends LedgerTable {
  readonly consumerId: string;
}

function purgeOld(queries: Queries, part: LedgerPart, days: number): Promise<number> {
  return inSteps((limit) =>
    queries.query<{ count: number }>(
      `with old as materialized (
         select ctid from ${part.table} where consumer_id = $1 and ${part.age} < now() - $2 * interval '1 day'
         order by ${part.order} limit $3
       ), gone as (
         delete from ${part.table} t where t.ctid = any(array(select ctid from old)) returning 1
       )
       select count(*)::int as count from gone`,
      [part.consumerId, days, limit],
    ),
  );
}

async function purgeExcess(queries: Queries, part: LedgerPart, rowsMax: number): Promise<number> {
  const [row] = await queries.query<{ count: number }>(
    `select count(*)::int as count from (select from ${part.table} where consumer_id = $1 limit $2) one`,
    [part.consumerId, rowsMax + excessMax],
  );
  let left = (row?.count ?? 0) - rowsMax;
  if (left <= 0) return 0;
  return inSteps(async (limit) => {
    const gone = await queries.query<{ count: number }>(
      `with oldest as materialized (
         select ctid from ${part.table} where consumer_id = $1 order by ${part.order} limit $2
       ), gone as (
         delete from ${part.table} t where t.ctid = any(array(select ctid from oldest)) returning 1
       )
       select count(*)::int as count from gone`,
      [part.consumerId, Math.max(0, Math.min(limit, left))],
    );
    left -= gone[0]?.count ?? 0;
    return gone;
  });
}
