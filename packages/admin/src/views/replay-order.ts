import type { ReplayOrder } from "@gluttony/model";

/** An order of replays with times as texts. */
export interface ReplayOrderView extends Omit<ReplayOrder, "askedAt" | "endedAt"> {
  readonly askedAt: string;
  readonly endedAt: string | null;
}

/** Projects field by field, so that a store's additions never leak out. */
export function replayOrderView(order: ReplayOrder): ReplayOrderView {
  return {
    id: order.id,
    consumerId: order.consumerId,
    state: order.state,
    actor: order.actor,
    reason: order.reason,
    perSecondMax: order.perSecondMax,
    failuresMax: order.failuresMax,
    asked: order.asked,
    succeeded: order.succeeded,
    failed: order.failed,
    askedAt: order.askedAt.toISOString(),
    endedAt: order.endedAt?.toISOString() ?? null,
  };
}
