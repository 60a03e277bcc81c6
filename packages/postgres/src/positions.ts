import assert from "node:assert/strict";
import { GluttonyError, type Position } from "@gluttony/model";
import type { Advance, Positions } from "@gluttony/runtime";
import { choosePosition, type ChosenPosition } from "./choose-position.ts";
import {
  choosePositions,
  type DoneMove,
  type PlannedMoves,
  type PositionSnapshot,
  positionSnapshots,
} from "./choose-positions.ts";
import { type ConsumerIdColumn, readConsumerIdColumn } from "./consumer-id.ts";
import { constraintOf } from "./errors.ts";
import type { Pool, Queries } from "./pool.ts";
import { storedJson } from "./stored-json.ts";
import { storedWaiting, type StoredWaiting, toWaiting } from "./waiting-records.ts";

/** The runtime's port, and what a person may do to positions. */
export interface PositionStore extends Positions {
  /**
   * A person decides from where to read. Forward within the same topic what lies between counts as skipped; else the
   * partition gets a new account. Works while hosts run: their next mark is refused and they begin anew. Throws
   * `position.invalid` outside of the bounds, `position.reason_required`.
   */
  choose(consumerId: string, chosen: ChosenPosition): Promise<Position>;
  /** The same for several partitions, planned before. Throws `position.plan_stale`, `position.reason_required`. */
  chooseAll(consumerId: string, planned: PlannedMoves): Promise<readonly DoneMove[]>;
  /** Where partitions stood before a person moved them, newest first. */
  snapshots(consumerId: string): Promise<readonly PositionSnapshot[]>;
  /** Records filtered so far, per rule. */
  filteredByRule(consumerId: string): Promise<ReadonlyMap<string, bigint>>;
}

/** `hostId` is written beside every mark, to tell who moved it last. */
export function createPositions(pool: Pool, hostId: string): PositionStore {
  let idColumn: Promise<ConsumerIdColumn> | undefined;
  const idType = async (): Promise<string> => {
    idColumn ??= readConsumerIdColumn(pool).catch((error: unknown) => {
      idColumn = undefined;
      throw error;
    });
    return (await idColumn).type;
  };
  return {
    load: (consumerId, topic) => load(pool, consumerId, topic),
    begin: (consumerId, position) => begin(pool, { consumerId, hostId, position }),
    choose: (consumerId, chosen) => choosePosition(pool, { consumerId, hostId }, chosen),
    chooseAll: (consumerId, planned) => choosePositions(pool, { consumerId, hostId }, planned),
    snapshots: (consumerId) => positionSnapshots(pool, consumerId),
    async advance(consumerId, topic, advances) {
      if (advances.length === 0) return new Set();
      const values = [consumerId, topic, hostId, ...columnsOf(advances)];
      try {
        return await advance(pool, advanceStatement(await idType()), values);
      } catch (error) {
        if (constraintOf(error) !== "position_adds_up") throw error;
        throw unbalanced(advances, error);
      }
    },
    filteredByRule: (consumerId) => filteredByRule(pool, consumerId),
  };
}

interface PositionRow {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly start: bigint;
  readonly mark: bigint;
  readonly done: bigint;
  readonly filtered: bigint;
  readonly skipped: bigint;
  readonly parked: bigint;
  readonly holes: bigint;
  readonly endedAbove: Buffer | null;
  readonly waiting: readonly StoredWaiting[] | null;
  readonly saves: bigint;
  readonly partitionsAtStart: number | null;
  readonly isChosen: boolean;
}

async function load(queries: Queries, consumerId: string, topic: string): Promise<readonly Position[]> {
  const rows = await queries.query<PositionRow & { readonly [name: string]: unknown }>(
    `select topic, topic_id as "topicId", partition, start_offset as start, mark,
       done, filtered, skipped, parked, holes, ended_above as "endedAbove", waiting, saves, partitions_at_start as "partitionsAtStart", is_chosen as "isChosen"
     from cdc.position where consumer_id = $1 and topic = $2 order by partition`,
    [consumerId, topic],
  );
  return rows.map(toPosition);
}

function toPosition(row: PositionRow): Position {
  return {
    topic: row.topic,
    topicId: row.topicId,
    partition: row.partition,
    start: row.start,
    mark: row.mark,
    endings: {
      done: Number(row.done),
      filtered: Number(row.filtered),
      skipped: Number(row.skipped),
      parked: Number(row.parked),
      hole: Number(row.holes),
    },
    endedAbove: row.endedAbove,
    waiting: toWaiting(row.waiting),
    saves: row.saves,
    partitionsAtStart: row.partitionsAtStart,
    isChosen: row.isChosen,
  };
}

interface Entry {
  readonly consumerId: string;
  readonly hostId: string;
  readonly position: Position;
}

async function begin(queries: Queries, entry: Entry): Promise<void> {
  const { consumerId, hostId, position } = entry;
  const { endings } = position;
  await queries.query(
    `insert into cdc.position (consumer_id, topic, topic_id, partition, start_offset, mark,
       done, filtered, skipped, parked, holes, host_id, partitions_at_start)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (consumer_id, topic, partition) do nothing`,
    [
      consumerId,
      position.topic,
      position.topicId,
      position.partition,
      position.start,
      position.mark,
      endings.done,
      endings.filtered,
      endings.skipped,
      endings.parked,
      endings.hole,
      hostId,
      position.partitionsAtStart ?? null,
    ],
  );
}

/**
 * Compare and set of every partition, the account, and `count`, in one statement and so in one transaction. A
 * second owner waits for the row, sees that it was written and moves nothing. Rows are locked in their order, so two
 * owners cannot lock each other out; the rules' rows follow the consumer's row for the same reason.
 */
function advanceStatement(idType: string): string {
  return `
    with wanted as (
      select * from unnest($4::int[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
        $10::bigint[], $11::bigint[], $12::bigint[], $16::bytea[], $17::jsonb[], $18::boolean[], $19::bigint[])
        as w (partition, topic_id, mark_from, mark_to, done, filtered, skipped, parked, holes, ended_above, waiting,
          keeps_waiting, saves)
      order by partition
    ), moved as (
      update cdc.position p set mark = w.mark_to, done = p.done + w.done, filtered = p.filtered + w.filtered,
        skipped = p.skipped + w.skipped, parked = p.parked + w.parked, holes = p.holes + w.holes,
        ended_above = w.ended_above, waiting = case when w.keeps_waiting then p.waiting else w.waiting end,
        saves = p.saves + 1, is_chosen = false, host_id = $3, updated_at = now()
      from wanted w
      where p.consumer_id = $1 and p.topic = $2 and p.partition = w.partition
        and p.topic_id = w.topic_id and p.mark = w.mark_from and p.saves = w.saves
      returning p.partition, w.done
    ), counted as (
      update cdc.consumer c set count = coalesce(c.count, 0) + m.done
      from (select coalesce(sum(done), 0)::bigint as done from moved) m
      where c.id = ($1::text)::${idType} and m.done > 0
      returning 1
    ), filtered as (
      insert into cdc.filtered_count as f (consumer_id, rule, count)
      select $1, r.rule, sum(r.count)::bigint
      from unnest($13::int[], $14::text[], $15::bigint[]) as r (partition, rule, count)
      join moved m on m.partition = r.partition
      where (select count(*) from counted) >= 0
      group by r.rule order by r.rule
      on conflict (consumer_id, rule) do update set count = f.count + excluded.count
    )
    select partition from moved`;
}

async function advance(
  queries: Queries,
  statement: string,
  values: readonly unknown[],
): Promise<ReadonlySet<number>> {
  const rows = await queries.query<{ partition: number }>(statement, values);
  return new Set(rows.map((row) => row.partition));
}

/** The advances as one array per column. Numbers go as texts: an offset exceeds what JavaScript holds. */
function columnsOf(advances: readonly Advance[]): readonly unknown[] {
  const partitions = advances.map((one) => one.partition);
  assert.equal(new Set(partitions).size, partitions.length, "a partition advances once per save");
  const rules = advances.flatMap((one) =>
    [...one.filteredByRule].map(([rule, count]) => ({ partition: one.partition, rule, count })),
  );
  return [
    partitions,
    advances.map((one) => one.topicId),
    advances.map((one) => String(one.from)),
    advances.map((one) => String(one.to)),
    advances.map((one) => one.endings.done),
    advances.map((one) => one.endings.filtered),
    advances.map((one) => one.endings.skipped),
    advances.map((one) => one.endings.parked),
    advances.map((one) => one.endings.hole),
    rules.map((one) => one.partition),
    rules.map((one) => one.rule),
    rules.map((one) => one.count),
    advances.map((one) => (one.endedAbove === null ? null : Buffer.from(one.endedAbove))),
    advances.map((one) => waitingText(one)),
    advances.map((one) => one.waiting === null),
    advances.map((one) => String(one.saves)),
  ];
}

function waitingText(advance: Advance): string | null {
  const waiting = storedWaiting(advance.waiting ?? []);
  return waiting === null ? null : storedJson(waiting);
}

/** Tells how far the marks were to move and how many endings were told; whose sum is wrong is seen from that. */
function unbalanced(advances: readonly Advance[], cause: unknown): GluttonyError {
  const wrong = advances.filter((one) => one.to - one.from !== BigInt(endingsOf(one)));
  const told = wrong.length === 0 ? advances : wrong;
  const facts = {
    partitions: told.length,
    offsets: String(told.reduce((sum, one) => sum + (one.to - one.from), 0n)),
    endings: told.reduce((sum, one) => sum + endingsOf(one), 0),
  };
  return new GluttonyError("delivery.unbalanced", facts, { cause });
}

function endingsOf({ endings }: Advance): number {
  return endings.done + endings.filtered + endings.skipped + endings.parked + endings.hole;
}

async function filteredByRule(queries: Queries, consumerId: string): Promise<ReadonlyMap<string, bigint>> {
  const rows = await queries.query<{ rule: string; count: bigint }>(
    "select rule, count from cdc.filtered_count where consumer_id = $1 order by rule",
    [consumerId],
  );
  return new Map(rows.map((row) => [row.rule, row.count]));
}
