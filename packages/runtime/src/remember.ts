import { encodeEndedAbove } from "./ended-above.ts";
import type { Partition } from "./partition.ts";
import type { Advance, Mark, Positions } from "./ports.ts";

/** Whose marks. */
export interface CommitScope {
  readonly consumerId: string;
  readonly topic: string;
  readonly partitions: readonly Partition[];
  /** What waits in a partition, to be remembered with it; null leaves it as it is. */
  waitingOf(partition: Partition): Advance["waiting"];
}

/** What became durable. */
export interface Remembered {
  /** What the broker may now be told. */
  readonly marks: ReadonlyMap<Partition, Mark>;
  /** Partitions that another host had taken over. */
  readonly lost: readonly number[];
}

/**
 * Makes marks and endings durable, before the broker is told. In this order a crash in between leaves the broker
 * behind our memory, which the next start mends; the other order could lose endings. A partition whose
 * remembered mark is not ours to move was taken over by another host: it is let go.
 */
export async function remember(positions: Positions, scope: CommitScope): Promise<Remembered> {
  const moves = scope.partitions.flatMap((partition) => {
    const advance = partition.isOurs ? partition.tracker.unsavedAdvance() : null;
    return advance === null ? [] : [{ partition, advance, waiting: scope.waitingOf(partition) }];
  });
  if (moves.length === 0) return { marks: new Map(), lost: [] };
  const moved = await positions.advance(
    scope.consumerId,
    scope.topic,
    moves.map(({ partition, advance, waiting }) => ({
      partition: partition.number,
      topicId: partition.topicId,
      from: advance.from,
      saves: partition.saves,
      to: advance.to,
      endings: advance.endings,
      filteredByRule: advance.filteredByRule,
      endedAbove: encodeEndedAbove(partition.tracker.endedAbove()),
      waiting,
    })),
  );
  const marks = new Map<Partition, Mark>();
  const lost = [];
  for (const { partition, advance } of moves) {
    if (!moved.has(partition.number)) {
      partition.letGo();
      lost.push(partition.number);
      continue;
    }
    partition.saves += 1n;
    partition.tracker.saved(advance);
    if (advance.to > advance.from) marks.set(partition, { partition: partition.number, offset: advance.to });
  }
  return { marks, lost };
}
