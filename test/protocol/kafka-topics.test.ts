import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaTopics, createKafkaTopics } from "@gluttony/kafka";
import { silentLog, textOf } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { stack } from "../support/stack.ts";

describe.skipIf(stack().unavailable !== "")("topics", () => {
  let tools: KafkaTools;
  let topics: KafkaTopics;

  beforeAll(async () => {
    tools = await kafkaTools(stack().kafka);
    topics = createKafkaTopics({ brokers: [stack().kafka], clientId: "tests", log: silentLog });
  });
  afterAll(async () => {
    await topics?.close();
    await tools?.[Symbol.asyncDispose]();
  });

  async function until(isSo: () => Promise<boolean>): Promise<void> {
    for (let waits = 0; !(await isSo()) && waits < 100; waits++) await sleep(100);
  }

  test("one that does not exist is described as nothing", async () => {
    expect(await topics.describe(nameFor("none"))).toBeNull();
  });

  test("one is made with its partitions and settings, and left alone the second time", async () => {
    const name = nameFor("made");

    const made = await topics.ensureTopic(name, { partitions: 3, config: { "cleanup.policy": "compact" } });
    const again = await topics.ensureTopic(name, { partitions: 9 });

    expect(made.partitions).toBe(3);
    expect(again).toEqual(made);
    expect(await topics.describe(name)).toEqual(made);
    const { resources } = await tools.admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name, configNames: ["cleanup.policy"] }],
    });
    expect(resources[0]?.configEntries[0]?.configValue).toBe("compact");
  });

  test("its settings are told, the brokers' own where it sets none, and nothing of one that is not there", async () => {
    const name = nameFor("settings");
    await topics.ensureTopic(name, {
      partitions: 1,
      config: { "retention.ms": "-1", "max.message.bytes": "2000" },
    });

    expect(await topics.settings(name)).toEqual({
      cleanupPolicy: "delete",
      retentionMs: -1,
      retentionBytes: -1,
      messageBytesMax: 2_000,
    });
    expect(await topics.settings(nameFor("none"))).toBeNull();
  });

  test("the newest records of a partition are read, oldest first, over many batches, and at most so many", async () => {
    const topic = await tools.makeTopic(1);
    for (const value of ["1", "2", "3", "4", "5"]) await tools.send(topic, [{ value }]);
    const valuesOf = async (count: number): Promise<readonly (string | null)[]> =>
      (await topics.readNewest({ topic, partition: 0 }, count)).map(({ value }) => textOf(value));

    expect(await valuesOf(3)).toEqual(["3", "4", "5"]);
    expect(await valuesOf(100)).toEqual(["1", "2", "3", "4", "5"]);
    expect(await topics.readNewest({ topic: nameFor("none"), partition: 0 }, 3)).toEqual([]);
    expect(await topics.readNewest({ topic, partition: 7 }, 3)).toEqual([]);
  });

  test("several hosts may make the same one at once", async () => {
    const name = nameFor("race");

    const made = await Promise.all([1, 2, 3].map(() => topics.ensureTopic(name, { partitions: 2 })));

    expect(new Set(made.map(({ topicId }) => topicId)).size).toBe(1);
  });

  test("a name that Kafka refuses is told with the broker's reason", async () => {
    const making = topics.ensureTopic("not/allowed", { partitions: 1 });

    await expect(making).rejects.toMatchObject({ code: "kafka.refused" });
  });

  test("both ends of a log and single records are told, also after another topic that was asked about is gone", async () => {
    const [gone, topic] = [await tools.makeTopic(1), await tools.makeTopic(2)];
    await using writer = await kafkaTools(stack().kafka);
    await writer.send(gone, [{ value: "gone" }]);
    await writer.send(topic, [
      { partition: 1, value: "first" },
      { partition: 1, value: "second" },
    ]);
    const before = await topics.readRecord({ topic: gone, partition: 0, offset: 0n });
    const goneBounds = await topics.topicBounds(gone);
    await tools.admin.deleteTopics({ topics: [gone] });
    await until(async () => (await topics.describe(gone)) === null);

    const bounds = await topics.topicBounds(topic);
    const second = await topics.readRecord({ topic, partition: 1, offset: 1n });
    const beyond = await topics.readRecord({ topic, partition: 1, offset: 2n });
    const below = await topics.readRecord({ topic, partition: 0, offset: 9n });

    expect([textOf(before?.value ?? null), goneBounds?.partitions.get(0)]).toEqual([
      "gone",
      { start: 0n, end: 1n },
    ]);
    expect(bounds?.partitions).toEqual(
      new Map([
        [0, { start: 0n, end: 0n }],
        [1, { start: 0n, end: 2n }],
      ]),
    );
    expect(second).toMatchObject({ topic, partition: 1, offset: 1n });
    expect(textOf(second?.value ?? null)).toBe("second");
    expect([beyond, below, await topics.topicBounds(gone)]).toEqual([null, null, null]);
  });

  test("a broker that runs answers a ping", async () => {
    await expect(topics.ping(5_000)).resolves.toBeUndefined();
  });
});
