import type { ExplainAnswer, ExplainWish } from "@gluttony/admin";
import type { KafkaTopics } from "@gluttony/kafka";
import {
  type Consumer,
  type ConsumerRow,
  type DeadLetter,
  GluttonyError,
  parseConsumer,
} from "@gluttony/model";
import { explain, type ExplainKnowledge, subjectOfKey, type SubjectHash } from "@gluttony/runtime";
import type { RawRecord } from "@gluttony/sdk/codecs";
import type { Stores } from "./stores.ts";

/** Dead letters looked at for one answer. */
const lettersMax = 200;

/** What an answer is gathered from. */
export interface ExplainSources {
  readonly stores: Stores;
  readonly topics: KafkaTopics;
  readonly subjects: SubjectHash;
}

/** Gathers what is remembered and seen of a record or a key, and says where it stands. */
export async function explainConsumer(
  row: ConsumerRow,
  wish: ExplainWish,
  sources: ExplainSources,
): Promise<ExplainAnswer> {
  const parsed = parseConsumer(row);
  const consumer = "consumer" in parsed ? parsed.consumer : null;
  const topic = consumer?.topic ?? row.topic;
  const { stores, topics } = sources;
  const [states, positions, bounds] = await Promise.all([
    stores.observations.readStates(row.id),
    topic === null ? [] : stores.positions.load(row.id, topic),
    topic === null ? null : topics.topicBounds(topic).catch(() => null),
  ]);
  const common = {
    consumer,
    isEnabled: row.isValid,
    states: states.filter((state) => state.state !== "unknown" && state.state !== "stopped"),
    positions,
    bounds: bounds?.partitions ?? new Map(),
    nowMs: Date.now(),
  };
  if ("key" in wish) return ofKey(wish.key, { ...common, record: null, letters: [] }, { row, sources });
  const record = topic === null ? null : await recordAt({ topic, ...wish }, topics);
  const letters = await lettersOf(row, { partition: wish.partition }, stores);
  return explain(wish, { ...common, record, letters });
}

async function ofKey(
  key: string,
  known: ExplainKnowledge,
  { row, sources }: { readonly row: ConsumerRow; readonly sources: ExplainSources },
): Promise<ExplainAnswer> {
  const consumer = knownConsumer(known.consumer, row);
  const subject = subjectOfKey(key, consumer, sources.subjects);
  if (subject === null) {
    throw new GluttonyError("request.invalid", { path: "key", expected: consumer.globalKey.join(",") });
  }
  return explain({ subject }, { ...known, letters: await lettersOf(row, { subject }, sources.stores) });
}

function knownConsumer(consumer: Consumer | null, row: ConsumerRow): Consumer {
  if (consumer === null) throw new GluttonyError("consumer.invalid", { consumer: row.name });
  return consumer;
}

async function lettersOf(
  row: ConsumerRow,
  which: { readonly partition?: number; readonly subject?: string },
  { deadLetters }: Stores,
): Promise<readonly DeadLetter[]> {
  const { items } = await deadLetters.list({ consumerId: row.id, ...which, limit: lettersMax });
  return items;
}

async function recordAt(
  place: { readonly topic: string; readonly partition: number; readonly offset: bigint },
  topics: KafkaTopics,
): Promise<RawRecord | null> {
  // Without the record the answer is poorer, and still true.
  return topics.readRecord(place).catch(() => null);
}
