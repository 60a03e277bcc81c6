import { type Consumer, type ConsumerRow, GluttonyError, parseConsumer } from "@gluttony/model";

/** A topic that may be looked at, and the consumers that read it. */
export interface VisibleTopic {
  readonly topic: string;
  readonly rows: readonly ConsumerRow[];
  /** The oldest of them that can be read: it says how the records are decoded. Null when none can. */
  readonly consumer: Consumer | null;
  readonly isInternal: boolean;
}

/** Which topic a person names. */
export interface TopicWish {
  readonly topic?: string;
  /** As `schema.table`, or the table alone where one topic fits. */
  readonly table?: string;
}

/** The topics of consumers: nothing else on the brokers is shown to anybody, such as what Connect keeps there. Pure. */
export function topicsOf(rows: readonly ConsumerRow[]): readonly VisibleTopic[] {
  const byTopic = new Map<string, { rows: ConsumerRow[]; consumer: Consumer | null }>();
  for (const row of rows) {
    const parsed = parseConsumer(row);
    const consumer = "consumer" in parsed ? parsed.consumer : null;
    const topic = consumer?.topic ?? row.topic;
    if (topic === null) continue;
    const known = byTopic.get(topic) ?? { rows: [], consumer: null };
    known.rows.push(row);
    known.consumer ??= consumer;
    byTopic.set(topic, known);
  }
  return [...byTopic].map(([topic, found]) => ({ topic, ...found, isInternal: isInternalTopic(topic) }));
}

/** The topic that is meant. Throws `change.topic_unknown`, and `request.invalid` where several fit. Pure. */
export function topicMeant(wish: TopicWish, topics: readonly VisibleTopic[]): VisibleTopic {
  const { topic, table } = wish;
  if ((topic === undefined) === (table === undefined)) throw oneOfThem();
  const fitting =
    table === undefined
      ? topics.filter((one) => one.topic === topic)
      : topics.filter((one) => holds(one, table));
  const [found, ...others] = fitting;
  if (found === undefined) throw new GluttonyError("change.topic_unknown");
  if (others.length > 0) throw severalFit(fitting);
  return found;
}

function holds({ topic, rows }: VisibleTopic, table: string): boolean {
  return (
    topic.endsWith(`.${table}`) ||
    rows.some(
      ({ captureSchema, captureTable }) =>
        captureTable !== null &&
        (table === captureTable || table === `${captureSchema ?? ""}.${captureTable}`),
    )
  );
}

/** Kafka's own, and those by which Debezium and Connect keep house. */
function isInternalTopic(topic: string): boolean {
  return topic.startsWith("_") || topic.endsWith(".transaction") || topic.endsWith(".heartbeat");
}

function oneOfThem(): GluttonyError {
  const fault = { path: "/topic", message: "Name a topic, or a table.", suggestion: "table=public.patient" };
  return new GluttonyError("request.invalid", {}, { faults: [fault] });
}

function severalFit(topics: readonly VisibleTopic[]): GluttonyError {
  const suggestion = topics.map(({ topic }) => `topic=${topic}`).join(", ");
  const fault = { path: "/table", message: "Several topics hold a table of this name.", suggestion };
  return new GluttonyError("request.invalid", {}, { faults: [fault] });
}
