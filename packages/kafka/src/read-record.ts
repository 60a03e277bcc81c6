import { GluttonyError } from "@gluttony/model";
import type { RawRecord, RecordCoordinates } from "@gluttony/sdk/codecs";
import { unreadableError } from "./batch-of.ts";
import { contentsOf } from "./decode/carrier.ts";
import type { FetchedPartition } from "./decode/fetch-response.ts";
import type { KafkajsCluster } from "./guards/kafkajs-internals.ts";
import { translateError } from "./errors.ts";

const READ_COMMITTED = 1;
/** The broker has the record or has not: there is nothing to wait for. */
const WAIT_MS = 0;
/** A first batch is always sent whole, however large. */
const BYTES_MAX = 1_048_576;

/**
 * Reads the one record at a coordinate, for a person who asks about it; joins no group. Null when the broker has no
 * record there: deleted, compacted away, a control record, or not written yet. kafkajs must know the topic.
 */
export async function readRecord(
  cluster: KafkajsCluster,
  place: RecordCoordinates,
): Promise<RawRecord | null> {
  const { topic, partition, offset } = place;
  try {
    const fetched = await fetchAt(cluster, place);
    const unreadable = fetched?.read.unreadable;
    if (fetched && unreadable && offset >= unreadable.firstOffset) throw unreadableError(fetched, unreadable);
    return fetched?.read.records.find((record) => record.offset === offset) ?? null;
  } catch (error) {
    if (isOutOfRange(error)) return null;
    throw translateError(error, { topic, partition });
  }
}

/**
 * Reads the records from a coordinate to an end, for a person who asks about them: at most so many. What cannot be read ends it.
 * kafkajs must know the topic.
 */
export async function readRecords(
  cluster: KafkajsCluster,
  from: RecordCoordinates,
  { end, count }: { readonly end: bigint; readonly count: number },
): Promise<readonly RawRecord[]> {
  const { topic, partition } = from;
  const records: RawRecord[] = [];
  try {
    for (let offset = from.offset; offset < end && records.length < count; ) {
      const read = (await fetchAt(cluster, { topic, partition, offset }))?.read;
      records.push(...(read?.records ?? []).filter((record) => record.offset >= offset));
      const next = read?.positionAfter ?? offset;
      if (next <= offset) break;
      offset = next;
    }
  } catch (error) {
    if (!isOutOfRange(error)) throw translateError(error, { topic, partition });
  }
  return records.slice(0, count);
}

/** What one look into a partition came to. */
export interface RecordChunk {
  /** Committed records from the offset on, in order. */
  readonly records: readonly RawRecord[];
  /** Where the next look begins; the offset asked for when nothing follows. */
  readonly next: bigint;
  /** Whether a batch that cannot be read was stepped over. */
  readonly isUnreadable: boolean;
}

/**
 * Reads about a megabyte of records from a coordinate on, for a person who searches. What cannot be read is stepped over, and said.
 * Nothing below the log's start or beyond its end. kafkajs must know the topic.
 */
export async function readChunk(cluster: KafkajsCluster, from: RecordCoordinates): Promise<RecordChunk> {
  const { topic, partition, offset } = from;
  try {
    const read = (await fetchAt(cluster, from))?.read;
    const records = (read?.records ?? []).filter((record) => record.offset >= offset);
    const readTo = read?.positionAfter ?? offset;
    const unreadable = read?.unreadable ?? null;
    const isUnreadable = unreadable !== null && readTo <= offset;
    const next = isUnreadable ? unreadable.lastOffset + 1n : readTo;
    return { records, next: next > offset ? next : offset, isUnreadable };
  } catch (error) {
    if (isOutOfRange(error)) return { records: [], next: offset, isUnreadable: false };
    throw translateError(error, { topic, partition });
  }
}

async function fetchAt(
  cluster: KafkajsCluster,
  { topic, partition, offset }: RecordCoordinates,
): Promise<FetchedPartition | undefined> {
  const [leader] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (leader === undefined) throw new GluttonyError("position.invalid", { topic, partition });
  const broker = await cluster.findBroker({ nodeId: leader });
  const answer = await broker.fetch({
    replicaId: -1,
    isolationLevel: READ_COMMITTED,
    maxWaitTime: WAIT_MS,
    minBytes: 0,
    maxBytes: BYTES_MAX,
    topics: [
      {
        topic,
        partitions: [{ partition, currentLeaderEpoch: -1, fetchOffset: String(offset), maxBytes: BYTES_MAX }],
      },
    ],
  });
  return contentsOf(answer.responses[0]?.partitions[0]?.messages[0]);
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, "type") === "OFFSET_OUT_OF_RANGE";
}
