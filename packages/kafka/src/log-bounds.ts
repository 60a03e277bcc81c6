import { translateError } from "./errors.ts";
import type { KafkajsCluster } from "./guards/kafkajs-internals.ts";

/** First offset that is still there, and the last stable offset. */
export interface LogBounds {
  readonly start: bigint;
  readonly end: bigint;
}

const EARLIEST = -2;
/** The end of what a reader of committed records can see. */
const LATEST = -1;

/** Asks the leaders for both ends of the partitions' logs. */
export async function askLogBounds(
  cluster: KafkajsCluster,
  topic: string,
  partitions: readonly number[],
): Promise<ReadonlyMap<number, LogBounds>> {
  if (partitions.length === 0) return new Map();
  const ask = (timestamp: number): Promise<ReadonlyMap<number, bigint>> =>
    askOffsets(cluster, { topic, partitions, timestamp });
  try {
    const [starts, ends] = await Promise.all([ask(EARLIEST), ask(LATEST)]);
    const bounds = new Map<number, LogBounds>();
    for (const [partition, start] of starts)
      bounds.set(partition, { start, end: ends.get(partition) ?? start });
    return bounds;
  } catch (error) {
    throw translateError(error, { topic });
  }
}

/**
 * The first offset of each partition whose record is of this time or later; null where every record is older. The time is the
 * record's: when it was produced, or when the broker got it, as the topic is set.
 */
export async function askOffsetsAt(
  cluster: KafkajsCluster,
  question: Question,
): Promise<ReadonlyMap<number, bigint | null>> {
  if (question.partitions.length === 0) return new Map();
  try {
    const offsets = await askOffsets(cluster, question);
    return new Map([...offsets].map(([partition, offset]) => [partition, offset < 0n ? null : offset]));
  } catch (error) {
    throw translateError(error, { topic: question.topic });
  }
}

interface Question {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly timestamp: number;
}

async function askOffsets(cluster: KafkajsCluster, question: Question): Promise<ReadonlyMap<number, bigint>> {
  const { topic, timestamp } = question;
  const partitions = question.partitions.map((partition) => ({ partition }));
  const answers = await cluster.fetchTopicsOffset([{ topic, fromTimestamp: timestamp, partitions }]);
  const offsets = answers.flatMap((answer) => answer.partitions);
  return new Map(offsets.map(({ partition, offset }) => [partition, BigInt(offset)]));
}
