import type { KafkajsCluster, KafkajsConsumerGroup } from "./kafkajs-internals.ts";

/** What the guards ask of the source that a kafkajs object belongs to. */
export interface GroupHooks {
  /** Surrounds every join: drains before it, settles the new assignment after it. */
  join(group: KafkajsConsumerGroup, rejoin: () => Promise<void>): Promise<void>;
  /** Throws the broker's answer to the last heartbeat, where it means to join again. */
  checkHeartbeat(): void;
  /** True from the end of a join to the beginning of the next; only then may records be taken. */
  isSettled(): boolean;
  /** Where reading goes on; null where nothing may be read yet. */
  positionOf(topic: string, partition: number): bigint | null;
  /** Called when the broker refuses a position; must stop the partition before it first waits. */
  onOutOfRange(topic: string, partition: number): Promise<void>;
  /** A fetch failed: the topic may be gone, or another one. */
  doubtTopic(): void;
  /** False while it cannot be said that the topic is the one that is read. */
  isTopicKnown(): Promise<boolean>;
}

/**
 * Every object inside kafkajs knows its cluster, and each source has one of its own, so the cluster leads from a
 * patched prototype to the source. A kafkajs client that is not ours is not in the map and runs unguarded.
 */
const hooksOfClusters = new WeakMap<KafkajsCluster, GroupHooks>();

export function setHooks(cluster: KafkajsCluster, hooks: GroupHooks): void {
  hooksOfClusters.set(cluster, hooks);
}

export function hooksOf(cluster: KafkajsCluster): GroupHooks | undefined {
  return hooksOfClusters.get(cluster);
}
