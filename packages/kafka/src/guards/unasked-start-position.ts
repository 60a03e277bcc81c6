import { hooksOf } from "./group-hooks.ts";
import type { KafkajsInternals, KafkajsOffsetManager } from "./kafkajs-internals.ts";

/**
 * Prevents kafkajs from choosing a start position by itself: the group's offset even where the topic was made anew,
 * or an end of the log where there is none. A partition without an offset in the table of committed offsets is not
 * fetched, so one whose start is not decided, or is blocked, stays silent. Partitions kept through a rebalance go on
 * where reading had come to, instead of at the last commit.
 */
export function unaskedStartPosition({ OffsetManager }: KafkajsInternals): void {
  const prototype = OffsetManager.prototype;
  const resolve = prototype.resolveOffsets;
  prototype.resolveOffsets = async function takeDecidedPositions(): Promise<void> {
    const hooks = hooksOf(this.cluster);
    if (!hooks) return resolve.call(this);
    for (const [topic, partitions] of Object.entries(this.memberAssignment)) {
      for (const partition of partitions) {
        set(this, { topic, partition, position: hooks.positionOf(topic, partition) });
      }
    }
  };
}

interface Decided {
  readonly topic: string;
  readonly partition: number;
  readonly position: bigint | null;
}

function set(offsets: KafkajsOffsetManager, { topic, partition, position }: Decided): void {
  const committed = (offsets.committedOffsets()[topic] ??= {});
  if (position === null || committed[partition] !== undefined) return;
  committed[partition] = position.toString();
  (offsets.resolvedOffsets[topic] ??= {})[partition] = position.toString();
}
