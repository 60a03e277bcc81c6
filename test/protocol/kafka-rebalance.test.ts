import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKafkaSources } from "@gluttony/kafka";
import type { RecordSources } from "@gluttony/runtime";
import { type Owner, ownerOf, silentLog, textOf, until } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { skipUnlessLong } from "../support/long-tests.ts";
import { stack } from "../support/stack.ts";

const PARTITIONS = 6;

describe.skipIf(stack().unavailable !== "")("members that come and go", () => {
  let tools: KafkaTools;
  let sources: RecordSources;

  beforeAll(async () => {
    tools = await kafkaTools(stack().kafka);
    sources = createKafkaSources({ brokers: [stack().kafka], clientId: "tests", log: silentLog });
  });
  afterAll(async () => tools?.[Symbol.asyncDispose]());

  async function sendUntil(signal: AbortSignal, topic: string): Promise<number> {
    let sent = 0;
    while (!signal.aborted) {
      const messages = Array.from({ length: 30 }, (_, index) => {
        return { partition: (sent + index) % PARTITIONS, value: String(sent + index) };
      });
      await tools.send(topic, messages);
      sent += messages.length;
      await sleep(20);
    }
    return sent;
  }

  test("no record is read twice or lost while members join and leave", { timeout: 120_000 }, () =>
    comeAndGo(4),
  );

  test("no record is read twice or lost in a minute of joins and leaves", {
    timeout: 180_000,
  }, async (context) => {
    skipUnlessLong(context);
    await comeAndGo(30);
  });

  async function comeAndGo(rounds: number): Promise<void> {
    const topic = await tools.makeTopic(PARTITIONS);
    const group = nameFor("group");
    const member = (): Owner => ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));
    const stopSending = new AbortController();
    const sending = sendUntil(stopSending.signal, topic);
    const steady = member();
    const all = [steady];
    await steady.start();

    for (let round = 0; round < rounds; round++) {
      const visitors = [member(), member()];
      all.push(...visitors);
      await Promise.all(visitors.map((visitor) => visitor.start()));
      await sleep(600);
      for (const visitor of visitors) {
        // As the engine does: nothing new is taken, what was taken is committed, and only then is the group left.
        visitor.source.pause(visitor.source.health().assigned);
        await sleep(50);
        await visitor.commit();
        await visitor.stop();
      }
      await sleep(400);
    }
    stopSending.abort();
    const sent = await sending;
    const read = (): string[] =>
      all.flatMap(({ told }) => told.records.map(({ value }) => String(textOf(value))));
    await until(() => new Set(read()).size >= sent);
    await steady.stop();

    expect(new Set(read()).size).toBe(sent);
    expect(read()).toHaveLength(sent);
    expect(steady.told.revoking).toBeGreaterThanOrEqual(rounds);
    expect(steady.told).toMatchObject({ lost: 0, fatal: [] });
  }

  test("a kept partition is neither asked for nor read again, committed or not", async () => {
    const topic = await tools.makeTopic(2);
    const group = nameFor("group");
    await tools.send(
      topic,
      [0, 1].flatMap((partition) => [
        { partition, value: "1" },
        { partition, value: "2" },
      ]),
    );
    const first = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));
    // Nothing is ever committed by this one, so only its own memory can keep it from reading again.
    const events = { ...first.events, onRevoking: async () => void (first.told.revoking += 1) };
    await first.source.start(events);
    const reading = (async () => {
      for await (const batch of first.source.batches()) first.told.records.push(...batch.records);
    })();
    await until(() => first.told.records.length === 4);
    const second = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));

    await second.start();
    await until(() => first.told.revoked.length > 0 && second.told.records.length >= 2);
    await tools.send(
      topic,
      [0, 1].map((partition) => ({ partition, value: "3" })),
    );
    await until(() => first.told.records.length >= 5);
    await sleep(500);
    const [kept] = first.source.health().assigned;
    await second.stop();
    await first.source.stop(5_000);
    await reading;

    expect(first.told.revoking).toBeGreaterThan(0);
    expect(first.told.assigned).toHaveLength(1);
    expect(first.told.revoked[0]).toEqual([kept === 0 ? 1 : 0]);
    const offsets = first.told.records
      .filter(({ partition }) => partition === kept)
      .map(({ offset }) => offset);
    expect(offsets).toEqual([0n, 1n, 2n]);
  });

  test("the group waits while a member drains, and its commit is taken", { timeout: 90_000 }, async () => {
    const topic = await tools.makeTopic(2);
    const group = nameFor("group");
    await tools.send(
      topic,
      [0, 1].map((partition) => ({ partition, value: "1" })),
    );
    const first = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));
    let taken: readonly unknown[] = [];
    const drainMs = 14_000;
    first.events.onRevoking = async () => {
      await sleep(drainMs); // Longer than the session: only heartbeats during the drain keep the membership.
      taken = await first.commit();
    };
    await first.start();
    await until(() => first.told.records.length === 2);
    const second = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));
    const before = performance.now();

    await second.start();
    const waitedMs = performance.now() - before;
    await second.stop();
    first.events.onRevoking = () => Promise.resolve();
    await first.stop();

    expect(waitedMs).toBeGreaterThan(drainMs);
    expect(taken).toHaveLength(2);
    expect(first.told.lost).toBe(0);
    expect(second.told.records).toEqual([]);
  });

  test("a mark of a partition that another member holds is not sent", async () => {
    const topic = await tools.makeTopic(2);
    const group = nameFor("group");
    const [first, second] = [0, 1].map(() => ownerOf(sources.create({ topic, group, fetchWaitMs: 100 })));
    await first!.start();
    await second!.start();
    await until(() => first!.source.health().assigned.length === 1);
    const [own] = first!.source.health().assigned;

    const taken = await first!.source.commit([
      { partition: 0, offset: 7n },
      { partition: 1, offset: 7n },
    ]);
    await Promise.all([first!.stop(), second!.stop()]);

    expect(taken).toEqual([{ partition: own, offset: 7n }]);
    const committed = await tools.committed(group, topic);
    expect(committed.get(own!)).toBe(7n);
    expect(committed.get(1 - own!)).toBe(-1n);
  });
});
