import { execFile } from "node:child_process";
import { open, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CompressionTypes } from "kafkajs";
import { createKafkaSources, createKafkaTopics } from "@gluttony/kafka";
import { type Broker, removeDataFolder, startBroker } from "gluttony/local-stack";
import { type Owner, ownerOf, silentLog, textOf, until } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { stack } from "../support/stack.ts";

const MB = 1024 * 1024;

/** A broker of its own, because its files are damaged and its clients slowed down. */
describe.skipIf(stack().unavailable !== "")("records at the limits", () => {
  let folder: string;
  let broker: Broker;
  let tools: KafkaTools;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-kafka-limits-"));
    broker = await startBroker({ dataDir: join(folder, "broker"), libs: stack().libs });
    tools = await kafkaTools(broker.address);
  });
  afterAll(async () => {
    await tools?.[Symbol.asyncDispose]();
    await broker?.stop();
    if (folder) await removeDataFolder(folder);
  });

  function ownerFor(topic: string, clientId = "tests"): Owner {
    const sources = createKafkaSources({ brokers: [broker.address], clientId, log: silentLog });
    return ownerOf(sources.create({ topic, group: nameFor("group"), fetchWaitMs: 100 }));
  }

  test("one of 20 MB, many times what a fetch asks for, is delivered whole, and what follows it", async () => {
    const topic = await tools.makeTopic(1, {
      "max.message.bytes": String(25 * MB),
      "segment.bytes": String(64 * MB),
    });
    const large = Buffer.alloc(20 * MB, "photo ");
    await tools.send(topic, [{ value: large }]);
    await tools.send(topic, [{ value: "after" }]);
    const before = process.memoryUsage().arrayBuffers;
    let most = before;
    const sampling = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers)), 5);
    const owner = ownerFor(topic);

    await owner.start();
    await until(() => owner.told.records.length === 2);
    clearInterval(sampling);
    await owner.stop();

    console.log(
      `20 MB took ${Math.round((most - before) / MB)} MB of buffers, with the copy that the test keeps`,
    );
    expect(large.equals(owner.told.records[0]?.value ?? Buffer.alloc(0))).toBe(true);
    expect(textOf(owner.told.records[1]?.value ?? null)).toBe("after");
  });

  test("a batch that inflates past the limit stops its partition only, by its code", async () => {
    const topic = await tools.makeTopic(2);
    await tools.send(topic, [{ partition: 0, value: "before" }]);
    await tools.send(topic, [{ partition: 0, value: Buffer.alloc(65 * MB) }], CompressionTypes.GZIP);
    await tools.send(topic, [{ partition: 0, value: "behind" }]);
    const owner = ownerFor(topic);

    await owner.start();
    await until(() => owner.told.blocked.length > 0);
    await tools.send(topic, [{ partition: 1, value: "other" }]);
    await until(() => owner.told.records.length === 2);
    await owner.stop();

    const [[partition, error] = []] = owner.told.blocked;
    expect(owner.told.blocked).toHaveLength(1);
    expect([partition, error?.code]).toEqual([0, "kafka.batch_unreadable"]);
    expect(error?.facts).toMatchObject({ firstOffset: "1", lastOffset: "1", codec: "gzip" });
    expect(owner.told.records.map(({ value }) => textOf(value))).toEqual(["before", "other"]);
    expect(owner.told.marks.get(0)).toBe(1n);
  });

  test("a batch that was damaged on the broker's disk stops its partition only, at its offset", async () => {
    const topic = await tools.makeTopic(2);
    for (const text of ["first", "secret", "third"]) {
      await tools.send(
        topic,
        [1, 2, 3].map((number) => ({ partition: 0, value: `${text} ${number}` })),
      );
    }
    await damage(join(folder, "broker", "logs", `${topic}-0`, `${"0".repeat(20)}.log`), "secret 2");
    const owner = ownerFor(topic);
    const topics = createKafkaTopics({ brokers: [broker.address], clientId: "tests", log: silentLog });
    const one = (offset: bigint): Promise<unknown> => topics.readRecord({ topic, partition: 0, offset });

    await owner.start();
    await until(() => owner.told.blocked.length > 0);
    await tools.send(topic, [{ partition: 1, value: "other" }]);
    await until(() => owner.told.records.length === 4);
    await owner.stop();
    await expect(one(4n)).rejects.toMatchObject({ code: "kafka.batch_unreadable" });
    await expect(one(7n)).resolves.toMatchObject({ offset: 7n });
    await topics.close();

    const [[partition, error] = []] = owner.told.blocked;
    expect(owner.told.blocked).toHaveLength(1);
    expect([partition, error?.code]).toEqual([0, "kafka.batch_unreadable"]);
    expect(error?.facts).toMatchObject({ firstOffset: "3", lastOffset: "5", reason: "wrong checksum" });
    expect(JSON.stringify(error)).not.toContain("secret");
    expect(owner.told.records.map(({ offset }) => offset)).toEqual([0n, 1n, 2n, 0n]);
  });

  test("an owner that throws when it is told ends the source aloud instead of in silence", async () => {
    const topic = await tools.makeTopic(1);
    await tools.send(topic, [{ value: "damaged" }]);
    await damage(join(folder, "broker", "logs", `${topic}-0`, `${"0".repeat(20)}.log`), "damaged");
    const owner = ownerFor(topic);
    owner.events.onBlocked = () => {
      throw new Error("a fault of the owner");
    };

    await owner.start();
    await until(() => owner.told.fatal.length > 0);
    await owner.stop();

    expect(owner.told.fatal.map(({ code }) => code)).toEqual(["internal.unexpected"]);
  });

  test("a quota makes reading slow and costs neither the membership nor the lease", {
    timeout: 90_000,
  }, async () => {
    const clientId = nameFor("slow");
    await setQuota(broker.address, clientId, 100_000);
    const topic = await tools.makeTopic(1);
    // A record nearly fills the quota's window of 11 s, so each is paid for by seconds of silence; a larger one would never come.
    for (let record = 0; record < 2; record++)
      await tools.send(topic, [{ value: Buffer.alloc(900_000, record) }]);
    const owner = ownerFor(topic, clientId);
    const ages = { fetch: 0, heartbeat: 0, leaseless: 0 };
    const watch = setInterval(() => {
      if (owner.told.assigned.length === 0) return;
      const { lastFetchAgeMs, lastHeartbeatAgeMs } = owner.source.health();
      ages.fetch = Math.max(ages.fetch, lastFetchAgeMs);
      ages.heartbeat = Math.max(ages.heartbeat, lastHeartbeatAgeMs);
      if (owner.told.records.length > 0 && !owner.source.hasLease()) ages.leaseless += 1;
    }, 100);

    await owner.start();
    await until(() => owner.told.records.length === 2, 60_000);
    clearInterval(watch);
    await owner.stop();

    console.log(
      `under a quota: no fetch for ${Math.round(ages.fetch)} ms, no heartbeat for ${Math.round(ages.heartbeat)}`,
    );
    expect(owner.told.records.map(({ offset }) => offset)).toEqual([0n, 1n]);
    expect(ages.fetch).toBeGreaterThan(3_000);
    expect(ages.heartbeat).toBeLessThan(ages.fetch);
    expect(ages.leaseless).toBe(0);
    expect(owner.told).toMatchObject({ lost: 0, revoking: 0, fatal: [] });
  });
});

/** Flips one bit of what follows the text in a file. */
async function damage(path: string, text: string): Promise<void> {
  await using file = await open(path, "r+");
  const bytes = await file.readFile();
  const at = bytes.indexOf(text);
  if (at < 0) throw new Error("the text is not in the file");
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await file.write(bytes, at, 1, at);
}

async function setQuota(address: string, clientId: string, bytesPerSecond: number): Promise<void> {
  const command = ["kafka.admin.ConfigCommand", "--bootstrap-server", address, "--alter"];
  const quota = ["--add-config", `consumer_byte_rate=${bytesPerSecond}`];
  const entity = ["--entity-type", "clients", "--entity-name", clientId];
  const java = ["-XX:TieredStopAtLevel=1", "-cp", join(stack().libs, "*"), ...command, ...quota, ...entity];
  await promisify(execFile)("java", java, { timeout: 60_000 });
}
