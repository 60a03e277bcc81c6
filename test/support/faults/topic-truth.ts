import { Kafka, logLevel } from "kafkajs";
import { nameFor } from "../kafka-tools.ts";

/** One record that lies in the topic. */
export interface TrueRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly subject: string;
  /** 0 for what is no change of a patient that can be sent. */
  readonly version: number;
  readonly operation: string;
}

/** What a topic holds. */
export interface TopicTruth {
  readonly records: readonly TrueRecord[];
  readonly bounds: readonly { readonly partition: number; readonly low: bigint; readonly high: bigint }[];
}

const readLimitMs = 60_000;

/** Reads a whole topic with a plain client, to know the truth without the code under test. */
export async function topicTruth(broker: string, topic: string): Promise<TopicTruth> {
  const kafka = new Kafka({ brokers: [broker], clientId: "truth", logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId: nameFor("truth"), maxBytes: 64 * 1024 * 1024 });
  const records: TrueRecord[] = [];
  try {
    await Promise.all([admin.connect(), consumer.connect()]);
    const offsets = await admin.fetchTopicOffsets(topic);
    const bounds = offsets.map(({ partition, low, high }) => ({
      partition,
      low: BigInt(low),
      high: BigInt(high),
    }));
    // Control records and aborted ones are not handed out, so the last offset of a batch says how far reading is.
    const left = new Set(bounds.filter(({ low, high }) => high > low).map(({ partition }) => partition));
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      if (left.size === 0) return resolve();
      const limit = setTimeout(() => reject(new Error(`${topic}: read ${records.length}`)), readLimitMs);
      void consumer.run({
        eachBatch: async ({ batch }) => {
          for (const { offset, value } of batch.messages) {
            records.push({ partition: batch.partition, offset: BigInt(offset), ...changeOf(value) });
          }
          const high = bounds.find(({ partition }) => partition === batch.partition)?.high ?? 0n;
          if (BigInt(batch.lastOffset()) + 1n >= high) left.delete(batch.partition);
          if (left.size > 0) return;
          clearTimeout(limit);
          resolve();
        },
      });
    });
    return { records, bounds };
  } finally {
    await Promise.all([admin.disconnect(), consumer.disconnect()]);
  }
}

const nothing = { subject: "", version: 0 };

function changeOf(value: Buffer | null): Pick<TrueRecord, "subject" | "version" | "operation"> {
  if (value === null) return { ...nothing, operation: "tombstone" };
  try {
    const read: unknown = JSON.parse(value.toString());
    const change = fieldOf(read, "payload") ?? read;
    const operation = fieldOf(change, "op");
    const row = fieldOf(change, "after");
    const subject = fieldOf(row, "patient_id");
    const mobile = fieldOf(row, "mobile");
    if (typeof operation !== "string") return { ...nothing, operation: "unreadable" };
    if (typeof subject !== "string" || typeof mobile !== "string") return { ...nothing, operation };
    return { subject, version: Number(mobile.slice(3)), operation };
  } catch {
    return { ...nothing, operation: "unreadable" };
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
