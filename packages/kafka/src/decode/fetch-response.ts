import { ByteReader } from "./byte-reader.ts";
import { INFLATED_BYTES_MAX } from "./codecs.ts";
import { type InflateBudget, type PartitionRead, readRecordBatches } from "./record-batches.ts";

/** One partition's part of a fetch response. */
export interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly lastStableOffset: bigint;
  readonly logStart: bigint;
  readonly preferredReadReplica: number;
  readonly read: PartitionRead;
}

export interface FetchResponse {
  readonly throttleMs: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly FetchedPartition[] }[];
}

/** Decodes a fetch response of version 11, records included. */
export function decodeFetchResponse(raw: Buffer): FetchResponse {
  const reader = new ByteReader(raw);
  const budget = { leftBytes: INFLATED_BYTES_MAX };
  return {
    throttleMs: reader.int32(),
    errorCode: reader.int16(),
    sessionId: reader.int32(),
    topics: reader.array(() => topicOf(reader, budget)),
  };
}

function topicOf(reader: ByteReader, budget: InflateBudget): FetchResponse["topics"][number] {
  const topic = reader.string();
  return { topic, partitions: reader.array(() => partitionOf(reader, topic, budget)) };
}

function partitionOf(reader: ByteReader, topic: string, budget: InflateBudget): FetchedPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  const logStart = reader.int64();
  const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
  const preferredReadReplica = reader.int32();
  const bytes = reader.bytes(Math.max(0, reader.int32()));
  const read = readRecordBatches(bytes, { topic, partition, aborted, budget });
  return { partition, errorCode, highWatermark, lastStableOffset, logStart, preferredReadReplica, read };
}
