import { type ConsumerRow, GluttonyError } from "@gluttony/model";
import type { AdminCollaborators } from "./ports.ts";
import { foundTopic, topicOf } from "./positions/read-plan.ts";
import { positionView, type PositionView } from "./views/position.ts";

/** Where a person wants to read from. */
export interface MoveWish {
  readonly partition: number;
  /** `earliest`, `latest`, or an offset. */
  readonly to: string;
  readonly actor: string;
  readonly reason: string;
}

/**
 * Looks at the log as it is now and chooses within it. Throws `kafka.topic_missing`, `position.invalid`,
 * `position.reason_required`.
 */
export async function movePosition(
  row: ConsumerRow,
  wish: MoveWish,
  collaborators: Pick<AdminCollaborators, "positions" | "topicBounds">,
): Promise<PositionView> {
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

function offsetOf(to: string, bounds: { readonly start: bigint; readonly end: bigint }): bigint {
  if (to === "earliest") return bounds.start;
  return to === "latest" ? bounds.end : BigInt(to);
}
