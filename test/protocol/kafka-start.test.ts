import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKafkaSources } from "@gluttony/kafka";
import { GluttonyError } from "@gluttony/model";
import type { RecordSources } from "@gluttony/runtime";
import { committedOrStart, ownerOf, silentLog, textOf, until } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { stack } from "../support/stack.ts";

describe.skipIf(stack().unavailable !== "")("where a source begins", () => {
  let tools: KafkaTools;
  let sources: RecordSources;

  beforeAll(async () => {
    tools = await kafkaTools(stack().kafka);
    sources = createKafkaSources({ brokers: [stack().kafka], clientId: "tests", log: silentLog });
  });
  afterAll(async () => tools?.[Symbol.asyncDispose]());

  async function filledTopic(partitions: number, count: number): Promise<string> {
    const topic = await tools.makeTopic(partitions);
    const numbers = Array.from({ length: count }, (_, index) => index);
    const all = Array.from({ length: partitions }, (_, partition) => partition);
    await tools.send(
      topic,
      all.flatMap((partition) => numbers.map((index) => ({ partition, value: `${partition}/${index}` }))),
    );
    return topic;
  }

  test("the owner is asked before the first record, with what the broker knows", async () => {
    const topic = await filledTopic(3, 100);
    await tools.deleteBefore(topic, 2, 10n);
    const source = sources.create({ topic, group: nameFor("group"), fetchWaitMs: 200 });
    const seenBefore: number[] = [];
    const owner = ownerOf(source, async ({ partition }) => {
      await sleep(100 * (3 - partition));
      seenBefore.push(owner.told.records.length);
      return { kind: "start", offset: 37n + BigInt(partition) };
    });

    await owner.start();
    await until(() => owner.told.records.length >= 63 + 62 + 61);
    await owner.stop();

    expect(owner.told.assigned).toHaveLength(1);
    expect(owner.told.assigned[0]).toMatchObject([
      { partition: 0, committed: null, logStart: 0n, logEnd: 100n },
      { partition: 1, committed: null, logStart: 0n, logEnd: 100n },
      { partition: 2, committed: null, logStart: 10n, logEnd: 100n },
    ]);
    expect(owner.told.assigned[0]?.[0]?.topicId).toMatch(/^[\w-]{22}$/);
    expect(seenBefore).toEqual([0, 0, 0]);
    for (const partition of [0, 1, 2]) {
      const offsets = owner.told.records
        .filter((record) => record.partition === partition)
        .map((r) => r.offset);
      expect(offsets[0]).toBe(37n + BigInt(partition));
      expect(offsets).toHaveLength(63 - partition);
    }
  });

  test("a partition whose start is blocked stays silent, without being told again", async () => {
    const topic = await filledTopic(2, 10);
    const source = sources.create({ topic, group: nameFor("group"), fetchWaitMs: 100 });
    const owner = ownerOf(source, (partition) => {
      const error = new GluttonyError("kafka.offset_out_of_range");
      return partition.partition === 0 ? { kind: "blocked", error } : committedOrStart(partition);
    });

    await owner.start();
    await until(() => owner.told.records.length >= 10);
    await sleep(500);
    await owner.stop();

    expect(owner.told.records.map(({ partition }) => partition)).toEqual(Array(10).fill(1));
    expect(owner.told.blocked).toEqual([]);
  });

  test("a position that the log has left blocks its partition; the others go on and nothing is committed", async () => {
    const topic = await filledTopic(2, 50);
    const group = nameFor("group");
    const owner = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));
    await owner.start();
    await until(() => owner.told.records.length >= 100);
    await owner.source.commit([
      { partition: 0, offset: 20n },
      { partition: 1, offset: 50n },
    ]);
    await owner.stop();
    await tools.deleteBefore(topic, 0, 35n);
    const later = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));

    await later.start();
    await until(() => later.told.blocked.length > 0);
    await tools.send(topic, [{ partition: 1, value: "goes on" }]);
    await until(() => later.told.records.length > 0);
    await sleep(1_000);
    const { lastHeartbeatAgeMs } = later.source.health();
    await later.stop();

    expect(later.told.blocked).toHaveLength(1);
    const [[partition, error] = []] = later.told.blocked;
    expect(partition).toBe(0);
    expect(error?.code).toBe("kafka.offset_out_of_range");
    expect(error?.facts).toMatchObject({ position: "20", logStart: "35", logEnd: "50" });
    expect(later.told.records.map(({ value }) => textOf(value))).toEqual(["goes on"]);
    expect(lastHeartbeatAgeMs).toBeLessThan(5_000);
    expect((await tools.committed(group, topic)).get(0)).toBe(20n);
  });

  test("a topic made anew has another id, and is not read on", async () => {
    const topic = await filledTopic(1, 5);
    const group = nameFor("group");
    const owner = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));
    await owner.start();
    await until(() => owner.told.records.length >= 5);
    await owner.commit();

    await tools.admin.deleteTopics({ topics: [topic] });
    await sleep(300);
    await tools.admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    await tools.send(
      topic,
      Array.from({ length: 20 }, (_, index) => ({ value: `new ${index}` })),
    );
    await until(() => owner.told.blocked.length + owner.told.fatal.length > 0);
    await owner.stop();
    const later = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));
    await later.start();
    await later.stop();

    expect(owner.told.blocked.map(([, { code }]) => code)).toContain("kafka.topic_recreated");
    expect(owner.told.records).toHaveLength(5);
    const ids = [owner, later].map(({ told }) => told.assigned[0]?.[0]?.topicId);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test("a topic that does not exist is refused by its code", async () => {
    const owner = ownerOf(
      sources.create({ topic: nameFor("none"), group: nameFor("group"), fetchWaitMs: 100 }),
    );

    await expect(owner.start()).rejects.toMatchObject({ code: "kafka.topic_missing" });
  });

  test("brokers that cannot be reached are refused in bounded time", { timeout: 60_000 }, async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const unreachable = createKafkaSources({
      brokers: [`127.0.0.1:${port}`],
      clientId: "tests",
      log: silentLog,
    });
    const owner = ownerOf(unreachable.create({ topic: "any", group: "any", fetchWaitMs: 100 }));
    const before = performance.now();

    await expect(owner.start()).rejects.toMatchObject({ code: "kafka.unreachable" });

    expect(performance.now() - before).toBeLessThan(40_000);
  });
});
