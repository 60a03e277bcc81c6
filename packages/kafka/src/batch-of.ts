import { GluttonyError } from "@gluttony/model";
import type { Batch } from "@gluttony/runtime";
import type { FetchedPartition } from "./decode/fetch-response.ts";
import type { UnreadableBatch } from "./decode/record-batches.ts";

interface Accounting {
  readonly epoch: number;
  readonly position: bigint;
  readonly positionAfter: bigint;
}

/** Makes the batch that the owner sees. A record batch may begin below the position; what lies there was had before. */
export function batchOf(fetched: FetchedPartition, { epoch, position, positionAfter }: Accounting): Batch {
  const { partition, lastStableOffset, read } = fetched;
  const isAllNew = (read.records[0]?.offset ?? position) >= position;
  const records = isAllNew ? read.records : read.records.filter(({ offset }) => offset >= position);
  return { partition, epoch, records, positionBefore: position, positionAfter, lastStableOffset };
}

/** Says where a partition stopped because of a batch that cannot be read. */
export function unreadableError(
  { partition }: FetchedPartition,
  { firstOffset, lastOffset, codec, reason }: UnreadableBatch,
): GluttonyError {
  const facts = { partition, firstOffset: firstOffset.toString(), lastOffset: lastOffset.toString() };
  return new GluttonyError("kafka.batch_unreadable", { ...facts, codec, reason });
}
