import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKafkaSources, createKafkaTopics } from "@gluttony/kafka";
import type { RecordSources } from "@gluttony/runtime";
import { type Broker, removeDataFolder, startBroker } from "gluttony/local-stack";
import { type Owner, ownerOf, silentLog, textOf, until } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { stack } from "../support/stack.ts";

/** A broker of its own, because it is stopped, killed and made to compact at once. */
describe.skipIf(stack().unavailable !== "")("a broker with faults", () => {
  let folder: string;
  let broker: Broker;
  let tools: KafkaTools;
  let sources: RecordSources;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-kafka-faults-"));
    const properties = { "log.cleaner.backoff.ms": "200" };
    broker = await startBroker({ dataDir: join(folder, "broker"), libs: stack().libs, properties });
    tools = await kafkaTools(broker.address);
    sources = createKafkaSources({ brokers: [broker.address], clientId: "tests", log: silentLog });
  });
  afterAll(async () => {
    await tools?.[Symbol.asyncDispose]();
    await broker?.stop();
    if (folder) await removeDataFolder(folder);
  });

  const ownerFor = (topic: string, group = nameFor("group")): Owner =>
    ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));

  test("an emptied batch in front of a large one does not hang the partition", {
    timeout: 90_000,
  }, async () => {
    const topic = await tools.makeTopic(1, {
      "cleanup.policy": "compact",
      "segment.ms": "50",
      "min.cleanable.dirty.ratio": "0",
      "min.compaction.lag.ms": "0",
    });
    const idempotent = await tools.idempotent();
    await idempotent.send({
      topic,
      messages: Array.from({ length: 30 }, () => ({ key: "k", value: "old" })),
    });
    await sleep(100);
    await tools.send(topic, [{ key: "large", value: "v".repeat(900_000) }]);
    await sleep(100);
    await tools.send(topic, [{ key: "k", value: "new" }]);
    await sleep(100);
    await tools.send(topic, [{ key: "end", value: "end" }]);

    const read = async (): Promise<Owner> => {
      const owner = ownerFor(topic);
      await owner.start();
      await until(() => owner.told.marks.get(0) === 33n, 5_000);
      await owner.stop();
      return owner;
    };
    let { told } = await read();
    for (let tries = 0; tries < 30 && told.records.some(({ offset }) => offset < 30n); tries++) {
      await sleep(500);
      ({ told } = await read());
    }

    expect(told.records.map(({ offset }) => offset)).toEqual([30n, 31n, 32n]);
    expect(told.batches[0]).toMatchObject({ positionBefore: 0n });
    expect(told.marks.get(0)).toBe(33n);
  });

  test("a broker that is killed and comes back loses nothing and ends no source", {
    timeout: 120_000,
  }, async () => {
    const topic = await tools.makeTopic(1);
    await tools.send(topic, [{ value: "before" }]);
    const owner = ownerFor(topic);
    await owner.start();
    await until(() => owner.told.records.length === 1);

    await broker.kill("SIGKILL");
    // Longer than any single question is waited for.
    await sleep(12_000);
    await broker.restart();
    const back = performance.now();
    await tools.send(topic, [{ value: "after" }]);
    await until(() => owner.told.records.length === 2);
    const tookMs = performance.now() - back;
    const taken = await owner.commit();
    await owner.stop();

    expect(owner.told.records.map(({ value }) => textOf(value))).toEqual(["before", "after"]);
    console.log(`records ${Math.round(tookMs)} ms after the broker was back`);
    expect(owner.told).toMatchObject({ fatal: [], lost: 0 });
    expect(tookMs).toBeLessThan(10_000);
    expect(taken).toEqual([{ partition: 0, offset: 2n }]);
  });

  test("stopping, asking and committing are bounded while the broker hangs", {
    timeout: 120_000,
  }, async () => {
    const topic = await tools.makeTopic(1);
    const owner = ownerFor(topic);
    const topics = createKafkaTopics({ brokers: [broker.address], clientId: "tests", log: silentLog });
    await topics.ping(5_000);
    await owner.start();
    process.kill(broker.pid, "SIGSTOP");
    try {
      const before = performance.now();
      await expect(topics.ping(1_000)).rejects.toMatchObject({ code: "kafka.unreachable" });
      await expect(owner.source.commit([{ partition: 0, offset: 0n }])).rejects.toMatchObject({
        code: "kafka.unreachable",
      });
      const asked = performance.now();
      await owner.stop(2_000);
      const stopped = performance.now();

      expect(asked - before).toBeLessThan(20_000);
      expect(stopped - asked).toBeLessThan(8_000);
    } finally {
      process.kill(broker.pid, "SIGCONT");
      await topics.close();
    }
  });
});
