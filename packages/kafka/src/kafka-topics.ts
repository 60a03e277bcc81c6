import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError } from "@gluttony/model";
import type { RawRecord, RecordCoordinates } from "@gluttony/sdk/codecs";
import { BorrowedTopics } from "./borrowed-topics.ts";
import { KafkaClient, type KafkaOptions, REQUEST_TIMEOUT_MS } from "./kafka-client.ts";
import { askLogBounds, askOffsetsAt, type LogBounds } from "./log-bounds.ts";
import { type RecordChunk, readChunk, readRecord, readRecords } from "./read-record.ts";
import { type TopicDescription, askNothing, describeTopic } from "./topic-description.ts";
import { type TopicSettings, askTopicSettings } from "./topic-settings.ts";

const CREATE_LIMIT_MS = 5_000;
const SEEN_EVERY_MS = 100;
const CLOSE_LIMIT_MS = 2_000;
/** Lets the broker choose. */
const DEFAULT_REPLICATION = -1;

export interface TopicWish {
  readonly partitions: number;
  /** The topic's own settings, such as `cleanup.policy`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A topic as it lies on the brokers now. */
export interface TopicBounds {
  readonly topicId: string;
  readonly partitions: ReadonlyMap<number, LogBounds>;
}

/** Topics as the administrator sees them. Only ever asks for the topics named: one sick foreign topic breaks an answer about all. */
export interface KafkaTopics {
  /** Makes the topic unless there is one; an existing one is left as it is. */
  ensureTopic(name: string, wish: TopicWish): Promise<TopicDescription>;
  describe(name: string): Promise<TopicDescription | null>;
  /** The topic's settings; null when there is no such topic. */
  settings(name: string): Promise<TopicSettings | null>;
  /** The topic's id and both ends of each partition's log; null when there is no such topic. */
  topicBounds(name: string): Promise<TopicBounds | null>;
  /** The first offset of each partition from a time on; null where every record is older. Null for no such topic. */
  offsetsAt(name: string, timeMs: number): Promise<ReadonlyMap<number, bigint | null> | null>;
  /** The record at a coordinate; null when the broker has none there. */
  readRecord(place: RecordCoordinates): Promise<RawRecord | null>;
  /** About a megabyte of committed records from a coordinate on. Throws `kafka.topic_missing`. */
  readChunk(from: RecordCoordinates): Promise<RecordChunk>;
  /** The newest records of a partition, oldest first; empty when there is no such topic. */
  readNewest(
    place: { readonly topic: string; readonly partition: number },
    count: number,
  ): Promise<readonly RawRecord[]>;
  /** Resolves when a broker answers; throws `kafka.unreachable` after the deadline. */
  ping(deadlineMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Connects at the first call and stays connected until `close`. */
export function createKafkaTopics(options: KafkaOptions): KafkaTopics {
  // The group is never joined; kafkajs gives a cluster only to those who name one.
  const client = new KafkaClient(options, { group: `${options.clientId}-topics`, fetchWaitMs: 1 });
  client.dropLateConnections(() => false);
  const { cluster } = client;
  const borrowed = new BorrowedTopics(cluster);
  const connected = async (limitMs: number = REQUEST_TIMEOUT_MS): Promise<void> => client.connect(limitMs);
  const describe = async (name: string): Promise<TopicDescription | null> => {
    await connected();
    return client.bounded(describeTopic(cluster, name));
  };
  const topicBounds = async (name: string): Promise<TopicBounds | null> => {
    const found = await describe(name);
    if (found === null) return null;
    const numbers = Array.from({ length: found.partitions }, (_, partition) => partition);
    const asking = borrowed.during(name, () => askLogBounds(cluster, name, numbers));
    return { topicId: found.topicId, partitions: await client.bounded(asking) };
  };
  return {
    describe,
    async ensureTopic(name, wish) {
      const existing = await describe(name);
      if (existing !== null) return existing;
      await client.bounded(create(client, name, wish));
      return untilSeen(name, describe);
    },
    async settings(name) {
      if ((await describe(name)) === null) return null;
      return client.bounded(askTopicSettings(cluster, name));
    },
    topicBounds,
    async readNewest({ topic, partition }, count) {
      const ends = (await topicBounds(topic))?.partitions.get(partition);
      if (ends === undefined) return [];
      const first = ends.end - BigInt(count);
      const offset = first > ends.start ? first : ends.start;
      const reading = borrowed.during(topic, () =>
        readRecords(cluster, { topic, partition, offset }, { end: ends.end, count }),
      );
      return client.bounded(reading);
    },
    async offsetsAt(name, timeMs) {
      const found = await describe(name);
      if (found === null) return null;
      const partitions = Array.from({ length: found.partitions }, (_, partition) => partition);
      const question = { topic: name, partitions, timestamp: timeMs };
      return client.bounded(borrowed.during(name, () => askOffsetsAt(cluster, question)));
    },
    async readRecord(place) {
      await connected();
      return client.bounded(borrowed.during(place.topic, () => readRecord(cluster, place)));
    },
    async readChunk(from) {
      await connected();
      return client.bounded(borrowed.during(from.topic, () => readChunk(cluster, from)));
    },
    async ping(deadlineMs) {
      const before = performance.now();
      await connected(deadlineMs);
      await client.bounded(askNothing(cluster), Math.max(1, deadlineMs - (performance.now() - before)));
    },
    close: () => client.close(CLOSE_LIMIT_MS),
  };
}

async function create(client: KafkaClient, name: string, wish: TopicWish): Promise<void> {
  const configEntries = Object.entries(wish.config ?? {}).map(([key, value]) => ({ name: key, value }));
  const topic = {
    topic: name,
    numPartitions: wish.partitions,
    replicationFactor: DEFAULT_REPLICATION,
    configEntries,
  };
  const broker = await client.cluster.brokerPool.findConnectedBroker();
  try {
    await broker.createTopics({ topics: [topic], timeout: CREATE_LIMIT_MS });
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  }
}

/** Another host may have been faster; that is as good. */
function isAlreadyThere(error: unknown): boolean {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const inner = errors.flatMap((one) => (hasErrors(one) ? one.errors : [one]));
  return inner.some((one) => one instanceof Error && "type" in one && one.type === "TOPIC_ALREADY_EXISTS");
}

function hasErrors(error: unknown): error is { readonly errors: readonly unknown[] } {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

async function untilSeen(
  name: string,
  describe: (name: string) => Promise<TopicDescription | null>,
): Promise<TopicDescription> {
  for (let waitedMs = 0; waitedMs < CREATE_LIMIT_MS; waitedMs += SEEN_EVERY_MS) {
    const description = await describe(name);
    if (description !== null) return description;
    await sleep(SEEN_EVERY_MS);
  }
  throw new GluttonyError("kafka.topic_missing", { topic: name, waitedMs: CREATE_LIMIT_MS });
}
