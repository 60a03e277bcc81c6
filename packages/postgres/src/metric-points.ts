import type { Pool } from "./pool.ts";
import { inSteps } from "./purge-steps.ts";

/** What one host counted of one consumer since its last beat. */
export interface MetricCounts {
  readonly consumerId: string;
  readonly received: number;
  readonly done: number;
  readonly filtered: number;
  readonly skipped: number;
  readonly parked: number;
  readonly retried: number;
  readonly commitsFailed: number;
  readonly cellRestarts: number;
  readonly handlerMs: number;
  /** Attempts by the length buckets of the register's durations; the last one has no bound. */
  readonly handlerCounts: readonly number[];
  readonly ackMs: number;
  readonly ackCounts: readonly number[];
  readonly lagRecords: bigint | null;
  readonly lagMs: number | null;
}

/** Sums over hosts and steps. */
export type MetricSums = Omit<MetricCounts, "lagRecords" | "lagMs">;

/** One step of a consumer's series, over all hosts. */
export interface MetricPoint extends MetricCounts {
  readonly at: Date;
}

/** Seconds of a step, and for how long points of it are kept. */
export const metricSteps: readonly { readonly stepS: 10 | 120; readonly keptS: number }[] = [
  { stepS: 10, keptS: 3_600 },
  { stepS: 120, keptS: 86_400 },
];

/** Series for charts, bounded: at most 360 and 720 rows for each consumer and host. */
export interface MetricPoints {
  /** Adds what a host counted, in one statement. */
  add(hostId: string, counts: readonly MetricCounts[]): Promise<void>;
  /** Oldest first. Steps in which nothing was written are left out. */
  read(
    consumerId: string,
    span: { readonly stepS: 10 | 120; readonly from: Date; readonly to: Date },
  ): Promise<readonly MetricPoint[]>;
  /** Sums over the last full steps of 10 seconds, of every consumer that has any, or of these. */
  latest(seconds: number, consumerIds?: readonly string[]): Promise<readonly MetricSums[]>;
  /** Records that each consumer ended in the last full steps of 10 seconds; those without any step are left out. */
  ended(seconds: number): Promise<ReadonlyMap<string, number>>;
  /** Records behind, in steps of 2 minutes, oldest first, of every consumer that has any. */
  lags(seconds: number): Promise<ReadonlyMap<string, readonly number[]>>;
  /** Drops what is older than it is kept. Answers how many rows. */
  purge(): Promise<number>;
}

export function createMetricPoints(pool: Pool): MetricPoints {
  return {
    async add(hostId, counts) {
      if (counts.length === 0) return;
      await pool.query(addStatement, [hostId, JSON.stringify(counts.map(toStored))]);
    },
    async read(consumerId, { stepS, from, to }) {
      const rows = await pool.query<Unsummed<MetricPoint>>(readStatement, [consumerId, stepS, from, to]);
      return rows.map(summed);
    },
    async latest(seconds, consumerIds) {
      const rows = await pool.query<Unsummed<MetricSums>>(latestStatement, [seconds, consumerIds ?? null]);
      return rows.map(summed);
    },
    async ended(seconds) {
      const rows = await pool.query<{ consumerId: string; ended: number }>(endedStatement, [seconds]);
      return new Map(rows.map(({ consumerId, ended }) => [consumerId, ended]));
    },
    async lags(seconds) {
      const rows = await pool.query<{ consumerId: string; lags: readonly number[] }>(lagsStatement, [
        seconds,
      ]);
      return new Map(rows.map(({ consumerId, lags }) => [consumerId, lags]));
    },
    purge: () => purge(pool),
  };
}

/** A row whose counts by length are not added up yet: that is quicker here than in the database. */
type Unsummed<Row extends MetricSums> = Omit<Row, "handlerCounts" | "ackCounts"> & {
  readonly handlerCounts: readonly (readonly number[])[];
  readonly ackCounts: readonly (readonly number[])[];
};

function summed<Row extends MetricSums>(
  row: Unsummed<Row>,
): Omit<Row, "handlerCounts" | "ackCounts"> & Pick<MetricSums, "handlerCounts" | "ackCounts"> {
  return { ...row, handlerCounts: sumOf(row.handlerCounts), ackCounts: sumOf(row.ackCounts) };
}

function sumOf(all: readonly (readonly number[])[]): readonly number[] {
  const sum: number[] = [];
  for (const counts of all)
    for (const [place, count] of counts.entries()) sum[place] = (sum[place] ?? 0) + count;
  return sum;
}

function toStored(counts: MetricCounts): { readonly [column: string]: unknown } {
  return { ...counts, lagRecords: counts.lagRecords === null ? null : String(counts.lagRecords) };
}

// The step is the database's: hosts' clocks differ.
const addStatement = `
  insert into cdc.metric_point as p (consumer_id, step_s, at, host_id, received, done, filtered, skipped, parked, retried,
    commits_failed, cell_restarts, handler_ms, handler_counts, ack_ms, ack_counts, lag_records, lag_ms)
  select "consumerId", step_s, to_timestamp(floor(extract(epoch from now()) / step_s) * step_s), $1, received, done, filtered,
    skipped, parked, retried, "commitsFailed", "cellRestarts", "handlerMs",
    array(select value::bigint from jsonb_array_elements_text("handlerCounts") with ordinality as e(value, place) order by place),
    "ackMs",
    array(select value::bigint from jsonb_array_elements_text("ackCounts") with ordinality as e(value, place) order by place),
    "lagRecords", "lagMs"
  from jsonb_to_recordset($2::jsonb) as s ("consumerId" text, received bigint, done bigint, filtered bigint, skipped bigint,
    parked bigint, retried bigint, "commitsFailed" bigint, "cellRestarts" bigint, "handlerMs" float8, "handlerCounts" jsonb, "ackMs" float8,
    "ackCounts" jsonb, "lagRecords" bigint, "lagMs" float8), (values (10), (120)) as steps(step_s)
  order by "consumerId", step_s
  on conflict (consumer_id, step_s, at, host_id) do update set received = p.received + excluded.received,
    done = p.done + excluded.done, filtered = p.filtered + excluded.filtered, skipped = p.skipped + excluded.skipped,
    parked = p.parked + excluded.parked, retried = p.retried + excluded.retried,
    commits_failed = p.commits_failed + excluded.commits_failed,
    cell_restarts = p.cell_restarts + excluded.cell_restarts, handler_ms = p.handler_ms + excluded.handler_ms,
    handler_counts = cdc.sum_counts(p.handler_counts, excluded.handler_counts), ack_ms = p.ack_ms + excluded.ack_ms,
    ack_counts = cdc.sum_counts(p.ack_counts, excluded.ack_counts),
    lag_records = greatest(p.lag_records, excluded.lag_records), lag_ms = greatest(p.lag_ms, excluded.lag_ms)`;

const sums = `sum(received)::float8 as received, sum(done)::float8 as done, sum(filtered)::float8 as filtered,
  sum(skipped)::float8 as skipped, sum(parked)::float8 as parked, sum(retried)::float8 as retried,
  sum(commits_failed)::float8 as "commitsFailed", sum(cell_restarts)::float8 as "cellRestarts", sum(handler_ms) as "handlerMs",
  json_agg(handler_counts) as "handlerCounts", sum(ack_ms) as "ackMs",
  json_agg(ack_counts) as "ackCounts"`;

const readStatement = `
  select consumer_id as "consumerId", at, ${sums}, sum(lag_records)::bigint as "lagRecords", max(lag_ms) as "lagMs"
  from cdc.metric_point where consumer_id = $1 and step_s = $2 and at >= $3 and at < $4
  group by consumer_id, at order by at`;

// The step under way is left out: it would look as if everything had become slower.
const latestSteps = `step_s = 10
    and at >= to_timestamp(floor(extract(epoch from now()) / 10) * 10) - $1 * interval '1 second'
    and at < to_timestamp(floor(extract(epoch from now()) / 10) * 10)`;

const latestStatement = `
  select consumer_id as "consumerId", ${sums} from cdc.metric_point
  where ${latestSteps} and ($2::text[] is null or consumer_id = any($2)) group by consumer_id`;

const endedStatement = `
  select consumer_id as "consumerId", sum((done + filtered + skipped + parked)::float8) as ended from cdc.metric_point
  where ${latestSteps} group by consumer_id`;

const lagsStatement = `
  select "consumerId", array_agg(lag order by at) as lags from (
    select consumer_id as "consumerId", at, sum(lag_records)::float8 as lag from cdc.metric_point
    where step_s = 120 and at >= now() - $1 * interval '1 second' and lag_records is not null
    group by consumer_id, at
  ) as steps group by "consumerId"`;

async function purge(pool: Pool): Promise<number> {
  let gone = 0;
  for (const { stepS, keptS } of metricSteps) {
    gone += await inSteps((limit) =>
      pool.query<{ count: number }>(
        `with old as (
           select ctid from cdc.metric_point where step_s = $1 and at < now() - $2 * interval '1 second' limit $3
         ), gone as (
           delete from cdc.metric_point p using old where p.ctid = old.ctid returning 1
         )
         select count(*)::int as count from gone`,
        [stepS, keptS, limit],
      ),
    );
  }
  return gone;
}
