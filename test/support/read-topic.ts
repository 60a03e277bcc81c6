import { Kafka, logLevel } from "kafkajs";
import { nameFor } from "./kafka-tools.ts";

/** One record of a topic as a test needs it. */
export interface TopicRecord {
  readonly partition: number;
  readonly offset: bigint;
  /** Patient and version of a row that was written; null for deletes and tombstones. */
  readonly id: string | null;
}

const readLimitMs = 60_000;

/** Reads a whole topic with a plain client, to know the truth without the code under test. */
export async function readTopic(broker: string, topic: string): Promise<readonly TopicRecord[]> {
  const kafka = new Kafka({ brokers: [broker], clientId: "reader", logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId: nameFor("reader") });
  const records: TopicRecord[] = [];
  try {
    await Promise.all([admin.connect(), consumer.connect()]);
    const ends = await admin.fetchTopicOffsets(topic);
    const expected = ends.reduce((sum, end) => sum + Number(end.offset) - Number(end.low), 0);
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`read ${records.length} of ${expected}`)), readLimitMs);
      const endWhenRead = (): void => {
        if (records.length < expected) return;
        clearTimeout(limit);
        resolve();
      };
      void consumer.run({
        eachBatch: async ({ batch }) => {
          for (const message of batch.messages) {
            const { partition } = batch;
            records.push({ partition, offset: BigInt(message.offset), id: idOf(message.value) });
          }
          endWhenRead();
        },
      });
      endWhenRead();
    });
    return records;
  } finally {
    await Promise.all([admin.disconnect(), consumer.disconnect()]);
  }
}

function idOf(value: Buffer | null): string | null {
  if (value === null) return null;
  const { payload } = JSON.parse(value.toString()) as {
    payload: { after: { patient_id: string; mobile: string } | null };
  };
  return payload.after === null
    ? null
    : `${payload.after.patient_id} ${Number(payload.after.mobile.slice(3))}`;
}
