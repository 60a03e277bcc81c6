import type { FetchedPartition } from "./fetch-response.ts";

/**
 * Passes kafkajs' filter of messages below the position whatever the batch claims: one that is damaged may claim any
 * offset, and must be heard of all the same. The source moves the position itself.
 */
const CARRIER_OFFSET = (2n ** 63n - 2n).toString();

/** The one message that stands for everything read of a partition in one fetch. */
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
  if (positionAfter === null && unreadable === null) return [];
  const carrier: Carrier = { offset: CARRIER_OFFSET, isControlRecord: false, batchContext: {} };
  contents.set(carrier, fetched);
  return [carrier];
}
