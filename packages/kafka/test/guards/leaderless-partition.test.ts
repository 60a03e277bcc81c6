import { expect, test } from "vitest";
import { applyGuards } from "../../src/guards/apply-guards.ts";
import { kafkajsInternals } from "../../src/guards/kafkajs-internals.ts";

const LEADER_NOT_AVAILABLE = 5;
const UNKNOWN_TOPIC_OR_PARTITION = 3;

const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const string = (text: string): Buffer => Buffer.concat([int16(text.length), Buffer.from(text)]);
const array = (...items: readonly Buffer[]): Buffer => Buffer.concat([int32(items.length), ...items]);

const broker = Buffer.concat([int32(1), string("127.0.0.1"), int32(9092), int16(0xffff)]);

function partition(id: number, { leader, errorCode }: { leader: number; errorCode: number }): Buffer {
  const replicas = array(int32(1));
  return Buffer.concat([int16(errorCode), int32(id), int32(leader), replicas, replicas, array()]);
}

/** An answer of Metadata version 6, as the protocol's description has it. */
function answer(topicErrorCode: number, partitions: readonly Buffer[]): Buffer {
  const topic = Buffer.concat([
    int16(topicErrorCode),
    string("sick"),
    Buffer.from([0]),
    array(...partitions),
  ]);
  return Buffer.concat([int32(0), array(broker), string("cluster"), int32(1), array(topic)]);
}

const healthy = partition(0, { leader: 1, errorCode: 0 });
const leaderless = partition(1, { leader: -1, errorCode: LEADER_NOT_AVAILABLE });

/** Through kafkajs' decoder and whatever `parse` is in place now, as a connection does. */
async function parsed(raw: Buffer): Promise<unknown> {
  const { metadataResponse } = kafkajsInternals();
  return metadataResponse.parse(await metadataResponse.decode(raw));
}

test("one partition without a leader spoils an answer of kafkajs only without the guard", async () => {
  const raw = answer(0, [healthy, leaderless]);
  await expect(parsed(raw)).rejects.toMatchObject({ type: "LEADER_NOT_AVAILABLE" });

  applyGuards();

  await expect(parsed(raw)).resolves.toMatchObject({
    topicMetadata: [
      {
        partitionMetadata: [
          { partitionId: 0, leader: 1 },
          { partitionId: 1, leader: -1, partitionErrorCode: LEADER_NOT_AVAILABLE },
        ],
      },
    ],
  });
});

test("an error of the whole topic is still thrown", async () => {
  applyGuards();

  const parsing = parsed(answer(UNKNOWN_TOPIC_OR_PARTITION, []));

  await expect(parsing).rejects.toMatchObject({ type: "UNKNOWN_TOPIC_OR_PARTITION" });
});
