import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePlugin } from "../support/cells.ts";
import { changesOf } from "../support/change-of.ts";
import { pause, until } from "../support/host.ts";
import { nameFor } from "../support/kafka-tools.ts";
import { Scene } from "../support/scene.ts";
import { stack } from "../support/stack.ts";
import { steadyStream } from "../support/steady-stream.ts";
import { toldRows } from "../support/told.ts";

const tellsId = "@fixtures/tells-id";
/** A busy machine gets more than the few seconds that are aimed at. */
const reactionLimitMs = 20_000;
/** Milliseconds in which a delivery that must not come would have come. */
const quietMs = 2_000;

describe.skipIf(stack().unavailable !== "")("a consumer that a person steers", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open();
    await scene.install(fixturePlugin("tells-id"));
    await scene.host.start();
  }, 120_000);

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  }, 60_000);

  const told = (name: string): readonly number[] => toldRows(scene.host.log, name).map(({ row }) => row);
  const stateOf = async (name: string): Promise<string | undefined> =>
    (await scene.status(name))?.observed.state;
  const isIn = (name: string, states: readonly string[]): Promise<boolean> =>
    until(async () => states.includes((await stateOf(name)) ?? ""), reactionLimitMs);
  const membersOf = async (group: string): Promise<readonly string[]> => {
    const { groups } = await scene.tools.admin.describeGroups([group]);
    return (groups[0]?.members ?? []).map(({ memberId }) => memberId);
  };
  const numbers = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from + 1 }, (_, at) => from + at);

  test("pauses in its place, hands out nothing while records arrive, and then each once and in order", {
    timeout: 120_000,
  }, async () => {
    const topic = await scene.makeTopic();
    const group = nameFor("group");
    // One at a time, so that the order of delivery is that of the log.
    const configuration = { delivery: { concurrency: 1 } };
    await scene.insert({ name: "paused", topic, group, handlerFunc: tellsId, configuration });
    await scene.tools.send(topic, changesOf(1, 20));
    await until(() => told("paused").length >= 20, reactionLimitMs);
    const before = await membersOf(group);

    const asked = await scene.command(
      ...["consumer", "pause", "paused", "--reason", "the target is mended", "--wait", "-o", "json"],
    );
    const operation = JSON.parse(asked.stdout) as { readonly id: string; readonly state: string };
    const status = await scene.status("paused");
    await scene.tools.send(topic, changesOf(21, 30));
    const isRead = await until(
      async () => Number((await scene.status("paused"))?.lag.records) >= 30,
      reactionLimitMs,
    );
    await pause(quietMs);
    const whilePaused = told("paused");
    const during = await membersOf(group);
    const resumed = await scene.command("consumer", "resume", "paused", "--wait");
    await until(() => told("paused").length >= 50, reactionLimitMs);
    await scene.untilEnded("paused", "done", 50);

    expect(asked, asked.stderr).toMatchObject({ code: 0 });
    expect(operation.state).toBe("done");
    expect(status?.observed).toMatchObject({
      state: "paused",
      cause: { code: "consumer.paused", facts: { by: "local", reason: "the target is mended", until: null } },
    });
    expect(isRead).toBe(true);
    expect(whilePaused).toEqual(numbers(1, 20));
    expect(before).toHaveLength(1);
    expect(during).toEqual(before);
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    expect(await membersOf(group)).toEqual(before);
    expect(told("paused")).toEqual(numbers(1, 50));
    expect(await scene.counted("paused")).toEqual({ count: "50", done: "50" });
  });

  test("resumes by itself at the time that was named", { timeout: 120_000 }, async () => {
    const topic = await scene.makeTopic();
    await scene.insert({ name: "timed", topic, handlerFunc: tellsId });
    await isIn("timed", ["running", "idle"]);

    const end = new Date(Date.now() + 8_000);
    await scene.post("/api/v1/consumers/timed:pause", { reason: "a moment", until: end.toISOString() });
    const wasPaused = await isIn("timed", ["paused"]);
    await scene.tools.send(topic, changesOf(1, 5));
    const early = told("timed").length;
    const isDelivered = await until(() => told("timed").length >= 5, reactionLimitMs);
    const deliveredMs = Date.now();

    expect(wasPaused).toBe(true);
    expect(early).toBe(0);
    expect(isDelivered).toBe(true);
    expect(deliveredMs).toBeGreaterThanOrEqual(end.getTime());
    expect(await isIn("timed", ["running", "idle"])).toBe(true);
    expect(JSON.parse((await scene.get("/api/v1/consumers/timed/status")).text).desired).toBe("enabled");
  });

  test("stays paused through a restart of the host, and still resumes at its time", {
    timeout: 180_000,
  }, async () => {
    const topic = await scene.makeTopic();
    await scene.insert({ name: "outlives", topic, handlerFunc: tellsId });
    await isIn("outlives", ["running", "idle"]);
    const end = new Date(Date.now() + 25_000);
    const asked = await scene.post("/api/v1/consumers/outlives:pause", {
      reason: "over the restart",
      until: end.toISOString(),
    });
    await isIn("outlives", ["paused"]);
    await scene.tools.send(topic, changesOf(1, 5));

    await scene.host.kill("SIGTERM");
    await scene.host.start();
    const isPausedAgain = await isIn("outlives", ["paused"]);
    const atRestartMs = Date.now();
    const early = told("outlives").length;
    const operation = await scene.get(`/api/v1/operations/${(JSON.parse(asked.text) as { id: string }).id}`);
    const isDelivered = await until(() => told("outlives").length >= 5, 60_000);
    const deliveredMs = Date.now();

    expect(isPausedAgain).toBe(true);
    expect(atRestartMs).toBeLessThan(end.getTime());
    expect(early).toBe(0);
    expect(JSON.parse(operation.text)).toMatchObject({ kind: "consumer.pause", state: "done" });
    expect(isDelivered).toBe(true);
    expect(deliveredMs).toBeGreaterThanOrEqual(end.getTime());
    expect(told("outlives").toSorted((left, right) => left - right)).toEqual(numbers(1, 5));
  });

  test("begins anew in another process and as another member, and its neighbour notices nothing", {
    timeout: 120_000,
  }, async () => {
    const group = nameFor("group");
    const neighbours = nameFor("group");
    const topic = await scene.makeTopic();
    const quiet = await scene.makeTopic();
    await scene.insert({ name: "anew", topic, group, handlerFunc: tellsId });
    await scene.insert({ name: "beside", topic: quiet, group: neighbours, handlerFunc: tellsId });
    await using stream = steadyStream(scene.tools, quiet);
    await isIn("anew", ["running", "idle"]);
    await until(() => told("beside").length >= 5, reactionLimitMs);
    const before = { mine: await membersOf(group), theirs: await membersOf(neighbours) };

    const asked = await scene.command("consumer", "restart", "anew", "--reason", "a fresh start", "--wait");
    await scene.tools.send(topic, changesOf(1, 3));
    await until(() => told("anew").length >= 3, reactionLimitMs);
    const sent = await stream.stop();
    await scene.untilEnded("beside", "done", sent);

    expect(asked, asked.stderr).toMatchObject({ code: 0 });
    const mine = await membersOf(group);
    expect(mine).toHaveLength(1);
    expect(mine).not.toEqual(before.mine);
    expect(await membersOf(neighbours)).toEqual(before.theirs);
    expect(told("anew")).toEqual([1, 2, 3]);
    expect(told("beside")).toEqual(numbers(1, sent));
  });

  test("says who stopped it and why, and what failed when it cannot run", { timeout: 120_000 }, async () => {
    const topic = await scene.makeTopic();
    await scene.insert({ name: "steered", topic, handlerFunc: tellsId });
    await isIn("steered", ["running", "idle"]);

    const stopped = await scene.command("consumer", "stop", "steered", "--reason", "night", "--wait");
    const status = await scene.command("consumer", "status", "steered");
    const refused = await scene.command("consumer", "pause", "steered", "--reason", "x");
    await scene.sql("update cdc.consumer set handler_func = 'npm:@nobody/nothing' where name = 'steered'");
    const begun = await scene.command("consumer", "start", "steered", "-o", "json");
    const { id } = JSON.parse(begun.stdout) as { readonly id: string };
    await scene.untilCause("steered", "plugin.not_installed");
    const waiting = await scene.command("consumer", "wait", "steered", "--for", "running", "--timeout", "1");
    const cancelled = await scene.command("op", "cancel", id);
    const watched = await scene.command("op", "watch", id);
    const isStopped = await isIn("steered", ["stopped"]);

    expect(stopped, stopped.stderr).toMatchObject({ code: 0 });
    expect(status.stdout).toMatch(/stopped by local at .*: night/);
    expect(refused).toMatchObject({ code: 4 });
    expect(waiting).toMatchObject({ code: 6 });
    expect(waiting.stderr).toContain("plugin.not_installed");
    expect(cancelled.stdout).toContain("cancelled");
    expect(watched).toMatchObject({ code: 4 });
    expect(isStopped).toBe(true);
  });
});
