import { freeOf, isReplayable, keptBefore, replaysMax } from "./letter-candidates.ts";
import { isSameSubject, type LetterSelection, matches, selectionValues } from "./letter-selection.ts";
import { digestOf, type LetterSet } from "./letter-set.ts";
import type { Pool, Queries } from "./pool.ts";
import { lockNamed, requireOneConsumer } from "./replay-orders.ts";

/** Codes, partitions and keys that one plan tells apart, the most frequent first. */
const toldMax = { codes: 50, partitions: 200, keys: 20 };

/** What a replay or a discard would take, and what it would leave. */
export interface LetterPlan {
  readonly consumerId: string;
  readonly set: LetterSet;
  readonly byFailureCode: readonly { readonly failureCode: string; readonly count: number }[];
  readonly byPartition: readonly { readonly partition: number; readonly count: number }[];
  readonly keys: {
    readonly count: number;
    readonly most: readonly { readonly subject: string; readonly count: number }[];
  };
  /** Parked behind these and not among them: they follow once those before them ended well or were given up. */
  readonly followers: number;
  /** Matches that would stay, by why. */
  readonly leftOut: {
    readonly behindAnother: number;
    /** They failed five replays: only with `force`. */
    readonly forceNeeded: number;
    readonly withoutRecord: number;
    readonly underWay: number;
    /** Named letters that are replayed or discarded already. */
    readonly closed: number;
  };
}

/** What a replay would take. Throws as the replay itself for ids that are none, or of several consumers. */
export function planReplays(pool: Pool, selection: LetterSelection, isForced: boolean): Promise<LetterPlan> {
  return plan(pool, selection, {
    chosen: `candidate as materialized (
      select ${columnsOf("d")} from cdc.dead_letter d where ${isReplayable("d")}
    ), ${keptBefore("candidate")}, chosen as materialized (${freeOf("candidate")})`,
    behindAnother: "(select count(*) from candidate) - (select count(*) from chosen)",
    forceNeeded: `count(*) filter (where m.state = 'parked' and m.is_encrypted and not $8::boolean and m.replays >= ${replaysMax})`,
    withoutRecord: "count(*) filter (where m.state = 'parked' and not m.is_encrypted)",
    isForced,
  });
}

/** What a discard would take. */
export function planDiscard(pool: Pool, selection: LetterSelection): Promise<LetterPlan> {
  return plan(pool, selection, {
    chosen: `chosen as materialized (
      select ${columnsOf("d")} from cdc.dead_letter d where ${matches("d")} and d.state = 'parked' and $8::boolean
    )`,
    behindAnother: "0::bigint",
    forceNeeded: "0::bigint",
    withoutRecord: "0::bigint",
    isForced: true,
  });
}

interface Taking {
  /** SQL of a `with` that gives `chosen`. */
  readonly chosen: string;
  readonly behindAnother: string;
  readonly forceNeeded: string;
  readonly withoutRecord: string;
  readonly isForced: boolean;
}

function columnsOf(alias: string): string {
  const names = ["id", "consumer_id", "partition", "subject", "topic_id", '"offset"', "is_behind"];
  const more = ["failure_code", "replays", "parked_at"];
  return [...names, ...more].map((name) => `${alias}.${name}`).join(", ");
}

function plan(pool: Pool, selection: LetterSelection, taking: Taking): Promise<LetterPlan> {
  return pool.transaction(async (queries) => {
    const values = selectionValues(selection);
    const consumerId =
      "ids" in selection ? requireOneConsumer(await lockNamed(queries, values)) : selection.consumerId;
    const row = await readPlan(queries, taking, [...values, taking.isForced]);
    return {
      consumerId,
      set: { count: Number(row.count), digest: row.digest },
      byFailureCode: row.byFailureCode,
      byPartition: row.byPartition,
      keys: { count: Number(row.keyCount), most: row.keys },
      followers: Number(row.followers),
      leftOut: {
        behindAnother: Number(row.behindAnother),
        forceNeeded: Number(row.forceNeeded),
        withoutRecord: Number(row.withoutRecord),
        underWay: Number(row.underWay),
        closed: Number(row.closed),
      },
    };
  });
}

interface PlanRow {
  readonly [column: string]: unknown;
  readonly count: bigint;
  readonly digest: string;
  readonly byFailureCode: LetterPlan["byFailureCode"];
  readonly byPartition: LetterPlan["byPartition"];
  readonly keys: LetterPlan["keys"]["most"];
  readonly keyCount: bigint;
  readonly followers: bigint;
  readonly behindAnother: bigint;
  readonly forceNeeded: bigint;
  readonly withoutRecord: bigint;
  readonly underWay: bigint;
  readonly closed: bigint;
}

const nothing: PlanRow = {
  count: 0n,
  digest: "0",
  byFailureCode: [],
  byPartition: [],
  keys: [],
  keyCount: 0n,
  followers: 0n,
  behindAnother: 0n,
  forceNeeded: 0n,
  withoutRecord: 0n,
  underWay: 0n,
  closed: 0n,
};

async function readPlan(
  queries: Queries,
  { chosen, behindAnother, forceNeeded, withoutRecord }: Taking,
  values: readonly unknown[],
): Promise<PlanRow> {
  // Of a filter, closed letters are not looked at: there may be a year of them.
  const [row] = await queries.query<PlanRow>(
    `with ${chosen}, heads as (
       select distinct consumer_id, partition, subject from chosen where subject <> ''
     ), stays as (
       select ${behindAnother} as behind, ${forceNeeded} as force, ${withoutRecord} as bare,
         count(*) filter (where m.state = 'replaying') as "underWay",
         count(*) filter (where m.state in ('replayed', 'discarded')) as closed
       from cdc.dead_letter m
       where ${matches("m")} and ($1::bigint[] is not null or m.state in ('parked', 'replaying'))
     )
     select (select count(*) from chosen) as count, (select ${digestOf("c")} from chosen c) as digest,
       ${toldOf("failure_code", "failureCode", toldMax.codes)} as "byFailureCode",
       ${toldOf("partition", "partition", toldMax.partitions)} as "byPartition",
       ${toldOf("nullif(subject, '')", "subject", toldMax.keys)} as keys,
       (select count(*) from heads) as "keyCount",
       (select count(*) from cdc.dead_letter b join heads h on ${isSameSubject("b", "h")}
        where b.state = 'parked' and b.is_behind and not exists (select from chosen c where c.id = b.id)) as followers,
       stays.behind as "behindAnother", stays.force as "forceNeeded", stays.bare as "withoutRecord",
       stays."underWay", stays.closed
     from stays`,
    values,
  );
  return row ?? nothing;
}

/** SQL: how many letters there are of each value, as JSON. */
function toldOf(column: string, name: string, atMost: number): string {
  return `(select coalesce(json_agg(json_build_object('${name}', t.value, 'count', t.n) order by t.n desc, t.value), '[]')
    from (select ${column} as value, count(*) as n from chosen where ${column} is not null
      group by 1 order by 2 desc, 1 limit ${atMost}) t)`;
}
