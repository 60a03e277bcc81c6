import type { Message } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePlugin } from "../support/cells.ts";
import { changeOf, changesOf } from "../support/change-of.ts";
import { runCommand, until } from "../support/host.ts";
import { Scene } from "../support/scene.ts";
import { stack } from "../support/stack.ts";
import { type SteadyStream, steadyStream } from "../support/steady-stream.ts";
import { longestGapMs, toldRows } from "../support/told.ts";

/** In every bad record's key and value, so that it is found wherever a record leaks. */
const canary = "K4n4r1enV0gel";
const hugeBytes = 20 * 1024 * 1024;
const depth = 100_000;
const paceRecords = 10_000;
const gapLimitMs = 5_000;

interface BadRecord {
  readonly code: string;
  readonly attempts: number;
  readonly message: Message;
}

const badRecords: readonly BadRecord[] = [
  bad("record.not_json", 1, `{"name": "${canary}"`),
  bad("record.not_a_change", 1, JSON.stringify({ name: canary })),
  bad("record.too_deep", 0, `{"name":"${canary}","at":${"[".repeat(depth)}${"]".repeat(depth)}}`),
  bad("record.too_large", 0, JSON.stringify({ name: canary, filling: "x".repeat(hugeBytes) })),
  badChange("handler.deadline", 1, "loop"),
  badChange("plugin.crashed", 1, "exit"),
  badChange("handler.deadline", 1, "never"),
  badChange("handler.threw", 2, "throw-secret"),
];

describe.skipIf(stack().unavailable !== "")("bad records and bad handlers", () => {
  let scene: Scene;
  let topic: string;
  let stream: SteadyStream;
  let aloneMs = 0;
  let besideMs = 0;

  beforeAll(async () => {
    // The most talkative level, since nothing may leak at any.
    scene = await Scene.open({ LOG_LEVEL: "trace" });
    await scene.install(fixturePlugin("well-behaved"), ["http://target.test"]);
    await scene.install(fixturePlugin("tells-id"));
    await scene.host.start();
    // A batch must fit the topic's limit and one segment.
    const roomy = {
      "max.message.bytes": String(32 * 1024 * 1024),
      "segment.bytes": String(64 * 1024 * 1024),
    };
    topic = await scene.makeTopic(1, roomy);
    const steadyTopic = await scene.makeTopic();
    await scene.insert({ name: "steady", topic: steadyTopic, handlerFunc: "@fixtures/tells-id" });
    stream = steadyStream(scene.tools, steadyTopic);
    aloneMs = await paced("pace-alone");
    await scene.insert({
      name: "troubled",
      topic,
      handlerFunc: "@fixtures/well-behaved",
      configuration: { delivery },
    });
    await scene.tools.send(topic, changesOf(1, 20));
    for (const { message } of badRecords) await scene.tools.send(topic, [message]);
    await scene.tools.send(topic, changesOf(21, 20));
    besideMs = await paced("pace-beside");
    await scene.untilEnded("troubled", "done", 40, 90_000);
    await scene.untilEnded("troubled", "parked", badRecords.length, 90_000);
  });

  afterAll(async () => {
    await stream.stop();
    await scene[Symbol.asyncDispose]();
  });

  test("are parked one by one under their codes, and nothing else is", async () => {
    const { text } = await scene.get("/api/v1/dead-letters?consumer=troubled&limit=100");
    const { items } = JSON.parse(text) as { readonly items: readonly Letter[] };

    const seen = items
      .map(({ offset, failure, attempts }) => ({ offset: Number(offset), code: failure.code, attempts }))
      .toSorted((left, right) => left.offset - right.offset);

    expect(seen).toEqual(badRecords.map(({ code, attempts }, at) => ({ offset: 20 + at, code, attempts })));
  });

  test("do not keep the records of other keys from being delivered, and the account balances", async () => {
    const isRead = await until(async () => (await scene.status("troubled"))?.lag.records === "0", 10_000);
    const status = await scene.status("troubled");

    expect(isRead).toBe(true);
    expect(status?.accounting.total).toMatchObject({
      markMinusStart: String(40 + badRecords.length),
      balances: true,
      endings: { done: "40", parked: String(badRecords.length), filtered: "0", skipped: "0", hole: "0" },
    });
    expect(await scene.counted("troubled")).toEqual({ count: "40", done: "40" });
  });

  test("do not slow another plugin's consumers", async () => {
    const sent = await stream.stop();
    await scene.untilEnded("steady", "done", sent);
    const gapMs = longestGapMs(toldRows(scene.host.log, "steady"));

    console.info(`${paceRecords} records: ${aloneMs} ms alone, ${besideMs} ms beside the trouble`);
    console.info(`ratio ${(aloneMs / besideMs).toFixed(2)}, longest gap of the steady consumer ${gapMs} ms`);
    expect((await scene.endings("steady"))["done"]).toBe(String(sent));
    expect((await scene.endings("pace-beside"))["done"]).toBe(String(paceRecords));
    expect(gapMs).toBeLessThan(gapLimitMs);
  });

  test("are seen nowhere: not in the log, not in the API's answers, not in the database", async () => {
    const pages = [
      "consumers",
      "consumers/troubled",
      "consumers/troubled/accounting",
      "dead-letters",
      "releases",
    ];
    for (const page of pages) await scene.get(`/api/v1/${page}`);
    await scene.get("/metrics");
    await scene.command("dead-letter", "list", "-o", "json");

    for (const text of [canary, "Zhang San"]) {
      expect(scene.host.log).not.toContain(text);
      expect(scene.answers.join("\n")).not.toContain(text);
      expect(await scene.tablesHolding(text)).toEqual([]);
    }
  });

  /** Milliseconds that a consumer of its own needs for a backlog. */
  async function paced(name: string): Promise<number> {
    const backlog = await scene.makeTopic(2);
    for (let from = 1; from <= paceRecords; from += 1_000)
      await scene.tools.send(backlog, changesOf(from, 1_000));
    const startedMs = performance.now();
    await scene.insert({ name, topic: backlog, handlerFunc: "@fixtures/tells-id" });
    await scene.untilEnded(name, "done", paceRecords, 60_000);
    return Math.round(performance.now() - startedMs);
  }
});

describe("an environment with several faults", () => {
  test("ends serve with every fault listed, each with what to write instead", async () => {
    const { code, stderr } = await runCommand(["serve"], {
      PATH: process.env["PATH"] ?? "",
      DATABASE_URL: "mysql://user:K4n4r1enV0gel@host/db",
      KAFKA_HOST: "kafka://127.0.0.1:9092",
      LOG_LEVEL: "inof",
      TOPIC_CONSUME_INTERVAL: "soon",
      EMPI_HOST: "127.0.0.1:8080",
      GLUTTONY_ADMIN_LISTN: "127.0.0.1:8180",
      GLUTTONY_ADMIN_LISTEN: "0.0.0.0:8180",
    });

    expect(code).toBe(2);
    expect(stderr).toContain("config.invalid");
    expect(linesOf(stderr, "→").slice(0, -1)).toEqual([
      "GLUTTONY_ADMIN_LISTN: No such setting.  → GLUTTONY_ADMIN_LISTEN",
      "DATABASE_URL: Is not a Postgres URL.  → postgresql://host:5432/gluttony, with user and password before the host",
      "KAFKA_HOST: Has a scheme; brokers have none.  → 127.0.0.1:9092",
      "EMPI_HOST: Must be an http or https URL.  → http://127.0.0.1:8080",
      "TOPIC_CONSUME_INTERVAL: Must be milliseconds, a whole number from 1 to 60000.  → 500",
      "LOG_LEVEL: Must be one of: off, trace, debug, info, warn, error, fatal, panic.  → info",
      expect.stringContaining("GLUTTONY_ADMIN_LISTEN: Listening beyond loopback needs a token.  → "),
    ]);
    expect(stderr).not.toContain(canary);
  });

  test("that names nothing at all is told what serve cannot do without", async () => {
    const { code, stderr } = await runCommand(["serve"], { PATH: process.env["PATH"] ?? "" });

    expect(code).toBe(2);
    expect(stderr).toContain("DATABASE_URL: Is not set.");
    expect(stderr).toContain("KAFKA_HOST: Is not set.");
  });
});

interface Letter {
  readonly offset: string;
  readonly attempts: number;
  readonly failure: { readonly code: string };
}

const delivery = { deadlineMs: 500, graceMs: 500, attemptsMax: 2, backoffFirstMs: 50 };

function bad(code: string, attempts: number, value: string): BadRecord {
  return { code, attempts, message: { key: `${canary}-${code}`, value } };
}

function badChange(code: string, attempts: number, instruction: string): BadRecord {
  const { value } = changeOf({ id: 9_000, name: canary, do: instruction });
  return { code, attempts, message: { key: `${canary}-${instruction}`, value } };
}

function linesOf(text: string, mark: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line.includes(mark))
    .map((line) => line.trim());
}
