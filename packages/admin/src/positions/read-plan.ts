import { type ConsumerRow, GluttonyError, parseConsumer } from "@gluttony/model";
import type { AdminCollaborators } from "../ports.ts";
import type { TopicBounds } from "../position-ports.ts";
import { type PlanWish, planPositions, type PositionPlan, type PositionTarget } from "./plan.ts";

type Needed = Pick<AdminCollaborators, "positions" | "topicBounds" | "offsetsAt">;

/** Looks at the log and the marks as they are now, and plans. Throws `kafka.topic_missing`, `position.invalid`, `position.snapshot_unknown`. */
export async function readPlan(row: ConsumerRow, wish: PlanWish, needed: Needed): Promise<PositionPlan> {
  const { target } = wish;
  const topic = topicOf(row);
  const { topicId, partitions: bounds } = await foundTopic(topic, needed);
  const positions = await needed.positions.load(row.id, topic);
  const seen = {
    consumerId: row.id,
    revision: row.revision,
    topic,
    topicId,
    bounds,
    marks: new Map(
      positions.filter((one) => one.topicId === topicId).map(({ partition, mark }) => [partition, mark]),
    ),
    atTime: await offsetsAt(topic, target, needed),
    atSnapshot: await marksOfSnapshot(row.id, { topic, target }, needed),
  };
  return planPositions(wish, seen, Date.now());
}

/** The topic on the brokers. */
export async function foundTopic(topic: string, { topicBounds }: Needed): Promise<TopicBounds> {
  const found = await topicBounds?.(topic);
  if (found === undefined || found === null) throw new GluttonyError("kafka.topic_missing", { topic });
  return found;
}

// A row that cannot be read may still have run before somebody spoiled it.
export function topicOf(row: ConsumerRow): string {
  const parsed = parseConsumer(row);
  const topic = "consumer" in parsed ? parsed.consumer.topic : row.topic;
  if (topic === null) throw new GluttonyError("position.invalid", { topic });
  return topic;
}

async function offsetsAt(
  topic: string,
  target: PositionTarget,
  needed: Needed,
): Promise<ReadonlyMap<number, bigint | null>> {
  if (target.kind !== "time") return new Map();
  const found = await needed.offsetsAt?.(topic, Date.parse(target.time));
  if (found === undefined || found === null) throw new GluttonyError("kafka.topic_missing", { topic });
  return found;
}

async function marksOfSnapshot(
  consumerId: string,
  { topic, target }: { readonly topic: string; readonly target: PositionTarget },
  { positions }: Needed,
): Promise<ReadonlyMap<number, bigint | null>> {
  if (target.kind !== "snapshot") return new Map();
  const snapshots = await positions.snapshots(consumerId);
  const found = snapshots.find((snapshot) => snapshot.id === target.id && snapshot.topic === topic);
  if (found === undefined) throw new GluttonyError("position.snapshot_unknown");
  return new Map(
    found.partitions.map(({ partition, from }) => [partition, from === null ? null : BigInt(from)]),
  );
}
