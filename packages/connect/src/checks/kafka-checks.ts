import { type SourceFinding, fine } from "./source-finding.ts";

/** A topic as it lies on the brokers, with the settings that matter here. */
export interface TopicFacts {
  readonly partitions: number;
  readonly cleanupPolicy: string;
  /** -1 keeps for ever. */
  readonly retentionMs: number;
  readonly retentionBytes: number;
  readonly messageBytesMax: number;
}

/** What the topics are held against. */
export interface KafkaWish {
  readonly topic: string;
  /** Bytes of the largest record that the consumer takes. */
  readonly recordBytesMax: number;
  /** Whether deletes are followed by a record without a value, by which compaction forgets a key. */
  readonly hasTombstones: boolean;
  /** Whether records without a key can come, whose order only a single partition keeps. */
  readonly hasKeylessRecords: boolean;
  readonly historyTopic: string | null;
}

export interface KafkaFacts {
  readonly topic: TopicFacts | null;
  readonly history: TopicFacts | null;
}

/** Milliseconds that a consumer may be away at least without losing records. */
const RETENTION_MIN_MS = 3 * 86_400_000;

/** Every check of a consumer's topics. Pure. */
export function judgeKafka(facts: KafkaFacts, wish: KafkaWish): readonly SourceFinding[] {
  const ofHistory = wish.historyTopic === null ? [] : [historyTopic(facts.history, wish.historyTopic)];
  return [topicThere(facts, wish), topicPolicy(facts, wish), recordSize(facts, wish), ...ofHistory];
}

function topicThere({ topic }: KafkaFacts, wish: KafkaWish): SourceFinding {
  if (topic === null) {
    const reason = `There is no topic ${wish.topic} yet.`;
    const remedy =
      "It is made with the connector; a topic of somebody else's connector is made by its first change.";
    return {
      check: "source.topic",
      severity: "hint",
      reason,
      facts: { topic: wish.topic },
      remedy,
      sql: null,
    };
  }
  const facts = { topic: wish.topic, partitions: topic.partitions };
  if (!wish.hasKeylessRecords || topic.partitions === 1)
    return fine("source.topic", `The topic has ${topic.partitions} partitions.`, facts);
  const reason = `Records without a key are spread over ${topic.partitions} partitions: truncates and rows without a key overtake others.`;
  const remedy = "Use a topic of one partition, or leave truncates out and name a key.";
  return { check: "source.topic", severity: "warning", reason, facts, remedy, sql: null };
}

function topicPolicy({ topic }: KafkaFacts, wish: KafkaWish): SourceFinding {
  if (topic === null) return fine("source.topic_policy", "There is no topic yet.");
  const facts = { cleanup_policy: topic.cleanupPolicy, retention_ms: topic.retentionMs };
  const base = { check: "source.topic_policy", facts, sql: null } as const;
  const isCompacted = topic.cleanupPolicy.includes("compact");
  if (isCompacted && !wish.hasTombstones)
    return {
      ...base,
      severity: "warning",
      reason: "The topic is compacted and deletes write no tombstone: deleted rows stay for ever.",
      remedy: "Set tombstones.on.delete to true.",
    };
  const isShort =
    topic.cleanupPolicy.includes("delete") && topic.retentionMs >= 0 && topic.retentionMs < RETENTION_MIN_MS;
  if (isShort)
    return {
      ...base,
      severity: "warning",
      reason: `Records are kept for ${Math.round(topic.retentionMs / 3_600_000)} hours: a consumer that is away longer loses them.`,
      remedy: "Raise retention.ms to seven days or more.",
    };
  return fine("source.topic_policy", "The topic keeps records long enough.", facts);
}

function recordSize({ topic }: KafkaFacts, wish: KafkaWish): SourceFinding {
  if (topic === null) return fine("source.record_size", "There is no topic yet.");
  const facts = { max_message_bytes: topic.messageBytesMax, record_bytes_max: wish.recordBytesMax };
  if (topic.messageBytesMax >= wish.recordBytesMax)
    return fine("source.record_size", "Every record that the consumer takes fits into the topic.", facts);
  return {
    check: "source.record_size",
    severity: "hint",
    reason: `The topic takes ${topic.messageBytesMax} bytes a record: a larger row fails the connector's task.`,
    facts,
    remedy: "Raise max.message.bytes of the topic, or leave large columns out by column.exclude.list.",
    sql: null,
  };
}

function historyTopic(topic: TopicFacts | null, name: string): SourceFinding {
  const base = { check: "source.history_topic", sql: null } as const;
  if (topic === null) {
    const reason = `There is no schema history ${name}: a connector that had one cannot start.`;
    const remedy = "Let a new connector make it; for an old one use snapshot.mode recovery.";
    return { ...base, severity: "warning", reason, facts: { topic: name }, remedy };
  }
  const facts = {
    topic: name,
    partitions: topic.partitions,
    cleanup_policy: topic.cleanupPolicy,
    retention_ms: topic.retentionMs,
    retention_bytes: topic.retentionBytes,
  };
  const isKept = topic.retentionMs === -1 && topic.retentionBytes === -1 && topic.cleanupPolicy === "delete";
  if (topic.partitions === 1 && isKept)
    return fine("source.history_topic", "The schema history is kept for ever.", facts);
  const reason = "The schema history is not kept whole and in order: one day the connector cannot start.";
  const remedy = "One partition, cleanup.policy=delete, retention.ms=-1, retention.bytes=-1.";
  return { ...base, severity: "blocking", reason, facts, remedy };
}
