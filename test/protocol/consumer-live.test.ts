import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type AdminServer, createAdminServer } from "@gluttony/admin";
import { createKafkaTopics, type KafkaTopics, partitionOfKey } from "@gluttony/kafka";
import {
  createConsumers,
  createDeadLetters,
  createMaskingRules,
  createObservations,
  createPool,
  createPositions,
  createReveals,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AttemptNotes } from "../../packages/cli/src/records/attempt-notes.ts";
import { createRecordLedger } from "../../packages/cli/src/records/record-ledger.ts";
import { adminStoresOn } from "../support/admin-stores.ts";
import { commandLine } from "../support/command-line.ts";
import { silentLog } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools } from "../support/kafka-tools.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const isMissing = stack().postgresUnavailable !== "" || stack().unavailable !== "";
const program = join(import.meta.dirname, "../../packages/cli/dist/main.js");
const keyOf = (id: number): string => JSON.stringify({ id });

function valueOf(id: number, status: string): string {
  const source = { connector: "postgresql", name: "his", db: "his", schema: "his", table: "visit", lsn: id };
  const row = { id, status, patient: `canary-of-${id}` };
  return JSON.stringify({
    op: "u",
    before: { ...row, status: "in", patient: `canary-before-${id}` },
    after: row,
    source,
  });
}

describe.skipIf(isMissing)("a consumer's records on a real broker and a real database", () => {
  let database: TestDatabase;
  let pool: Pool;
  let tools: KafkaTools;
  let topics: KafkaTopics;
  let server: AdminServer;
  let url: string;
  let topic: string;
  let topicId: string;
  let consumerId: string;

  beforeAll(async () => {
    database = await makeDatabase("consumer_live");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    tools = await kafkaTools(stack().kafka);
    topics = createKafkaTopics({ brokers: [stack().kafka], clientId: "tests", log: silentLog });
    await topics.ping(10_000);
    topic = await tools.makeTopic(1);
    await write(10);
    topicId = (await topics.topicBounds(topic))?.topicId ?? "";
    await pool.query("insert into cdc.consumer (name, handler_func, topic) values ('visits', 'empi', $1)", [
      topic,
    ]);
    const consumers = createConsumers(pool, { box: null });
    consumerId = (await consumers.get("visits"))?.id ?? "";
    const positions = createPositions(pool, "h1");
    const deadLetters = createDeadLetters(pool, { hostId: "h1", box: null });
    const stores = adminStoresOn(pool);
    const ledgerStores = { positions, deadLetters, observations: createObservations(pool) };
    server = createAdminServer(
      {
        ...stores,
        ...{ consumers, positions, deadLetters },
        masking: { rules: createMaskingRules(pool), reveals: createReveals(pool) },
        changes: {
          readChunk: (from) => topics.readChunk(from),
          partitionOf: partitionOfKey,
          findSchema: async () => null,
        },
        ledger: createRecordLedger({ stores: ledgerStores, topics, notes: new AttemptNotes() }),
        filteredCounts: (id) => positions.filteredByRule(id),
        topicBounds: (name) => topics.topicBounds(name),
        offsetsAt: (name, timeMs) => topics.offsetsAt(name, timeMs),
      },
      { host: "127.0.0.1", port: 0, version: "0" },
    );
    ({ url } = await server.listen());
    await remember(deadLetters, positions);
  });
  afterAll(async () => {
    await server?.close();
    await topics?.close();
    await tools?.[Symbol.asyncDispose]();
    await pool?.close();
    await database?.[Symbol.asyncDispose]();
  });

  async function write(count: number, from = 0): Promise<void> {
    const messages = Array.from({ length: count }, (_, index) => ({
      key: keyOf(from + index),
      value: valueOf(from + index, `out-${from + index}`),
    }));
    await tools.send(topic, messages);
  }

  /** Six records ended, of which the second was parked; the seventh failed and waits, the ninth behind it. */
  async function remember(
    deadLetters: ReturnType<typeof createDeadLetters>,
    positions: ReturnType<typeof createPositions>,
  ): Promise<void> {
    const none = { done: 0, filtered: 0, skipped: 0, parked: 0, hole: 0 };
    await positions.begin(consumerId, { topic, topicId, partition: 0, start: 0n, mark: 0n, endings: none });
    const failure = { kind: "transient", code: "target.unreachable", message: "" } as const;
    await deadLetters.park({
      ...{ consumerId, topicId, failure, attempts: 4, release: "empi@1.0.0", idempotencyKey: "k" },
      ...{ subject: "s", isBehind: false, bytes: "reference" },
      record: { topic, partition: 0, offset: 1n, timestampMs: 0, key: null, value: null, headers: [] },
    });
    await positions.advance(consumerId, topic, [
      {
        ...{
          partition: 0,
          topicId,
          from: 0n,
          saves: 0n,
          to: 6n,
          filteredByRule: new Map(),
          endedAbove: null,
        },
        endings: { ...none, done: 5, parked: 1 },
        waiting: [
          {
            ...{
              offset: 6n,
              attempts: 2,
              charged: 2,
              nextAttemptAtMs: 60_000,
              failingSinceMs: 0,
              subject: "s",
            },
            ...{ failure: { kind: "transient", code: "target.unreachable" }, behind: [8n] },
          },
        ],
      },
    ]);
  }

  const run = (...words: readonly string[]): Promise<string> => commandLine(...words, "--url", url);

  test("masking rules are added, listed, tried out and removed; a value is shown by none but them", async () => {
    const reason = ["--reason", "no person in it"];
    await run(
      "masking",
      "add",
      "status",
      "--tables",
      "his.*",
      "--columns",
      "*",
      "--effect",
      "show",
      ...reason,
    );
    await run(
      "masking",
      "add",
      "patient",
      "--tables",
      "*",
      "--columns",
      "pat*",
      "--effect",
      "mask",
      ...reason,
    );
    await run("masking", "add", "gone", "--tables", "*", "--columns", "x", "--effect", "mask", ...reason);

    await run("masking", "remove", "gone");
    const listed = await run("masking", "list");
    const judged = await run("masking", "test", "his.visit", "status", "PATIENT", "-o", "json");
    const elsewhere = await run("masking", "test", "lab.visit", "status");

    expect(listed).toMatch(/status +show +his\.\*/);
    expect(listed).not.toContain("gone");
    expect(JSON.parse(judged).items).toEqual([
      { column: "status", state: "shown", rules: ["status"] },
      { column: "PATIENT", state: "masked", rules: ["patient"] },
    ]);
    expect(elsewhere).toContain("no rule shows it");
    await expect(run("masking", "remove", "gone")).rejects.toMatchObject({ code: "masking.rule_unknown" });
  });

  test("each record is told with what became of it", async () => {
    const told = JSON.parse(await run("consumer", "records", "visits", "-o", "json"));
    const printed = await run("consumer", "records", "visits", "--outcome", "parked,retrying");

    expect(told.items.map(({ outcome }: { outcome: { name: string } }) => outcome.name)).toEqual([
      ...["delivered", "parked", "delivered", "delivered", "delivered", "delivered"],
      ...["retrying", "held_up", "waiting_behind", "held_up"],
    ]);
    expect(told.items[1].outcome).toMatchObject({ attempts: 4, deadLetter: "1", code: "target.unreachable" });
    expect(told.items[6].outcome).toMatchObject({ attempts: 2, nextAttemptAt: "1970-01-01T00:01:00.000Z" });
    expect(told.items[8].outcome).toMatchObject({ behindOffset: "6" });
    expect(printed).toMatch(
      /0@1 {2}✕ parked.*\n {2}status: in → out-1\n {2}patient: ●● \(text\) → ●● \(text\)/,
    );
    expect(printed).toContain("↻ retrying  attempt 2");
    expect(printed).not.toMatch(/canary|0@2/);
  });

  test("tail tells what was and then what comes, each once, and Ctrl-C ends it well", async () => {
    const words = ["consumer", "tail", "visits", "--from", "1h", "-o", "jsonl", "--url", url];
    const tail = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise((resolve) => tail.once("exit", (code, signal) => resolve({ code, signal })));
    const offsets: string[] = [];
    let problem = "";
    tail.stderr.on("data", (bytes: Buffer) => void (problem += bytes.toString()));

    for await (const line of createInterface({ input: tail.stdout })) {
      expect(line).not.toMatch(/canary/);
      offsets.push(JSON.parse(line).offset);
      if (offsets.length === 10) await write(2, 10);
      if (offsets.length === 12) tail.kill("SIGINT");
    }

    expect(problem).toBe("");
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(offsets).toEqual(Array.from({ length: 12 }, (_, offset) => String(offset)));
  });

  test("tail by key, operation and outcome ends by itself after the count that is asked for", async () => {
    const common = ["consumer", "tail", "visits", "--from", "1h", "--count", "1"];

    const byKey = await run(...common, "--key", keyOf(4), "--op", "u");
    const byOutcome = await run(...common, "--outcome", "retrying");

    expect(byKey).toContain("status: in → out-4");
    expect(byOutcome).toContain("0@6");
    expect(byKey + byOutcome).not.toMatch(/canary/);
  });

  test("a reveal shows one record for a reason that is in the audit, and asks for one", async () => {
    const grants = [{ role: "phi-reader", scope: null }] as const;
    const { secret } = await createTokenFor(grants);
    const command = ["change", "reveal", topic, "0@3", "--reason", "asked by the ward"];

    const revealed = await withToken(secret, () => run(...command));
    const audit = await pool.query("select reason from cdc.audit where action = 'change.reveal'");

    expect(revealed).toContain("canary-of-3");
    expect(revealed).toContain("shown until");
    expect(audit).toEqual([{ reason: "asked by the ward" }]);
    await expect(run("change", "reveal", topic, "three", "--reason", "r")).rejects.toMatchObject({
      code: "request.invalid",
    });
  });

  async function createTokenFor(
    grants: readonly { readonly role: "phi-reader"; readonly scope: null }[],
  ): Promise<{ readonly secret: string }> {
    const answer = await fetch(`${url}/api/v1/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        name: "reader",
        grants,
        expiresInDays: 1,
      }),
    });
    return (await answer.json()) as { readonly secret: string };
  }

  async function withToken<T>(token: string, work: () => Promise<T>): Promise<T> {
    process.env["GLUTTONY_ADMIN_TOKEN"] = token;
    try {
      return await work();
    } finally {
      delete process.env["GLUTTONY_ADMIN_TOKEN"];
    }
  }
});
