import { type AdminServer, createAdminServer } from "@gluttony/admin";
import { createKafkaTopics, type KafkaTopics, partitionOfKey } from "@gluttony/kafka";
import {
  createConsumers,
  createDeadLetters,
  createMaskingRules,
  createPool,
  createPositions,
  createReveals,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminStoresOn } from "../support/admin-stores.ts";
import { commandLine } from "../support/command-line.ts";
import { silentLog } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools } from "../support/kafka-tools.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const isMissing = stack().postgresUnavailable !== "" || stack().unavailable !== "";
const keyOf = (id: number): string => JSON.stringify({ id });

function valueOf(id: number, status: string): string {
  const source = { connector: "postgresql", name: "his", db: "his", schema: "his", table: "visit", lsn: id };
  const row = { id, status, patient: `canary-of-${id}` };
  return JSON.stringify({ op: "u", before: { ...row, status: "in" }, after: row, source });
}

describe.skipIf(isMissing)("looking at a topic on a real broker", () => {
  let database: TestDatabase;
  let pool: Pool;
  let tools: KafkaTools;
  let topics: KafkaTopics;
  let server: AdminServer;
  let url: string;
  let topic: string;

  beforeAll(async () => {
    database = await makeDatabase("change_find");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    tools = await kafkaTools(stack().kafka);
    topics = createKafkaTopics({ brokers: [stack().kafka], clientId: "tests", log: silentLog });
    await topics.ping(10_000);
    topic = await tools.makeTopic(4);
    await tools.send(
      topic,
      Array.from({ length: 60 }, (_, id) => ({ key: keyOf(id), value: valueOf(id, `out-${id}`) })),
    );
    const aborted = await tools.transactional();
    const transaction = await aborted.transaction();
    await transaction.send({ topic, messages: [{ key: keyOf(7), value: valueOf(7, "taken-back") }] });
    await transaction.abort();
    await tools.send(topic, [{ key: keyOf(7), value: null }]);
    const rules = createMaskingRules(pool);
    await rules.create(
      { name: "status", tables: "his.*", columns: "status", effect: "show", reason: "no person in it" },
      "setup",
    );
    await pool.query("insert into cdc.consumer (name, handler_func, topic) values ('visits', 'empi', $1)", [
      topic,
    ]);
    const positions = createPositions(pool, "h1");
    server = createAdminServer(
      {
        ...adminStoresOn(pool),
        ...{ consumers: createConsumers(pool, { box: null }), positions },
        deadLetters: createDeadLetters(pool, { hostId: "h1", box: null }),
        masking: { rules, reveals: createReveals(pool) },
        changes: {
          readChunk: (from) => topics.readChunk(from),
          partitionOf: partitionOfKey,
          findSchema: async () => null,
        },
        filteredCounts: (id) => positions.filteredByRule(id),
        topicBounds: (name) => topics.topicBounds(name),
        offsetsAt: (name, timeMs) => topics.offsetsAt(name, timeMs),
      },
      { host: "127.0.0.1", port: 0, version: "0" },
    );
    ({ url } = await server.listen());
  });
  afterAll(async () => {
    await server?.close();
    await topics?.close();
    await tools?.[Symbol.asyncDispose]();
    await pool?.close();
    await database?.[Symbol.asyncDispose]();
  });

  const run = (...words: readonly string[]): Promise<string> => commandLine("change", ...words, "--url", url);

  test("a key is found in the partition where the producer put it, committed records alone, masked", async () => {
    const printed = await run("history", "--topic", topic, "--key", keyOf(7));
    const found = JSON.parse(await run("find", "--topic", topic, "--key", keyOf(7), "-o", "json"));

    expect(found.keyPlace).toMatchObject({
      certainty: "checked",
      partition: partitionOfKey(Buffer.from(keyOf(7)), 4),
    });
    expect(found.items.map(({ kind }: { kind: string }) => kind)).toEqual(["change", "tombstone"]);
    expect(found.searched).toMatchObject({ isComplete: true, partitions: 1 });
    expect(printed).toContain("status: in → out-7");
    expect(printed).not.toMatch(/canary|taken-back/);
  });

  test("the newest records of every partition are shown", async () => {
    const peeked = JSON.parse(await run("peek", topic, "--count", "8", "-o", "json"));

    expect(peeked.items.length).toBeGreaterThan(3);
    expect(peeked.searched).toMatchObject({ isComplete: true, partitions: 4 });
    expect(JSON.stringify(peeked)).not.toMatch(/canary|taken-back/);
  });

  test("a topic that no consumer reads is not there", async () => {
    await expect(run("peek", "__consumer_offsets")).rejects.toMatchObject({ code: "change.topic_unknown" });
  });
});
