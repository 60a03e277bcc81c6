import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Producer, Transaction } from "kafkajs";
import { createKafkaSources } from "@gluttony/kafka";
import type { Batch, RecordSources } from "@gluttony/runtime";
import { type Owner, ownerOf, silentLog, textOf, until } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { stack } from "../support/stack.ts";

/** What kafkajs takes for the end of an aborted transaction wherever it stands. */
const MARKER_LIKE_KEY = Buffer.from([0, 0, 0, 0]);

describe.skipIf(stack().unavailable !== "")("a topic with transactions", () => {
  let tools: KafkaTools;
  let sources: RecordSources;

  beforeAll(async () => {
    tools = await kafkaTools(stack().kafka);
    sources = createKafkaSources({ brokers: [stack().kafka], clientId: "tests", log: silentLog });
  });
  afterAll(async () => tools?.[Symbol.asyncDispose]());

  async function transact(
    producer: Producer,
    topic: string,
    values: readonly string[],
  ): Promise<Transaction> {
    const transaction = await producer.transaction();
    for (const value of values) {
      await transaction.send({ topic, messages: [{ key: MARKER_LIKE_KEY, value }] });
    }
    return transaction;
  }

  /** The broker writes the marker of a transaction's end a moment after it said that the transaction has ended. */
  async function untilStable(topic: string, end: bigint): Promise<void> {
    await vi.waitFor(
      async () => {
        const [partition] = await tools.admin.fetchTopicOffsets(topic);
        expect(partition?.high).toBe(String(end));
      },
      { timeout: 20_000 },
    );
  }

  async function readTo(topic: string, { start, end }: { start: bigint; end: bigint }): Promise<Owner> {
    const source = sources.create({ topic, group: nameFor("group"), fetchWaitMs: 200 });
    const owner = ownerOf(source, () => ({ kind: "start", offset: start }));
    await owner.start();
    await until(() => owner.told.marks.get(0) === end);
    await owner.stop();
    return owner;
  }

  function expectUnbroken(batches: readonly Batch[], { start, end }: { start: bigint; end: bigint }): void {
    let position = start;
    for (const batch of batches) {
      expect(batch.positionBefore).toBe(position);
      expect(batch.positionAfter).toBeGreaterThan(position);
      for (const { offset } of batch.records) {
        expect(offset >= batch.positionBefore && offset < batch.positionAfter).toBe(true);
      }
      position = batch.positionAfter;
    }
    expect(position).toBe(end);
  }

  test("delivers committed records only and accounts for every offset, from every start", async () => {
    const topic = await tools.makeTopic(1);
    const producer = await tools.transactional();
    await (await transact(producer, topic, ["a0", "a1", "a2"])).commit(); // 0-2, marker 3
    await (await transact(producer, topic, ["x4", "x5", "x6"])).abort(); // 4-6, marker 7
    await untilStable(topic, 8n);
    await tools.send(topic, [{ value: "p8" }]); // 8
    await (await transact(producer, topic, ["x9", "x10"])).abort(); // 9-10, marker 11
    await (await transact(producer, topic, ["a12"])).commit(); // 12, marker 13
    await (await transact(producer, topic, ["x14"])).abort(); // 14, marker 15
    const committed = new Map([
      [0n, "a0"],
      [1n, "a1"],
      [2n, "a2"],
      [8n, "p8"],
      [12n, "a12"],
    ]);

    for (let start = 0n; start < 16n; start += 1n) {
      const { told } = await readTo(topic, { start, end: 16n });

      const expected = [...committed].filter(([offset]) => offset >= start);
      expect(told.records.map(({ offset, value }) => [offset, textOf(value)])).toEqual(expected);
      expectUnbroken(told.batches, { start, end: 16n });
    }
  });

  test("keeps two interleaved aborted transactions apart", async () => {
    const topic = await tools.makeTopic(1);
    const [one, two] = await Promise.all([tools.transactional(), tools.transactional()]);
    const [first, second] = [await one.transaction(), await two.transaction()];
    for (let round = 0; round < 4; round++) {
      await first.send({ topic, messages: [{ key: MARKER_LIKE_KEY, value: `x${round}` }] });
      await second.send({ topic, messages: [{ key: MARKER_LIKE_KEY, value: `y${round}` }] });
    }
    await first.abort();
    await second.abort();
    await untilStable(topic, 10n);
    await tools.send(topic, [{ value: "plain" }]);

    for (let start = 0n; start < 10n; start += 1n) {
      const { told } = await readTo(topic, { start, end: 11n });

      expect(told.records.map(({ value }) => textOf(value))).toEqual(["plain"]);
      expectUnbroken(told.batches, { start, end: 11n });
    }
  });

  test("ends at the last stable offset while a transaction is open", async () => {
    const topic = await tools.makeTopic(1);
    const producer = await tools.transactional();
    await tools.send(topic, [{ value: "before" }]);
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: "open" }] });
    const owner = ownerOf(sources.create({ topic, group: nameFor("group"), fetchWaitMs: 200 }));
    await owner.start();
    await until(() => owner.told.records.length === 1);

    const bounds = await owner.source.logBounds();
    expect(bounds.get(0)).toEqual({ start: 0n, end: 1n });
    expect(owner.told.batches[0]).toMatchObject({ positionAfter: 1n, lastStableOffset: 1n });

    await transaction.commit();
    await until(() => owner.told.marks.get(0) === 3n);
    await owner.stop();
    expect(owner.told.records.map(({ value }) => textOf(value))).toEqual(["before", "open"]);
  });
});
