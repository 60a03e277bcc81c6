import { hooksOf } from "./group-hooks.ts";
import type { KafkajsConsumerGroup, KafkajsInternals } from "./kafkajs-internals.ts";

/**
 * Prevents the group from moving partitions while their records are still being worked on: kafkajs only announces a
 * rebalance by an event that nobody waits for, so two members would handle one key at once. Here the join waits for
 * the drain. Joins are single flight (kafkajs starts one per broker), and what a fetch brings across a join is thrown
 * away: it belongs to the assignment before.
 */
export function unannouncedRevoke({ ConsumerGroup }: KafkajsInternals): void {
  guardJoin(ConsumerGroup.prototype);
  guardFetch(ConsumerGroup.prototype);
}

function guardJoin(prototype: KafkajsConsumerGroup): void {
  const joins = new WeakMap<KafkajsConsumerGroup, Promise<void>>();
  const original = prototype.joinAndSync;
  prototype.joinAndSync = function joinAfterDrain(): Promise<void> {
    const hooks = hooksOf(this.cluster);
    if (!hooks) return original.call(this);
    const running = joins.get(this);
    if (running) return running;
    const join = hooks.join(this, () => original.call(this)).finally(() => joins.delete(this));
    joins.set(this, join);
    return join;
  };
}

function guardFetch(prototype: KafkajsConsumerGroup): void {
  const original = prototype.fetch;
  prototype.fetch = async function fetchWithinOneGeneration(nodeId): Promise<readonly unknown[]> {
    const hooks = hooksOf(this.cluster);
    if (!hooks) return original.call(this, nodeId);
    if (!hooks.isSettled()) {
      // A join is running, or the last one failed after the drain; either way it must end well first.
      await this.joinAndSync();
      return [];
    }
    const { generationId } = this;
    const batches = await original.call(this, nodeId);
    return hooks.isSettled() && this.generationId === generationId ? batches : [];
  };
}
