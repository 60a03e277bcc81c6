import { encodeEndedAbove } from "./ended-above.ts";
import type { Partition } from "./partition.ts";
import type { Positions, RecordSource } from "./ports.ts";

/** Who remembers and who is told. */
export interface CommitStores {
  readonly positions: Positions;
  readonly source: RecordSource;
}

/** Whose marks. */
export interface CommitScope {
  readonly consumerId: string;
  readonly topic: string;
  readonly partitions: readonly Partition[];
}

/**
 * Makes marks and endings durable, then tells the broker. In this order a crash in between leaves the broker
 * behind our memory, which the next start mends; the other order could lose endings. A partition whose
 * remembered mark is not ours to move was taken over by another host: it is let go, and its number is answered.
 */
export async function commit(stores: CommitStores, scope: CommitScope): Promise<readonly number[]> {
  const moves = scope.partitions.flatMap((partition) => {
    const advance = partition.isOurs ? partition.tracker.unsavedAdvance() : null;
    return advance === null ? [] : [{ partition, advance }];
  });
  if (moves.length === 0) return [];
  const moved = await stores.positions.advance(
    scope.consumerId,
    scope.topic,
    moves.map(({ partition, advance }) => ({
      partition: partition.number,
      topicId: partition.topicId,
      from: advance.from,
      to: advance.to,
      endings: advance.endings,
      filteredByRule: advance.filteredByRule,
      endedAbove: encodeEndedAbove(partition.tracker.endedAbove()),
    })),
  );
  const marks = [];
  const lost = [];
  for (const { partition, advance } of moves) {
    if (!moved.has(partition.number)) {
      partition.letGo();
      lost.push(partition.number);
      continue;
    }
    partition.tracker.saved(advance);
    if (advance.to > advance.from) marks.push({ partition: partition.number, offset: advance.to });
  }
  if (marks.length > 0) await stores.source.commit(marks);
  return lost;
}
