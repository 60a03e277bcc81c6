import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePlugin } from "../support/cells.ts";
import { until } from "../support/host.ts";
import { nameFor } from "../support/kafka-tools.ts";
import { isLong } from "../support/long-tests.ts";
import { Scene } from "../support/scene.ts";
import { stack } from "../support/stack.ts";
import { type SteadyStream, steadyStream } from "../support/steady-stream.ts";
import { toldRows } from "../support/told.ts";

const tellsId = "@fixtures/tells-id";
/** A hospital's worth with GLUTTONY_LONG_TESTS, a handful in every run. */
const consumers = isLong ? 200 : 10;
const partitions = isLong ? 10 : 2;
/** Consumers that read one topic, each in a group of its own. */
const readersOfTopic = 10;
const startLimitMs = isLong ? 600_000 : 120_000;
/** A busy machine gets more than the 2 seconds that are aimed at; the time it took is told. */
const reactionLimitMs = 20_000;
const lookedAt = 20;

describe.skipIf(stack().unavailable !== "")(
  `${consumers} consumers of ${partitions} partitions each in one host`,
  () => {
    let scene: Scene;
    let stream: SteadyStream;
    const group = nameFor("group");
    /** What the overview answered instead while they started. */
    const unanswered = new Set<string>();

    beforeAll(async () => {
      // Whoever joins a group is told of at this level.
      scene = await Scene.open({ LOG_LEVEL: "debug" });
      await scene.install(fixturePlugin("tells-id"));
      for (let at = 1; at < consumers; at += readersOfTopic) {
        const topic = await scene.makeTopic(partitions);
        for (let reader = at; reader < Math.min(at + readersOfTopic, consumers); reader += 1)
          await scene.insert({ name: `other-${reader}`, topic, handlerFunc: tellsId });
      }
      const topic = await scene.makeTopic(partitions);
      await scene.insert({ name: "changed", topic, group, handlerFunc: tellsId });
      const startedMs = Date.now();
      await scene.host.start();
      if (!(await until(async () => (await well()) === consumers, startLimitMs)))
        throw new Error(`only ${await well()} of ${consumers} are well: ${scene.host.log.slice(-2_000)}`);
      say(`all are well ${Date.now() - startedMs} ms after the host's start`);
      for (const answer of unanswered) say(`while they started, the overview answered ${answer}`);
      stream = steadyStream(scene.tools, topic);
      await until(() => told().length > 5, reactionLimitMs);
    }, startLimitMs + 120_000);

    afterAll(async () => {
      await stream?.stop();
      await scene?.[Symbol.asyncDispose]();
    }, 240_000);

    test("a setting of one acts at once, and nobody joins a group anew", { timeout: 120_000 }, async () => {
      const configuration = JSON.stringify({ handler: { greeting: "changed" } });

      const changedMs = Date.now();
      await scene.sql("update cdc.consumer set configuration = $1 where name = 'changed'", [configuration]);
      const isTold = await until(
        () => told().some(({ greeting }) => greeting === "changed"),
        reactionLimitMs,
      );
      const firstMs = told().find(({ greeting }) => greeting === "changed")?.atMs ?? Number.NaN;

      say(`a changed setting is told with ${firstMs - changedMs} ms after the statement`);
      expect(isTold).toBe(true);
      expect(joinedSince(changedMs)).toEqual([]);
    });

    test("one that is switched off and on again stops and runs, and no other joins a group anew", {
      timeout: 120_000,
    }, async () => {
      const offMs = Date.now();
      await scene.sql("update cdc.consumer set is_valid = false where name = 'changed'");
      const isStopped = await until(async () => (await membersOf()).length === 0, reactionLimitMs);
      const stoppedMs = Date.now() - offMs;
      const onMs = Date.now();
      await scene.sql("update cdc.consumer set is_valid = true where name = 'changed'");
      const isBack = await until(() => told().some(({ atMs }) => atMs > onMs), reactionLimitMs);
      const backMs = (told().find(({ atMs }) => atMs > onMs)?.atMs ?? Number.NaN) - onMs;

      say(
        `switched off, it left its group in ${stoppedMs} ms; switched on, it was given a record in ${backMs} ms`,
      );
      expect([isStopped, isBack]).toEqual([true, true]);
      expect(joinedSince(offMs).filter((one) => one !== group)).toEqual([]);
      expect(joinedSince(offMs)).toContain(group);
    });

    test("the lists are answered while all of them run", { timeout: 120_000 }, async () => {
      for (const path of ["consumers", "overview", "overview?limit=200"]) {
        const times: number[] = [];
        for (let round = 0; round < lookedAt; round += 1) {
          const startedMs = performance.now();
          expect((await fetch(`${scene.host.url}/api/v1/${path}`)).status).toBe(200);
          times.push(performance.now() - startedMs);
        }
        const sorted = times.toSorted((left, right) => left - right);
        const at = (share: number): string => (sorted[Math.floor(share * lookedAt)] ?? Number.NaN).toFixed(1);
        say(`${path}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
      }
    });

    function told(): ReturnType<typeof toldRows> {
      return toldRows(scene.host.log, "changed");
    }

    /** Consumers that run, or have nothing to do. */
    async function well(): Promise<number> {
      const { status, text } = await scene.get("/api/v1/overview?limit=1");
      // While all of them start at once, the database may have no connection free in time.
      if (status !== 200) {
        unanswered.add(text.slice(0, 400));
        return 0;
      }
      const { counts } = JSON.parse(text) as { readonly counts: { readonly [state: string]: number } };
      return (counts["running"] ?? 0) + (counts["idle"] ?? 0);
    }

    async function membersOf(): Promise<readonly string[]> {
      const { groups } = await scene.tools.admin.describeGroups([group]);
      return groups[0]?.members.map(({ memberId }) => memberId) ?? [];
    }

    /** Groups that a member of the host joined since then, by what the client itself logs of each rebalance. */
    function joinedSince(sinceMs: number): readonly string[] {
      return scene.host.log
        .split("\n")
        .filter((line) => line.includes("Consumer has joined the group"))
        .map((line) => JSON.parse(line) as { readonly time: string; readonly groupId: string })
        .filter(({ time }) => Date.parse(time) >= sinceMs)
        .map(({ groupId }) => groupId);
    }
  },
);

function say(line: string): void {
  process.stdout.write(`${consumers} consumers: ${line}\n`);
}
