import { GluttonyError, type Position } from "@gluttony/model";
import {
  type ChosenFor,
  chosenPosition,
  lockPosition,
  noteChange,
  type OldAccount,
  writePosition,
} from "./choose-position.ts";
import { noteRevision } from "./note-revision.ts";
import type { Pool, Queries } from "./pool.ts";
import { requireReason } from "./reason.ts";

/** Where one partition is to be read from, and the mark that the person saw. */
export interface PlannedMove {
  readonly partition: number;
  /** Null when nothing of it had been read. */
  readonly from: bigint | null;
  readonly to: bigint;
  readonly bounds: { readonly start: bigint; readonly end: bigint };
}

/** Moves of several partitions that a person planned and confirmed. */
export interface PlannedMoves {
  readonly topic: string;
  readonly topicId: string;
  /** The consumer's revision that the plan was made on. */
  readonly revision: bigint;
  readonly moves: readonly PlannedMove[];
  readonly actor: string;
  readonly reason: string;
}

/** A partition before and after. */
export interface DoneMove {
  readonly partition: number;
  /** The mark in the moment of the move: a consumer that runs may have come further than the plan saw. */
  readonly from: bigint | null;
  readonly position: Position;
}

/**
 * All or none, in one transaction. The plan is stale when the consumer was changed since, when a partition lies outside of its log,
 * and when a consumer that ran on would now go back where it was to skip. Throws `position.plan_stale`,
 * `position.reason_required`, `consumer.not_found`.
 */
export function choosePositions(
  pool: Pool,
  whose: ChosenFor,
  planned: PlannedMoves,
): Promise<readonly DoneMove[]> {
  const { topic, topicId, actor } = planned;
  const reason = requireReason(planned.reason, "position.reason_required");
  const sorted = planned.moves.toSorted((left, right) => left.partition - right.partition);
  return pool.transaction(async (queries) => {
    await requireRevision(queries, whose.consumerId, planned.revision);
    const done: DoneMove[] = [];
    for (const { partition, from, to, bounds } of sorted) {
      const chosen = { topic, topicId, partition, to, bounds, actor, reason };
      const old = await lockPosition(queries, whose.consumerId, chosen);
      requireSameSense({ partition, from, to, bounds }, old);
      const position = chosenPosition(old, chosen);
      await writePosition(queries, whose, position);
      await noteChange(queries, { consumerId: whose.consumerId, old, chosen });
      done.push({ partition, from: old?.mark ?? null, position });
    }
    await noteRevision(queries, { consumerId: whose.consumerId, operation: "move", actor, reason });
    return done;
  });
}

/** The row first and its head second, as every change of a consumer. */
async function requireRevision(queries: Queries, consumerId: string, seen: bigint): Promise<void> {
  await queries.query("select from cdc.consumer where id::text = $1 for update", [consumerId]);
  const [head] = await queries.query<{ revision: bigint }>(
    "select revision from cdc.consumer_head where consumer_id = $1 for update",
    [consumerId],
  );
  if (head === undefined) throw new GluttonyError("consumer.not_found", { consumer: consumerId });
  if (head.revision === seen) return;
  throw new GluttonyError("position.plan_stale", { seen: String(seen), current: String(head.revision) });
}

function requireSameSense({ partition, from, to, bounds }: PlannedMove, old: OldAccount | null): void {
  const mark = old?.mark ?? null;
  const isSkip = from !== null && to >= from;
  const isOvertaken = isSkip && mark !== null && mark > to;
  const isVanished = from !== null && mark === null;
  if (to >= bounds.start && to <= bounds.end && !isOvertaken && !isVanished) return;
  throw new GluttonyError("position.plan_stale", {
    partition,
    to: String(to),
    mark: mark === null ? null : String(mark),
    start: String(bounds.start),
    end: String(bounds.end),
  });
}

/** Where partitions stood before a person moved them. */
export interface PositionSnapshot {
  /** Of the moment; given to a plan, it goes back there. */
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly reason: string;
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly from: string | null;
    readonly to: string;
  }[];
}

const snapshotsMax = 50;

/** Newest first, at most 50. What one person moved together has one time, that of its transaction. */
export function positionSnapshots(pool: Pool, consumerId: string): Promise<readonly PositionSnapshot[]> {
  return pool.query<PositionSnapshot & { readonly [name: string]: unknown }>(
    `select trunc(extract(epoch from at) * 1000000)::text as id, at, min(actor) as actor, min(reason) as reason, topic,
       jsonb_agg(jsonb_build_object('partition', partition, 'from', from_mark::text, 'to', to_mark::text)
         order by partition) as partitions
     from cdc.position_change where consumer_id = $1
     group by at, topic order by at desc limit $2`,
    [consumerId, snapshotsMax],
  );
}
