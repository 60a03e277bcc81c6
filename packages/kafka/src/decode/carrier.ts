import type { FetchedPartition } from "./fetch-response.ts";

/**
 * The one message that stands for everything read of a partition in one fetch. kafkajs filters messages below the
 * position and moves by the last message's offset; the source moves the position itself, so the offset only has to be
 * high enough for the message to pass.
 */
interface Carrier {
  readonly offset: string;
  readonly isControlRecord: false;
  readonly batchContext: object;
}

const contents = new WeakMap<object, FetchedPartition>();

/** Makes the partition's part of a fetch response as kafkajs expects it, with the decoded records inside. */
export function carry(fetched: FetchedPartition): unknown {
  return {
    partition: fetched.partition,
    errorCode: fetched.errorCode,
    highWatermark: fetched.highWatermark.toString(),
    lastStableOffset: fetched.lastStableOffset.toString(),
    lastStartOffset: fetched.logStart.toString(),
    abortedTransactions: [],
    preferredReadReplica: fetched.preferredReadReplica,
    messages: carriersOf(fetched),
  };
}

/** What a message delivered by kafkajs carries; undefined for a message that is not a carrier. */
export function contentsOf(message: object | undefined): FetchedPartition | undefined {
  return message && contents.get(message);
}

function carriersOf(fetched: FetchedPartition): readonly Carrier[] {
  const { positionAfter, unreadable } = fetched.read;
  const end = unreadable === null ? positionAfter : unreadable.lastOffset + 1n;
  if (end === null) return [];
  const offset = (end - 1n).toString();
  const carrier: Carrier = { offset, isControlRecord: false, batchContext: {} };
  contents.set(carrier, fetched);
  return [carrier];
}
