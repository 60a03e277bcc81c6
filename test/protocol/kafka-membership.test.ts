import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKafkaSources } from "@gluttony/kafka";
import type { RecordSources } from "@gluttony/runtime";
import { ownerOf, silentLog, textOf, until } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { stack } from "../support/stack.ts";

describe.skipIf(stack().unavailable !== "")("a member of a group", () => {
  let tools: KafkaTools;
  const sourcesAs = (clientId: string): RecordSources =>
    createKafkaSources({ brokers: [stack().kafka], clientId, log: silentLog });
  const sources = sourcesAs("tests");

  beforeAll(async () => {
    tools = await kafkaTools(stack().kafka);
  });
  afterAll(async () => tools?.[Symbol.asyncDispose]());

  test("has a lease from its first record to its stop, through a rebalance and its drain", async () => {
    const topic = await tools.makeTopic(2);
    const group = nameFor("group");
    await tools.send(topic, [
      { partition: 0, value: "0" },
      { partition: 1, value: "1" },
    ]);
    const owner = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));
    const leases: boolean[] = [owner.source.hasLease()];
    owner.events.onRevoking = async () => {
      await sleep(1_500);
      leases.push(owner.source.hasLease());
    };
    const { onRevoked } = owner.events;
    owner.events.onRevoked = (partitions, epoch) => {
      leases.push(owner.source.hasLease());
      onRevoked(partitions, epoch);
    };
    await owner.start();
    await until(() => owner.told.records.length === 2);
    leases.push(owner.source.hasLease());
    const second = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));

    await second.start();
    await until(() => owner.told.revoked.length > 0);
    await until(() => owner.source.hasLease());
    leases.push(owner.source.hasLease(), second.source.hasLease());
    await second.stop();
    owner.events.onRevoking = () => Promise.resolve();
    await owner.stop();
    leases.push(owner.source.hasLease());

    // Before the start; with records; drained; between two generations; both members; stopped.
    expect(leases).toEqual([false, true, true, false, true, true, false]);
  });

  test("that was put out of the group has no lease, commits nothing and begins anew", async () => {
    const topic = await tools.makeTopic(1);
    const group = nameFor("group");
    await tools.send(topic, [{ value: "0" }, { value: "1" }]);
    const owner = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));
    await owner.start();
    await until(() => owner.told.records.length === 2);
    await owner.source.commit([{ partition: 0, offset: 1n }]);
    const leases: boolean[] = [];
    owner.events.onLost = () => {
      owner.told.lost += 1;
      leases.push(owner.source.hasLease());
    };

    await tools.expelMembers(group, topic);
    const taken = await owner.source.commit([{ partition: 0, offset: 2n }]);
    const committed = await tools.committed(group, topic);
    await until(() => owner.told.assigned.length === 2);
    await until(() => owner.told.records.length === 3);
    leases.push(owner.source.hasLease());
    await owner.stop();

    expect(taken).toEqual([]);
    expect(committed.get(0)).toBe(1n);
    expect(leases).toEqual([false, true]);
    expect(owner.told).toMatchObject({ lost: 1, fatal: [], blocked: [] });
    expect(owner.told.records.map(({ value }) => textOf(value))).toEqual(["0", "1", "1"]);
  });

  test("is listed with its client and host, and so is a foreign one", async () => {
    const topic = await tools.makeTopic(2);
    const group = nameFor("group");
    const ours = ownerOf(sources.create({ topic, group, fetchWaitMs: 100 }));
    const foreign = ownerOf(sourcesAs("somebody-else").create({ topic, group, fetchWaitMs: 100 }));
    await ours.start();
    const alone = await ours.source.members();

    await foreign.start();
    await until(() => ours.told.revoked.length > 0);
    const both = await ours.source.members();
    await Promise.all([ours.stop(), foreign.stop()]);

    expect(alone).toEqual([{ clientId: "tests", host: "127.0.0.1" }]);
    expect(both.map(({ clientId }) => clientId).toSorted()).toEqual(["somebody-else", "tests"]);
    expect(both.map(({ host }) => host)).toEqual(["127.0.0.1", "127.0.0.1"]);
  });

  test("that fetches anew at every moment reads every record once, in order", async () => {
    const topic = await tools.makeTopic(2);
    const owner = ownerOf(sources.create({ topic, group: nameFor("group"), fetchWaitMs: 50 }));
    await owner.start();
    const numbers = Array.from({ length: 600 }, (_, number) => number);

    for (let at = 0; at < numbers.length; at += 20) {
      const messages = numbers.slice(at, at + 20);
      owner.source.refetch([0, 1, 7]);
      await tools.send(
        topic,
        messages.map((number) => ({ partition: number % 2, value: String(number) })),
      );
      owner.source.refetch([0, 1]);
      await sleep(at % 7);
    }
    await until(() => owner.told.records.length >= numbers.length);
    await sleep(300);
    await owner.stop();

    for (const partition of [0, 1]) {
      const read = owner.told.records.filter((record) => record.partition === partition);
      expect(read.map(({ value }) => Number(textOf(value)))).toEqual(
        numbers.filter((number) => number % 2 === partition),
      );
    }
  });

  test("that fetches anew leaves blocked partitions alone", async () => {
    const topic = await tools.makeTopic(1);
    await tools.send(topic, [{ value: "0" }, { value: "1" }]);
    const owner = ownerOf(sources.create({ topic, group: nameFor("group"), fetchWaitMs: 50 }), () => {
      return { kind: "start", offset: 5n };
    });
    await owner.start();
    await until(() => owner.told.blocked.length > 0);

    owner.source.refetch([0]);
    await sleep(500);
    await owner.stop();

    expect(owner.told.blocked).toHaveLength(1);
    expect(owner.told.records).toEqual([]);
  });
});
