import { type ConsumerRow, GluttonyError, parseConsumer, type Position } from "@gluttony/model";
import type { AdminCollaborators, TopicBounds } from "./ports.ts";

/** Where a person wants to read from. */
export interface MoveWish {
  readonly partition: number;
  /** `earliest`, `latest`, or an offset. */
  readonly to: string;
  readonly actor: string;
  readonly reason: string;
}

/** A position with its offsets as texts. */
export interface MovedPosition extends Pick<Position, "topic" | "topicId" | "partition" | "endings"> {
  readonly start: string;
  readonly mark: string;
  readonly isChosen: boolean;
}

/**
 * Looks at the log as it is now and chooses within it. Throws `kafka.topic_missing`, `position.invalid`,
 * `position.reason_required`.
 */
export async function movePosition(
  row: ConsumerRow,
  wish: MoveWish,
  collaborators: Pick<AdminCollaborators, "positions" | "topicBounds">,
): Promise<MovedPosition> {
  const topic = topicOf(row);
  const { topicId, partitions } = await foundTopic(topic, collaborators);
  const { partition, actor, reason } = wish;
  const bounds = partitions.get(partition);
  if (bounds === undefined) {
    throw new GluttonyError("position.invalid", { topic, partition, partitions: partitions.size });
  }
  const to = offsetOf(wish.to, bounds);
  const chosen = { topic, topicId, partition, to, bounds, actor, reason };
  return positionView(await collaborators.positions.choose(row.id, chosen));
}

async function foundTopic(
  topic: string,
  { topicBounds }: Pick<AdminCollaborators, "topicBounds">,
): Promise<TopicBounds> {
  const found = await topicBounds?.(topic);
  if (found === undefined || found === null) throw new GluttonyError("kafka.topic_missing", { topic });
  return found;
}

// A row that cannot be read may still have run before somebody spoiled it.
function topicOf(row: ConsumerRow): string {
  const parsed = parseConsumer(row);
  const topic = "consumer" in parsed ? parsed.consumer.topic : row.topic;
  if (topic === null) throw new GluttonyError("position.invalid", { topic });
  return topic;
}

function offsetOf(to: string, bounds: { readonly start: bigint; readonly end: bigint }): bigint {
  if (to === "earliest") return bounds.start;
  return to === "latest" ? bounds.end : BigInt(to);
}

function positionView(position: Position): MovedPosition {
  const { topic, topicId, partition, endings } = position;
  return {
    topic,
    topicId,
    partition,
    start: String(position.start),
    mark: String(position.mark),
    endings,
    isChosen: position.isChosen ?? false,
  };
}
