import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CompressionTypes } from "kafkajs";
import { createKafkaSources } from "@gluttony/kafka";
import type { RecordSources } from "@gluttony/runtime";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { ownerOf, silentLog, textOf, until } from "../support/kafka-owner.ts";
import { stack } from "../support/stack.ts";

/** As many batches of one partition as a source keeps unread. */
const UNREAD_BATCHES_MAX = 8;

describe.skipIf(stack().unavailable !== "")("records of a real broker", () => {
  let tools: KafkaTools;
  let sources: RecordSources;

  beforeAll(async () => {
    tools = await kafkaTools(stack().kafka);
    sources = createKafkaSources({ brokers: [stack().kafka], clientId: "tests", log: silentLog });
  });
  afterAll(async () => tools?.[Symbol.asyncDispose]());

  test.each([
    ["no codec", CompressionTypes.None],
    ["gzip", CompressionTypes.GZIP],
  ])("arrive exactly as they were written with %s", async (_, compression) => {
    const topic = await tools.makeTopic(1);
    const timestamp = "1700000000123";
    const headers = { one: "1", many: ["a", "b"] };
    const messages = Array.from({ length: 300 }, (_, index) => ({
      key: `key ${index}`,
      value: `wert ä ${index} ${"x".repeat(index * 7)}`,
      timestamp,
      headers,
    }));
    await tools.send(topic, messages, compression);
    await tools.send(
      topic,
      [
        { key: null, value: "no key" },
        { key: "tombstone", value: null },
      ],
      compression,
    );
    const owner = ownerOf(sources.create({ topic, group: nameFor("group"), fetchWaitMs: 200 }));

    await owner.start();
    await until(() => owner.told.records.length >= 302);
    await owner.stop();

    const { records } = owner.told;
    expect(records.map(({ offset }) => offset)).toEqual(
      Array.from({ length: 302 }, (_, index) => BigInt(index)),
    );
    expect(records.slice(0, 300).map(({ value }) => textOf(value))).toEqual(
      messages.map(({ value }) => value),
    );
    expect(records.slice(0, 300).map(({ key }) => textOf(key))).toEqual(messages.map(({ key }) => key));
    expect(records[7]).toMatchObject({ topic, partition: 0, timestampMs: 1_700_000_000_123 });
    const { headers: read = [] } = records[7] ?? {};
    expect(read.map(({ name, value }) => [name, textOf(value)])).toEqual([
      ["one", "1"],
      ["many", "a"],
      ["many", "b"],
    ]);
    expect(records[300]).toMatchObject({ key: null });
    expect(records[301]).toMatchObject({ value: null });
  });

  test("a group goes on where it committed", async () => {
    const topic = await tools.makeTopic(2);
    const group = nameFor("group");
    const messages = [0, 1].flatMap((partition) =>
      Array.from({ length: 50 }, (_, index) => ({ partition, value: `${partition}/${index}` })),
    );
    await tools.send(topic, messages);
    const first = ownerOf(sources.create({ topic, group, fetchWaitMs: 200 }));
    await first.start();
    await until(() => first.told.records.length >= 100);
    const taken = await first.source.commit([
      { partition: 0, offset: 20n },
      { partition: 1, offset: 50n },
      { partition: 7, offset: 3n },
    ]);
    await first.stop();
    const second = ownerOf(sources.create({ topic, group, fetchWaitMs: 200 }));

    await second.start();
    await until(() => second.told.records.length >= 30);
    await second.stop();

    expect(taken.map(({ partition }) => partition)).toEqual([0, 1]);
    expect(second.told.records.map(({ value }) => textOf(value))).toEqual(
      Array.from({ length: 30 }, (_, index) => `0/${index + 20}`),
    );
    expect(await tools.committed(group, topic)).toEqual(
      new Map([
        [0, 20n],
        [1, 50n],
      ]),
    );
  });

  test("pile up to the limit only while nobody reads, and the owner's pause outlasts the pile", async () => {
    const topic = await tools.makeTopic(1);
    const value = Buffer.alloc(100_000, 1);
    for (let round = 0; round < 12; round++) {
      await tools.send(
        topic,
        Array.from({ length: 8 }, () => ({ value })),
      );
    }
    const source = sources.create({ topic, group: nameFor("group"), fetchWaitMs: 100 });
    const { events } = ownerOf(source);
    await source.start(events);
    const batches = source.batches()[Symbol.asyncIterator]();
    await until(() => false, 1_500);

    source.pause([0]);
    const piled: bigint[] = [];
    for (let take = 0; take < UNREAD_BATCHES_MAX; take++)
      piled.push((await batches.next()).value.positionAfter);
    const next = batches.next();
    const early = await Promise.race([next, until(() => false, 1_000)]);
    source.resume([0]);
    const later = await next;
    await source.stop(5_000);

    expect(piled.at(-1)).toBeLessThan(96n);
    expect(early).toBeUndefined();
    expect(later.value.positionBefore).toBe(piled.at(-1));
    expect(source.health().assigned).toEqual([0]);
  });
});
