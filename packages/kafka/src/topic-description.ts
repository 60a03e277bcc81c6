import { ByteReader } from "./decode/byte-reader.ts";
import { translateError } from "./errors.ts";
import { type KafkajsCluster, type ProtocolRequest, kafkajsInternals } from "./guards/kafkajs-internals.ts";
import { GluttonyError } from "@gluttony/model";

/** What tells one topic from another of the same name, and how many partitions it has. */
export interface TopicDescription {
  readonly topicId: string;
  readonly partitions: number;
}

const METADATA = 3;
/** The first version with topic ids and leader epochs that also allows asking by name. */
const VERSION = 12;
const NO_ERROR = 0;
const UNKNOWN_TOPIC = 3;
const TOPIC_ID_BYTES = 16;

interface TopicAnswer {
  readonly errorCode: number;
  readonly topicId: string;
  readonly partitions: number;
}

interface Answer {
  readonly clientSideThrottleTime: number;
  readonly topics: readonly TopicAnswer[];
}

/** Asks for one topic, which kafkajs' own request cannot: it knows no topic ids. Null when there is none. */
export async function describeTopic(
  cluster: KafkajsCluster,
  topic: string,
): Promise<TopicDescription | null> {
  const { topics } = await askMetadata(cluster, [topic]);
  const [answer] = topics;
  if (answer === undefined || answer.errorCode === UNKNOWN_TOPIC) return null;
  if (answer.errorCode !== NO_ERROR) {
    throw new GluttonyError("kafka.refused", { topic, errorCode: answer.errorCode });
  }
  return { topicId: answer.topicId, partitions: answer.partitions };
}

/** Makes a broker answer without asking for anything. */
export async function askNothing(cluster: KafkajsCluster): Promise<void> {
  await askMetadata(cluster, []);
}

async function askMetadata(cluster: KafkajsCluster, topics: readonly string[]): Promise<Answer> {
  try {
    const broker = await cluster.brokerPool.findConnectedBroker();
    return await broker.connectionPool.send(requestFor(topics));
  } catch (error) {
    throw translateError(error, { topics });
  }
}

function requestFor(topics: readonly string[]): ProtocolRequest<Answer> {
  const { Encoder } = kafkajsInternals();
  return {
    request: {
      apiKey: METADATA,
      apiVersion: VERSION,
      apiName: "Metadata",
      encode: () => Promise.resolve(new Encoder().writeBuffer(bodyFor(topics))),
    },
    response: {
      decode: (raw) => Promise.resolve(answerOf(new ByteReader(raw))),
      parse: (answer) => Promise.resolve(answer),
    },
  };
}

/** kafkajs writes the header of old versions; the flexible ones end it with a list of tags, here an empty one. */
function bodyFor(topics: readonly string[]): Buffer {
  const parts = [Buffer.from([0]), uvarint(topics.length + 1)];
  for (const topic of topics) {
    const name = Buffer.from(topic, "utf8");
    parts.push(Buffer.alloc(TOPIC_ID_BYTES), uvarint(name.length + 1), name, Buffer.from([0]));
  }
  // No automatic creation, no authorized operations, no tags.
  parts.push(Buffer.from([0, 0, 0]));
  return Buffer.concat(parts);
}

function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) + 0x80);
  bytes.push(left);
  return Buffer.from(bytes);
}

function answerOf(reader: ByteReader): Answer {
  reader.tags();
  const clientSideThrottleTime = reader.int32();
  reader.compactArray(() => skipBroker(reader));
  reader.compactString();
  reader.int32();
  return { clientSideThrottleTime, topics: reader.compactArray(() => topicOf(reader)) };
}

function skipBroker(reader: ByteReader): void {
  reader.int32();
  reader.compactString();
  reader.int32();
  reader.compactString();
  reader.tags();
}

function topicOf(reader: ByteReader): TopicAnswer {
  const errorCode = reader.int16();
  reader.compactString();
  const topicId = reader.bytes(TOPIC_ID_BYTES).toString("base64url");
  reader.int8();
  const partitions = reader.compactArray(() => skipPartition(reader)).length;
  reader.int32();
  reader.tags();
  return { errorCode, topicId, partitions };
}

function skipPartition(reader: ByteReader): void {
  reader.int16();
  reader.int32();
  reader.int32();
  reader.int32();
  for (let list = 0; list < 3; list++) reader.compactArray(() => reader.int32());
  reader.tags();
}
