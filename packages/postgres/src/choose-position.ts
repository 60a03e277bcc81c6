import { type EndingCounts, GluttonyError, type Position } from "@gluttony/model";
import { noteRevision } from "./note-revision.ts";
import type { Pool, Queries } from "./pool.ts";
import { requireReason } from "./reason.ts";
import { storedJson } from "./stored-json.ts";

/** From where a person wants a partition to be read. */
export interface ChosenPosition {
  readonly topic: string;
  readonly partition: number;
  /** The topic as it is now; another one than remembered begins a new account. */
  readonly topicId: string;
  readonly to: bigint;
  /** The log's, as they were shown to the person. */
  readonly bounds: { readonly start: bigint; readonly end: bigint };
  readonly actor: string;
  readonly reason: string;
}

/** Whose position, and who writes it. */
export interface ChosenFor {
  readonly consumerId: string;
  readonly hostId: string;
}

/** One transaction: the position, who chose it and why, and a revision of the consumer, which its hosts hear of. */
export async function choosePosition(
  pool: Pool,
  whose: ChosenFor,
  chosen: ChosenPosition,
): Promise<Position> {
  const { to, bounds } = chosen;
  const reason = requireReason(chosen.reason, "position.reason_required");
  if (to < bounds.start || to > bounds.end) {
    const facts = { to: String(to), start: String(bounds.start), end: String(bounds.end) };
    throw new GluttonyError("position.invalid", facts);
  }
  return pool.transaction(async (queries) => {
    const old = await lockPosition(queries, whose.consumerId, chosen);
    const position = chosenPosition(old, chosen);
    await writePosition(queries, whose, position);
    await noteChange(queries, { consumerId: whose.consumerId, old, chosen: { ...chosen, reason } });
    await noteRevision(queries, {
      consumerId: whose.consumerId,
      operation: "move",
      actor: chosen.actor,
      reason,
    });
    return position;
  });
}

/** What is remembered of a partition before a person chooses. */
export interface OldAccount {
  readonly topicId: string;
  readonly saves: bigint;
  readonly partitionsAtStart: number | null;
  readonly start: bigint;
  readonly mark: bigint;
  readonly endings: EndingCounts;
}

/** Pure. Forward in the same topic the account goes on; anything else is a new one. */
export function chosenPosition(old: OldAccount | null, chosen: ChosenPosition): Position {
  const { topic, topicId, partition, to } = chosen;
  const saves = old === null ? 0n : old.saves + 1n;
  const nothing = { endedAbove: null, waiting: [], partitionsAtStart: old?.partitionsAtStart ?? null };
  const place = { topic, topicId, partition, mark: to, saves, ...nothing, isChosen: true };
  if (old === null || old.topicId !== topicId || to < old.mark) {
    return { ...place, start: to, endings: { done: 0, filtered: 0, skipped: 0, parked: 0, hole: 0 } };
  }
  const skipped = old.endings.skipped + Number(to - old.mark);
  return { ...place, start: old.start, endings: { ...old.endings, skipped } };
}

type OldRow = { readonly [name: string]: bigint } & {
  readonly topicId: string;
  readonly partitionsAtStart: number | null;
};

export async function lockPosition(
  queries: Queries,
  consumerId: string,
  { topic, partition }: ChosenPosition,
): Promise<OldAccount | null> {
  const [row] = await queries.query<OldRow>(
    `select topic_id as "topicId", start_offset as start, mark, saves, partitions_at_start as "partitionsAtStart", done, filtered, skipped, parked, holes
     from cdc.position where consumer_id = $1 and topic = $2 and partition = $3 for update`,
    [consumerId, topic, partition],
  );
  if (row === undefined) return null;
  const count = (name: string): number => Number(row[name]);
  return {
    topicId: row.topicId,
    saves: BigInt(row["saves"] ?? 0),
    partitionsAtStart: row.partitionsAtStart,
    start: BigInt(row["start"] ?? 0),
    mark: BigInt(row["mark"] ?? 0),
    endings: {
      done: count("done"),
      filtered: count("filtered"),
      skipped: count("skipped"),
      parked: count("parked"),
      hole: count("holes"),
    },
  };
}

export async function writePosition(queries: Queries, whose: ChosenFor, position: Position): Promise<void> {
  const { endings } = position;
  await queries.query(
    `insert into cdc.position (consumer_id, topic, topic_id, partition, start_offset, mark,
       done, filtered, skipped, parked, holes, host_id, is_chosen)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, true)
     on conflict (consumer_id, topic, partition) do update set topic_id = excluded.topic_id,
       start_offset = excluded.start_offset, mark = excluded.mark, done = excluded.done,
       filtered = excluded.filtered, skipped = excluded.skipped, parked = excluded.parked, holes = excluded.holes,
       ended_above = null, waiting = null, saves = cdc.position.saves + 1, is_chosen = true, host_id = excluded.host_id, updated_at = now()`,
    [
      whose.consumerId,
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
      whose.hostId,
    ],
  );
}

/** What changed, and who changed it. */
export interface NotedChange {
  readonly consumerId: string;
  readonly old: OldAccount | null;
  readonly chosen: ChosenPosition;
}

export async function noteChange(queries: Queries, { consumerId, old, chosen }: NotedChange): Promise<void> {
  const account = old === null ? null : { start: String(old.start), mark: String(old.mark), ...old.endings };
  await queries.query(
    `insert into cdc.position_change (consumer_id, topic, partition, actor, reason, from_topic_id, from_mark,
       to_topic_id, to_mark, old_account)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      consumerId,
      chosen.topic,
      chosen.partition,
      chosen.actor,
      chosen.reason,
      old?.topicId ?? null,
      old?.mark ?? null,
      chosen.topicId,
      chosen.to,
      account === null ? null : storedJson(account),
    ],
  );
}
