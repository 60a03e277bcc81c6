import { hooksOf } from "./group-hooks.ts";
import type { KafkajsInternals } from "./kafkajs-internals.ts";

/**
 * Prevents kafkajs from committing -1 or -2 and jumping to an end of the log when a position is out of range: the
 * group's offset would be gone and records skipped in silence. Nothing is committed; the partition is stopped, and
 * at once, because the loop of fetches that fail starves the other partitions of the broker.
 */
export function silentOffsetReset({ OffsetManager }: KafkajsInternals): void {
  const prototype = OffsetManager.prototype;
  const reset = prototype.setDefaultOffset;
  prototype.setDefaultOffset = function blockInstead(which): Promise<void> {
    const hooks = hooksOf(this.cluster);
    return hooks ? hooks.onOutOfRange(which.topic, which.partition) : reset.call(this, which);
  };
}
