import { type ConsumerRow, GluttonyError } from "@gluttony/model";
import type { AdminCollaborators } from "../ports.ts";
import type { PlanBody } from "../schemas/positions.ts";
import { planHash, type PlannedPartition } from "./plan.ts";
import { foundTopic } from "./read-plan.ts";

/** A partition that was moved: by how much, as it stood in that moment. */
export type AppliedPartition = Pick<PlannedPartition, "partition" | "from" | "to" | "rereads" | "skips">;

/**
 * Does what a plan says, as long as it still holds. Throws `position.plan_required` for another plan than was shown,
 * `position.plan_stale`, `position.reason_required`.
 */
export async function applyPlan(
  row: ConsumerRow,
  { plan, actor, reason }: { readonly plan: PlanBody; readonly actor: string; readonly reason: string },
  collaborators: Pick<AdminCollaborators, "positions" | "topicBounds">,
): Promise<readonly AppliedPartition[]> {
  requireShown(row, plan);
  const { topic, topicId } = plan;
  const { topicId: current, partitions } = await foundTopic(topic, collaborators);
  if (current !== topicId) throw new GluttonyError("position.plan_stale", { topic, seen: topicId, current });
  const moves = plan.partitions.map(({ partition, from, to }) => ({
    partition,
    from: from === null ? null : BigInt(from),
    to: BigInt(to),
    bounds: partitions.get(partition) ?? { start: 1n, end: 0n },
  }));
  const revision = BigInt(plan.revision);
  const done = await collaborators.positions.chooseAll(row.id, {
    topic,
    topicId,
    revision,
    moves,
    actor,
    reason,
  });
  return done.map(({ partition, from, position }) => ({
    partition,
    from: from === null ? null : String(from),
    to: String(position.mark),
    rereads: String(from !== null && position.mark < from ? from - position.mark : 0n),
    skips: String(from !== null && position.mark > from ? position.mark - from : 0n),
  }));
}

function requireShown(row: ConsumerRow, plan: PlanBody): void {
  if (plan.hash !== planHash(plan) || plan.consumerId !== row.id)
    throw new GluttonyError("position.plan_required", { seen: "another plan than was shown" });
  if (Date.parse(plan.expiresAt) > Date.now()) return;
  throw new GluttonyError("position.plan_stale", { expiredAt: plan.expiresAt });
}
