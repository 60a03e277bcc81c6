import type { TopicBounds } from "../position-ports.ts";

/** Partitions of a topic beyond which a place is not written: it would fit into no header. */
export const placePartitionsMax = 500;

/** Where somebody who follows a topic stands: the next offset of each partition, in one life of the topic. */
export interface LivePlace {
  readonly topicId: string;
  readonly next: ReadonlyMap<number, bigint>;
}

/** The end of every partition. Pure. */
export function placeAtEnd({ topicId, partitions }: TopicBounds): LivePlace {
  return { topicId, next: new Map([...partitions].map(([partition, { end }]) => [partition, end])) };
}

/** A place as text of letters, digits, `-`, `_` and `.`; null for a topic of too many partitions. Pure. */
export function writeLivePlace({ topicId, next }: LivePlace): string | null {
  if (next.size > placePartitionsMax || !/^[\w-]{1,64}$/.test(topicId)) return null;
  const partitions = [...next].map(
    ([partition, offset]) => `${partition.toString(36)}-${offset.toString(36)}`,
  );
  return [topicId, ...partitions].join(".");
}

/** Null for what is no place. Pure. */
export function readLivePlace(text: string): LivePlace | null {
  const [topicId, ...written] = text.split(".");
  if (topicId === undefined || !/^[\w-]{1,64}$/.test(topicId) || written.length > placePartitionsMax)
    return null;
  const next = new Map<number, bigint>();
  for (const one of written) {
    const [, partition, offset] = /^([0-9a-z]{1,5})-([0-9a-z]{1,13})$/.exec(one) ?? [];
    if (partition === undefined || offset === undefined) return null;
    next.set(Number.parseInt(partition, 36), bigintOf36(offset));
  }
  return next.size === 0 ? null : { topicId, next };
}

function bigintOf36(text: string): bigint {
  let sum = 0n;
  for (const digit of text) sum = sum * 36n + BigInt(Number.parseInt(digit, 36));
  return sum;
}
