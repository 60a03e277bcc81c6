import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKafkaSources } from "@gluttony/kafka";
import type { RecordSources } from "@gluttony/runtime";
import { type Owner, ownerOf, silentLog, textOf, until } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { stack } from "../support/stack.ts";

describe.skipIf(stack().unavailable !== "")("a topic or group that changes under a source", () => {
  let tools: KafkaTools;
  let sources: RecordSources;

  beforeAll(async () => {
    tools = await kafkaTools(stack().kafka);
    sources = createKafkaSources({ brokers: [stack().kafka], clientId: "tests", log: silentLog });
  });
  afterAll(async () => tools?.[Symbol.asyncDispose]());

  const ownerFor = (topic: string, group: string): Owner =>
    ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));

  async function fill(topic: string, count: number, text: string, from = tools): Promise<void> {
    const messages = Array.from({ length: count }, (_, index) => ({
      partition: 0,
      value: `${text} ${index}`,
    }));
    await from.send(topic, messages);
  }

  async function recreate(topic: string, count: number): Promise<void> {
    await tools.admin.deleteTopics({ topics: [topic] });
    await sleep(300);
    await tools.admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    await fill(topic, count, "new");
  }

  test("deleted and gone: the source ends by its code, and no mark is lost or set", async () => {
    // A kafkajs client that once wrote to a topic asks for it for ever, and fails once it is gone.
    await using own = await kafkaTools(stack().kafka);
    const topic = await own.makeTopic(1);
    await fill(topic, 5, "old", own);
    const owner = ownerFor(topic, nameFor("group"));
    await owner.start();
    await until(() => owner.told.records.length === 5);
    await owner.commit();
    const before = performance.now();

    await own.admin.deleteTopics({ topics: [topic] });
    await until(() => owner.told.fatal.length > 0);
    const tookMs = performance.now() - before;
    await owner.stop();

    console.log(`a topic that is gone was told after ${Math.round(tookMs)} ms`);
    expect(owner.told.fatal.map(({ code }) => code)).toEqual(["kafka.topic_missing"]);
    expect(owner.told.records).toHaveLength(5);
  });

  test.each([
    ["made anew with fewer records than were read", 20, 5],
    ["made anew with as many records as were read", 5, 5],
    ["made anew with more records than were read", 5, 20],
  ])("%s: blocked with both ids, and nothing is read or committed", async (_, old, fresh) => {
    const topic = await tools.makeTopic(1);
    const group = nameFor("group");
    await fill(topic, old, "old");
    const owner = ownerFor(topic, group);
    await owner.start();
    await until(() => owner.told.records.length === old);
    await owner.commit();

    await recreate(topic, fresh);
    await until(() => owner.told.blocked.length + owner.told.fatal.length > 0);
    const taken = await owner.commit();
    await sleep(500);
    const committed = await tools.committed(group, topic);
    await owner.stop();

    const [[partition, error] = []] = owner.told.blocked;
    expect([partition, error?.code]).toEqual([0, "kafka.topic_recreated"]);
    expect(error?.facts["topicId"]).toBe(owner.told.assigned[0]?.[0]?.topicId);
    expect(error?.facts["topicIdNow"]).not.toBe(error?.facts["topicId"]);
    expect(owner.told.records).toHaveLength(old);
    expect(taken).toEqual([]);
    expect(committed.get(0)).toBe(-1n);
  });

  test("made anew while its partition was paused: resuming reads nothing of it", async () => {
    const topic = await tools.makeTopic(1);
    await fill(topic, 5, "old");
    const owner = ownerFor(topic, nameFor("group"));
    await owner.start();
    await until(() => owner.told.records.length === 5);
    owner.source.pause([0]);
    await sleep(300);

    await recreate(topic, 50);
    owner.source.resume([0]);
    await until(() => owner.told.blocked.length + owner.told.fatal.length > 0);
    await sleep(500);
    await owner.stop();

    expect(owner.told.blocked.map(([, { code }]) => code)).toContain("kafka.topic_recreated");
    expect(owner.told.records).toHaveLength(5);
  });

  test("made wider: the new partitions are assigned and read from their beginning", async () => {
    const topic = await tools.makeTopic(1);
    const owner = ownerFor(topic, nameFor("group"));
    await owner.start();
    await fill(topic, 1, "first");
    await until(() => owner.told.records.length === 1);

    await tools.admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    const before = performance.now();
    const wide = await kafkaTools(stack().kafka);
    // One by one: kafkajs repeats the whole request when one partition is not ready yet.
    for (const partition of [0, 1, 2]) await wide.send(topic, [{ partition, value: `wide ${partition}` }]);
    await until(() => owner.told.records.length >= 4);
    const tookMs = performance.now() - before;
    await wide[Symbol.asyncDispose]();
    await owner.stop();

    console.log(`new partitions were read after ${Math.round(tookMs)} ms`);
    expect(
      owner.told.assigned
        .flat()
        .map(({ partition, committed, logStart }) => [partition, committed, logStart]),
    ).toEqual([
      [0, null, 0n],
      [1, null, 0n],
      [2, null, 0n],
    ]);
    expect(owner.told.records).toHaveLength(4);
    expect(new Set(owner.told.records.map(({ value }) => textOf(value)))).toEqual(
      new Set(["first 0", "wide 0", "wide 1", "wide 2"]),
    );
    expect(owner.told.lost).toBe(0);
  });

  test("the offsets of a running group cannot be moved by a tool; those of a stopped one are told as they are", async () => {
    const topic = await tools.makeTopic(1);
    const group = nameFor("group");
    await fill(topic, 10, "old");
    const owner = ownerFor(topic, group);
    await owner.start();
    await until(() => owner.told.records.length === 10);
    await owner.commit();
    const partitions = [{ partition: 0, offset: "3" }];

    await expect(tools.admin.setOffsets({ groupId: group, topic, partitions })).rejects.toThrow(/Stable/);
    await owner.stop();
    await tools.admin.setOffsets({ groupId: group, topic, partitions });
    const later = ownerFor(topic, group);
    await later.start();
    await until(() => later.told.records.length === 7);
    await later.stop();

    expect(later.told.assigned[0]).toMatchObject([
      { partition: 0, committed: 3n, logStart: 0n, logEnd: 10n },
    ]);
  });

  test("a group whose offsets are gone is told so, and nothing is begun without being asked", async () => {
    const topic = await tools.makeTopic(1);
    const group = nameFor("group");
    await fill(topic, 10, "old");
    const owner = ownerFor(topic, group);
    await owner.start();
    await until(() => owner.told.records.length === 10);
    await owner.commit();
    await owner.stop();
    await tools.admin.deleteGroups([group]);
    const later = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }), ({ committed }) => {
      // As the engine does from its mirror.
      return { kind: "start", offset: committed ?? 8n };
    });

    await later.start();
    await until(() => later.told.records.length === 2);
    await later.stop();

    expect(later.told.assigned[0]).toMatchObject([{ committed: null, logEnd: 10n }]);
    expect(later.told.records.map(({ offset }) => offset)).toEqual([8n, 9n]);
  });
});
