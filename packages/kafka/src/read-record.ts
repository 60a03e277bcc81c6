import { GluttonyError } from "@gluttony/model";
import type { RawRecord, RecordCoordinates } from "@gluttony/sdk/codecs";
import { unreadableError } from "./batch-of.ts";
import { contentsOf } from "./decode/carrier.ts";
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
  { topic, partition, offset }: RecordCoordinates,
): Promise<RawRecord | null> {
  try {
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
          partitions: [
            { partition, currentLeaderEpoch: -1, fetchOffset: String(offset), maxBytes: BYTES_MAX },
          ],
        },
      ],
    });
    const fetched = contentsOf(answer.responses[0]?.partitions[0]?.messages[0]);
    const unreadable = fetched?.read.unreadable;
    if (fetched && unreadable && offset >= unreadable.firstOffset) throw unreadableError(fetched, unreadable);
    return fetched?.read.records.find((record) => record.offset === offset) ?? null;
  } catch (error) {
    if (isOutOfRange(error)) return null;
    throw translateError(error, { topic, partition });
  }
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, "type") === "OFFSET_OUT_OF_RANGE";
}
