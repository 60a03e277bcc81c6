import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError } from "@gluttony/model";
import type { AssignedPartition } from "@gluttony/runtime";
import type { KafkajsConsumerGroup } from "./guards/kafkajs-internals.ts";
import type { KafkaClient } from "./kafka-client.ts";
import { type LogBounds, askLogBounds } from "./log-bounds.ts";
import { askRetentionMs } from "./retention.ts";
import { type TopicDescription, describeTopic } from "./topic-description.ts";

const ATTEMPTS_MAX = 5;
const RETRY_AFTER_MS = 500;

/** A position that the broker refused. */
export interface RefusedPosition {
  readonly partition: number;
  readonly position: bigint | null;
  /** The topic that the position belongs to. */
  readonly topicId: string;
}

/** Asks the brokers about one topic, each time with a deadline. */
export class TopicBroker {
  readonly topic: string;
  readonly #client: KafkaClient;

  constructor(topic: string, client: KafkaClient) {
    this.topic = topic;
    this.#client = client;
  }

  /** Throws `kafka.topic_missing` where there is none. */
  async describe(): Promise<TopicDescription> {
    const description = await this.find();
    if (description === null) throw new GluttonyError("kafka.topic_missing", { topic: this.topic });
    return description;
  }

  find(): Promise<TopicDescription | null> {
    return this.#client.bounded(describeTopic(this.#client.cluster, this.topic));
  }

  /** Makes kafkajs look at the topic again; where it finds more partitions it joins the group anew. */
  refresh(): Promise<void> {
    return this.#client.bounded(this.#client.cluster.refreshMetadata());
  }

  retentionMs(): Promise<number | null> {
    return this.#client.bounded(askRetentionMs(this.#client.cluster, this.topic));
  }

  bounds(partitions: readonly number[]): Promise<ReadonlyMap<number, LogBounds>> {
    return this.#client.bounded(askLogBounds(this.#client.cluster, this.topic, partitions));
  }

  /** What there is to know of newly assigned partitions. Tries a few times: giving up costs the whole source. */
  async ask(
    group: KafkajsConsumerGroup,
    wish: TopicDescription & { readonly asked: readonly number[] },
  ): Promise<readonly AssignedPartition[]> {
    const { topicId, partitions, asked } = wish;
    const [committed, bounds] = await retried(() =>
      Promise.all([this.#committed(group, asked), this.bounds(asked)]),
    );
    return asked.map((partition) => {
      const { start, end } = bounds.get(partition) ?? { start: 0n, end: 0n };
      return {
        partition,
        topicId,
        committed: committed.get(partition) ?? null,
        logStart: start,
        logEnd: end,
        partitions,
      };
    });
  }

  /** Tells why a position was refused: the topic is another one, or the log no longer reaches there. */
  async outOfRange({ partition, position, topicId }: RefusedPosition): Promise<GluttonyError> {
    const facts = { topic: this.topic, partition, position: String(position) };
    try {
      const now = await this.describe();
      if (now.topicId !== topicId) {
        return new GluttonyError("kafka.topic_recreated", { ...facts, topicId, topicIdNow: now.topicId });
      }
      const bounds = (await this.bounds([partition])).get(partition);
      const numbers = { logStart: String(bounds?.start ?? null), logEnd: String(bounds?.end ?? null) };
      return new GluttonyError("kafka.offset_out_of_range", { ...facts, ...numbers });
    } catch (cause) {
      return new GluttonyError("kafka.offset_out_of_range", facts, { cause });
    }
  }

  async #committed(
    group: KafkajsConsumerGroup,
    partitions: readonly number[],
  ): Promise<ReadonlyMap<number, bigint>> {
    const topics = [{ topic: this.topic, partitions: partitions.map((partition) => ({ partition })) }];
    const coordinator = await group.offsetManager?.getCoordinator();
    if (coordinator === undefined) return new Map();
    const answer = await this.#client.bounded(coordinator.offsetFetch({ groupId: group.groupId, topics }));
    const offsets = answer.responses.flatMap((response) => response.partitions);
    const known = offsets.filter(({ offset }) => BigInt(offset) >= 0n);
    return new Map(known.map(({ partition, offset }) => [partition, BigInt(offset)]));
  }
}

async function retried<Value>(attempt: () => Promise<Value>): Promise<Value> {
  for (let left = ATTEMPTS_MAX - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(RETRY_AFTER_MS);
    }
  }
}
