import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type KafkaLog, createKafkaSources } from "@gluttony/kafka";
import type { Mark } from "@gluttony/runtime";
import { type BrokerBehindProxy, brokerBehindProxy } from "../support/kafka-behind-proxy.ts";
import { type Owner, ownerOf, silentLog, textOf, until } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { skipUnlessLong } from "../support/long-tests.ts";
import { stack } from "../support/stack.ts";

/** Lines that are passed on to whoever does not debug. */
function loudLog(): KafkaLog & { readonly lines: string[] } {
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  return { lines, debug: () => undefined, info: note, warn: note, error: note };
}

describe.skipIf(stack().unavailable !== "")("lines to the broker that break", () => {
  let behind: BrokerBehindProxy;
  let tools: KafkaTools;

  beforeAll(async () => {
    behind = await brokerBehindProxy(stack().libs);
    tools = await kafkaTools(behind.broker.address);
    // The first group of a new broker waits for the topic of offsets to be made, and that is told.
    const first = ownerFor(await tools.makeTopic(1));
    await first.start();
    await first.stop();
  });
  afterEach(() => behind?.proxy.set({}));
  afterAll(async () => {
    await tools?.[Symbol.asyncDispose]();
    await behind?.[Symbol.asyncDispose]();
  });

  function ownerFor(topic: string, group = nameFor("group"), log: KafkaLog = silentLog): Owner {
    const sources = createKafkaSources({ brokers: [behind.proxy.address], clientId: "tests", log });
    return ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));
  }

  async function fill(topic: string, from: number, count: number): Promise<void> {
    const values = Array.from({ length: count }, (_, index) => ({ value: String(from + index) }));
    await tools.send(topic, values);
  }

  /** One attempt after the other, as the engine does: the first ones may still meet the line that was cut. */
  async function committedAgain(owner: Owner): Promise<readonly Mark[]> {
    for (let attempts = 0; attempts < 20; attempts++) {
      const taken = await owner.commit().catch(() => []);
      if (taken.length > 0) return taken;
      await sleep(100);
    }
    return [];
  }

  const valuesOf = (owner: Owner): number[] => owner.told.records.map(({ value }) => Number(textOf(value)));
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

  test("a start and a stop in order are quiet", async () => {
    const topic = await tools.makeTopic(1);
    await fill(topic, 0, 3);
    const log = loudLog();
    const owner = ownerFor(topic, nameFor("group"), log);
    await owner.start();
    await until(() => owner.told.records.length === 3);

    await owner.stop();

    expect(log.lines).toEqual([]);
  });

  test("a commit whose answer was lost is repeated, and nothing is read again", async () => {
    const topic = await tools.makeTopic(1);
    const group = nameFor("group");
    await fill(topic, 0, 10);
    const owner = ownerFor(topic, group);
    await owner.start();
    await until(() => owner.told.records.length === 10);

    behind.proxy.set({ holds: "down" });
    const lost = owner.commit();
    const applied = async (): Promise<bigint | undefined> => (await tools.committed(group, topic)).get(0);
    for (let waits = 0; (await applied()) !== 10n && waits < 100; waits++) await sleep(50);
    behind.proxy.cut();
    await expect(lost).rejects.toMatchObject({ code: "kafka.unreachable" });
    behind.proxy.set({});
    const again = await committedAgain(owner);
    await fill(topic, 10, 1);
    await until(() => owner.told.records.length === 11);
    await owner.stop();

    expect(again).toEqual([{ partition: 0, offset: 10n }]);
    expect(await applied()).toBe(10n);
    expect(valuesOf(owner)).toEqual(upTo(11));
    expect(owner.told).toMatchObject({ lost: 0, fatal: [] });
  });

  test("that flap every second let records through in between, once and in order, and do not flood the log", async () => {
    const topic = await tools.makeTopic(1);
    const log = loudLog();
    const owner = ownerFor(topic, nameFor("group"), log);
    await owner.start();
    let sent = 0;
    const progress: number[] = [];

    for (let flap = 0; flap < 6; flap++) {
      behind.proxy.set({ resetsNew: true });
      behind.proxy.cut(flap % 2 === 0 ? "reset" : "end");
      await fill(topic, sent, 20);
      sent += 20;
      await sleep(700);
      behind.proxy.set({});
      const before = owner.told.records.length;
      await until(() => owner.told.records.length === sent, 10_000);
      progress.push(owner.told.records.length - before);
    }
    await owner.stop();

    console.log(`six flaps wrote ${log.lines.length} lines`);
    expect(progress).toEqual(Array(6).fill(20));
    expect(valuesOf(owner)).toEqual(upTo(sent));
    expect(owner.told).toMatchObject({ lost: 0, fatal: [] });
    expect(log.lines.length).toBeLessThan(30);
  });

  test("that are half open are seen by the ages and the lease; the old mark is refused afterwards", async () => {
    const topic = await tools.makeTopic(1);
    const group = nameFor("group");
    await fill(topic, 0, 5);
    const owner = ownerFor(topic, group);
    await owner.start();
    await until(() => owner.told.records.length === 5);
    const healthy = { ...owner.source.health(), hasLease: owner.source.hasLease() };

    behind.proxy.set({ holds: "both" });
    const cpu = process.cpuUsage();
    await sleep(6_000);
    const early = owner.source.health();
    await sleep(8_000);
    const late = { ...owner.source.health(), hasLease: owner.source.hasLease() };
    const { user, system } = process.cpuUsage(cpu);
    await fill(topic, 5, 1);
    behind.proxy.set({});
    const healed = performance.now();
    const taken = await owner.commit().catch(() => []);
    // The fetch that was held may be answered before the heartbeat is.
    await until(() => owner.told.lost === 1 && owner.told.records.some(({ offset }) => offset === 5n));
    const tookMs = performance.now() - healed;
    await owner.stop();

    const cpuMs = (user + system) / 1_000;
    console.log(`half open for 14 s: ${Math.round(cpuMs)} ms of CPU; records ${Math.round(tookMs)} ms after`);
    expect(healthy.hasLease).toBe(true);
    expect(Math.max(healthy.lastFetchAgeMs, healthy.lastHeartbeatAgeMs)).toBeLessThan(5_000);
    expect(early.lastFetchAgeMs).toBeGreaterThan(5_000);
    expect(early.lastHeartbeatAgeMs).toBeGreaterThan(5_000);
    expect(late.hasLease).toBe(false);
    expect(cpuMs).toBeLessThan(7_000);
    // The broker let the member go; whatever it commits in its old name is refused.
    expect(taken).toEqual([]);
    expect(owner.told).toMatchObject({ lost: 1, fatal: [] });
    expect((await tools.committed(group, topic)).get(0)).toBe(-1n);
  });

  test("that stay silent for ever are given up for new ones before the membership runs out", async () => {
    const topic = await tools.makeTopic(1);
    const owner = ownerFor(topic);
    await owner.start();
    await fill(topic, 0, 1);
    await until(() => owner.told.records.length === 1);

    behind.proxy.strand();
    const stranded = performance.now();
    await fill(topic, 1, 1);
    await until(() => owner.told.records.length === 2, 30_000);
    const tookMs = performance.now() - stranded;
    const taken = await owner.commit();
    await owner.stop();

    console.log(`records ${Math.round(tookMs)} ms after the lines fell silent`);
    expect(valuesOf(owner)).toEqual(upTo(2));
    expect(tookMs).toBeLessThan(25_000);
    expect(taken).toEqual([{ partition: 0, offset: 2n }]);
    expect(owner.told.fatal).toEqual([]);
  });

  test("that hang do not hold up a stop without patience", async () => {
    const topic = await tools.makeTopic(1);
    const owner = ownerFor(topic);
    await owner.start();
    behind.proxy.set({ holds: "both" });
    await sleep(300);
    const before = performance.now();

    await owner.stop(0);

    const tookMs = performance.now() - before;
    console.log(`stop(0) with a silent broker took ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(4_000);
  });

  test("a broker that is stopped for 40 s and goes on keeps every record", {
    timeout: 90_000,
  }, async (context) => {
    skipUnlessLong(context);
    const topic = await tools.makeTopic(1);
    await fill(topic, 0, 5);
    const owner = ownerFor(topic);
    await owner.start();
    await until(() => owner.told.records.length === 5);
    await owner.commit();
    const { pid } = behind.broker;

    process.kill(pid, "SIGSTOP");
    const stopped = performance.now();
    await until(() => !owner.source.hasLease(), 20_000);
    const seenMs = performance.now() - stopped;
    await sleep(40_000 - seenMs);
    process.kill(pid, "SIGCONT");
    const continued = performance.now();
    await fill(topic, 5, 5);
    await until(() => owner.told.records.length === 10, 30_000);
    const backMs = performance.now() - continued;
    await owner.stop();

    console.log(
      `stopped 40 s: lease gone after ${Math.round(seenMs)} ms, records ${Math.round(backMs)} ms after`,
    );
    expect(valuesOf(owner)).toEqual(upTo(10));
    expect(owner.told.fatal).toEqual([]);
  });
});
