import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePlugin } from "../support/cells.ts";
import { changeOf, changesOf } from "../support/change-of.ts";
import { pause, until } from "../support/host.ts";
import { nameFor } from "../support/kafka-tools.ts";
import { Scene, type SeenStatus } from "../support/scene.ts";
import { stack } from "../support/stack.ts";
import { steadyStream } from "../support/steady-stream.ts";
import { longestGapMs, toldRows } from "../support/told.ts";

const tellsId = "@fixtures/tells-id";
const wellBehaved = "@fixtures/well-behaved";
/** A handler that waits for its deadline, longer than a stop takes. */
const slowToStop = { delivery: { deadlineMs: 5_000, graceMs: 5_000 } };
const secret = "Geheim-K4n4r1enV0gel";
/** What is aimed at is 2 s; a busy machine gets more. */
const reactionLimitMs = 10_000;

describe.skipIf(stack().unavailable !== "")("a row of cdc.consumer, written by plain SQL", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open();
    await scene.install(fixturePlugin("tells-id"));
    await scene.install(fixturePlugin("well-behaved"), ["http://target.test"]);
    await scene.host.start();
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
  });

  /** In the order of the rows: keys run beside each other. */
  const told = (name: string): readonly number[] =>
    toldRows(scene.host.log, name)
      .map(({ row }) => row)
      .toSorted((left, right) => left - right);
  const untilTold = (name: string, count: number, limitMs = 20_000): Promise<boolean> =>
    until(() => told(name).length >= count, limitMs);

  test("starts to consume soon after its insert", async () => {
    const topic = await scene.makeTopic();
    await scene.tools.send(topic, changesOf(1, 1));

    const startedMs = performance.now();
    await scene.insert({ name: "starts", topic, handlerFunc: tellsId });
    await untilTold("starts", 1);
    const tookMs = performance.now() - startedMs;

    console.info(`insert to first delivery: ${Math.round(tookMs)} ms`);
    expect(told("starts")).toEqual([1]);
    expect(tookMs).toBeLessThan(reactionLimitMs);
  });

  test("stops drained when is_valid is false, and goes on without loss or repetition when it is true", async () => {
    const topic = await scene.makeTopic(2);
    await scene.insert({ name: "switched", topic, handlerFunc: tellsId });
    await using stream = steadyStream(scene.tools, topic);
    await untilTold("switched", 20);

    const startedMs = performance.now();
    await scene.sql("update cdc.consumer set is_valid = false where name = 'switched'");
    const isStopped = await until(async () => (await stateOf("switched")) === "stopped", reactionLimitMs);
    const tookMs = performance.now() - startedMs;
    const before = told("switched").length;
    const since = (await scene.status("switched"))?.observed.since;
    await pause(1_500);
    const laterSince = (await scene.status("switched"))?.observed.since;
    const whileStopped = told("switched").length;
    await scene.sql("update cdc.consumer set is_valid = true where name = 'switched'");
    await untilTold("switched", whileStopped + 20);
    const sent = await stream.stop();
    await scene.untilEnded("switched", "done", sent);

    console.info(`is_valid = false to the state stopped: ${Math.round(tookMs)} ms`);
    expect(isStopped).toBe(true);
    expect(whileStopped).toBe(before);
    expect(laterSince).toBe(since);
    expect(whileStopped).toBeLessThan(sent);
    expect(told("switched")).toEqual(numbers(1, sent));
    expect(await scene.counted("switched")).toEqual({ count: String(sent), done: String(sent) });
  });

  test("ends as it was last written, however quickly it is switched", async () => {
    const topic = await scene.makeTopic();
    const id = await scene.insert({
      name: "flipped",
      topic,
      handlerFunc: wellBehaved,
      configuration: slowToStop,
    });
    await scene.tools.send(topic, [changeOf({ id: 1, do: "wait" })]);
    await until(async () => (await scene.status("flipped"))?.lag.records === "1", reactionLimitMs);

    for (const isOn of [false, true, false]) {
      await scene.sql("update cdc.consumer set is_valid = $1 where name = 'flipped'", [isOn]);
      await pause(200);
    }
    const isStopped = await until(async () => (await stateOf("flipped")) === "stopped", reactionLimitMs);
    await scene.sql("update cdc.consumer set is_valid = true where name = 'flipped'");
    await until(async () => (await scene.status("flipped"))?.lag.records === "1", reactionLimitMs);
    await scene.sql("update cdc.consumer set configuration = '{}' where name = 'flipped'");
    await pause(200);
    await scene.sql("delete from cdc.consumer where name = 'flipped'");
    const isForgotten = await until(async () => (await observedOf(id)).length === 0, reactionLimitMs);
    await pause(1_500);

    expect(isStopped).toBe(true);
    expect(isForgotten).toBe(true);
    expect(await observedOf(id)).toEqual([]);
  });

  test("that is deleted while it is stopped is forgotten, too", async () => {
    const id = await scene.insert({ name: "put-away", topic: await scene.makeTopic(), handlerFunc: tellsId });
    await scene.sql("update cdc.consumer set is_valid = false where name = 'put-away'");
    await until(async () => (await stateOf("put-away")) === "stopped", reactionLimitMs);
    await pause(1_500);

    await scene.sql("delete from cdc.consumer where name = 'put-away'");
    const isForgotten = await until(async () => (await observedOf(id)).length === 0, reactionLimitMs);
    await pause(1_500);

    expect(isForgotten).toBe(true);
    expect(await observedOf(id)).toEqual([]);
  });

  test("is applied again when its configuration changes, and says with which revision it runs", async () => {
    const topic = await scene.makeTopic();
    await scene.insert({ name: "changed", topic, handlerFunc: tellsId });
    await scene.tools.send(topic, changesOf(1, 1));
    await untilTold("changed", 1);
    const first = await scene.status("changed");

    const startedMs = performance.now();
    await scene.sql(
      `update cdc.consumer set configuration = '{"handler": {"greeting": "changed"}}' where name = 'changed'`,
    );
    const isApplied = await until(async () => {
      const status = await scene.status("changed");
      return status?.observed.isConverged === true && status.consumer.revision !== first?.consumer.revision;
    }, reactionLimitMs);
    const tookMs = performance.now() - startedMs;
    await scene.tools.send(topic, changesOf(2, 1));
    await untilTold("changed", 2);

    console.info(`change of configuration to its revision being seen: ${Math.round(tookMs)} ms`);
    expect(isApplied).toBe(true);
    expect(toldRows(scene.host.log, "changed")).toMatchObject([
      { row: 1, greeting: "hello" },
      { row: 2, greeting: "changed" },
    ]);
  });

  test("leaves its group and is forgotten when it is deleted, but its account stays", async () => {
    const topic = await scene.makeTopic();
    const group = nameFor("group");
    const id = await scene.insert({ name: "deleted", topic, group, handlerFunc: tellsId });
    await scene.tools.send(topic, changesOf(1, 3));
    await scene.untilEnded("deleted", "done", 3);

    await scene.sql("delete from cdc.consumer where name = 'deleted'");
    const isForgotten = await until(async () => {
      const seen = await scene.sql("select from cdc.observed_state where consumer_id = $1", [id]);
      return seen.length === 0 && (await membersOf(group)) === 0;
    }, reactionLimitMs);

    expect(isForgotten).toBe(true);
    expect(await scene.status("deleted")).toBeNull();
    expect(await scene.sql("select done::text from cdc.position where consumer_id = $1", [id])).toEqual([
      { done: "3" },
    ]);
  });

  test("that is wrong names its fault, holds up nobody else, and heals when it is mended", async () => {
    const topic = await scene.makeTopic();
    const quiet = await scene.makeTopic();
    const missing = scene.nameTopic();
    const wrong = wrongRows(missing);
    await scene.insert({ name: "healthy", topic, handlerFunc: tellsId });
    await using stream = steadyStream(scene.tools, topic);

    for (const { name, columns } of wrong) {
      await scene.insert({ topic: quiet, handlerFunc: tellsId, ...columns, name });
    }
    const seen = await Promise.all(
      wrong.map(async ({ name, code }) => seenOf(name, await scene.untilCause(name, code, reactionLimitMs))),
    );
    for (const { name, mend } of wrong)
      await scene.sql(`update cdc.consumer set ${mend} where name = $1`, [name]);
    await scene.tools.admin.createTopics({ topics: [{ topic: missing, numPartitions: 1 }] });
    const healed = await Promise.all(
      wrong.map(({ name }) =>
        until(async () => ["running", "idle"].includes((await stateOf(name)) ?? ""), reactionLimitMs),
      ),
    );
    const sent = await stream.stop();
    await scene.untilEnded("healthy", "done", sent);

    expect(seen).toEqual(wrong.map(({ name, code, paths }) => ({ name, state: "blocked", code, paths })));
    expect(healed).toEqual(healed.map(() => true));
    expect(told("healthy")).toEqual(numbers(1, sent));
    console.info(`longest gap beside wrong rows: ${longestGapMs(toldRows(scene.host.log, "healthy"))} ms`);
    expect(longestGapMs(toldRows(scene.host.log, "healthy"))).toBeLessThan(5_000);
  });

  test("with a connection string in clear text soon rests encrypted, and its history never held the text", async () => {
    const connString = `postgresql://reader:${secret}@127.0.0.1:1/none`;
    await scene.insert({
      name: "secretive",
      connString,
      captureSchema: "his",
      captureTable: "patient",
      topic: scene.nameTopic(),
      handlerFunc: tellsId,
    });

    const isEncrypted = await until(async () => {
      const rows = await scene.sql(
        "select from cdc.consumer where name = 'secretive' and conn_string like 'enc:v2:%'",
      );
      return rows.length === 1;
    }, reactionLimitMs);
    const status = await scene.untilCause("secretive", "connect.source_unreachable");

    expect(isEncrypted).toBe(true);
    expect(status?.observed).toMatchObject({
      state: "recovering",
      cause: { code: "connect.source_unreachable" },
    });
    expect(await scene.tablesHolding(secret)).toEqual([]);
    expect(scene.host.log).not.toContain(secret);
    expect(scene.answers.join("\n")).not.toContain(secret);
  });

  async function stateOf(name: string): Promise<string | undefined> {
    return (await scene.status(name))?.observed.state;
  }

  function observedOf(id: string): Promise<readonly object[]> {
    return scene.sql("select state from cdc.observed_state where consumer_id = $1", [id]);
  }

  async function membersOf(group: string): Promise<number> {
    const { groups } = await scene.tools.admin.describeGroups([group]);
    return groups[0]?.members.length ?? 0;
  }
});

interface WrongRow {
  readonly name: string;
  readonly columns: {
    readonly handlerFunc?: string;
    readonly topic?: string;
    readonly configuration?: unknown;
  };
  readonly code: string;
  readonly paths: readonly string[];
  /** What makes the row right. */
  readonly mend: string;
}

function wrongRows(missing: string): readonly WrongRow[] {
  const rightHandler = `handler_func = '${tellsId}'`;
  const rightConfiguration = "configuration = '{}'";
  return [
    wrong("plugin.not_installed", { handlerFunc: "npm:@nobody/nothing" }, rightHandler),
    wrong("handler.not_found", { handlerFunc: "empi#onChanges" }, rightHandler),
    { ...wrong("handler.ref_invalid", { handlerFunc: "emppi" }, rightHandler), paths: ["handler_func"] },
    wrong("kafka.topic_missing", { topic: missing }, "is_valid = true"),
    {
      ...wrong("consumer.invalid", { configuration: { delivery: { concurency: 4 } } }, rightConfiguration),
      paths: ["configuration.delivery.concurency"],
    },
    {
      ...wrong("handler.config_invalid", { configuration: { handler: { greeting: 5 } } }, rightConfiguration),
      paths: ["configuration.handler.greeting"],
    },
  ];
}

function wrong(code: string, columns: WrongRow["columns"], mend: string): WrongRow {
  return { name: code, columns, code, paths: [], mend };
}

function seenOf(name: string, status: SeenStatus | null): object {
  const cause = status?.observed.cause;
  return {
    name,
    state: status?.observed.state,
    code: cause?.code,
    paths: (cause?.faults ?? []).map(({ path }) => path),
  };
}

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
