import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeOf } from "../support/change-of.ts";
import { fixturePlugin, zooPlugin } from "../support/cells.ts";
import { until } from "../support/host.ts";
import { nameFor } from "../support/kafka-tools.ts";
import { Scene } from "../support/scene.ts";
import { stack } from "../support/stack.ts";
import { steadyStream } from "../support/steady-stream.ts";
import { longestGapMs, toldRows } from "../support/told.ts";

const limitMs = 60_000;
/** The handler takes longer than the group waits for a silent member. */
const handlerMs = 20_000;
const gapLimitMs = 3_000;

describe.skipIf(stack().unavailable !== "")("a plugin that is slower than the group's patience", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open();
    await scene.install(zooPlugin("takes-its-time"));
    await scene.install(fixturePlugin("tells-id"));
    await scene.host.start();
  });
  afterAll(() => scene?.[Symbol.asyncDispose]());

  test("leaves its member in the group, its record is run once, and others keep their pace", async () => {
    const [slow, brisk] = [await scene.makeTopic(), await scene.makeTopic()];
    const group = nameFor("group");
    const delivery = { deadlineMs: 60_000 };
    await scene.insert({
      ...{ name: "slow", topic: slow, group, handlerFunc: "npm:@zoo/takes-its-time" },
      configuration: { delivery },
    });
    await scene.insert({ name: "brisk", topic: brisk, handlerFunc: "@fixtures/tells-id" });
    await using stream = steadyStream(scene.tools, brisk);
    await scene.tools.send(slow, [changeOf({ id: 1, do: "nothing" })]);
    await scene.untilEnded("slow", "done", 1);
    const member = await memberOf(group);

    const startedMs = Date.now();
    await scene.tools.send(slow, [changeOf({ id: 2, do: "act" }), changeOf({ id: 3, do: "nothing" })]);
    const isDone = await scene.untilEnded("slow", "done", 3, limitMs);
    const waitedMs = Date.now() - startedMs;
    await stream.stop();
    await until(async () => (await scene.status("brisk"))?.lag.records === "0", limitMs);

    expect(isDone).toBe(true);
    expect(waitedMs).toBeGreaterThan(handlerMs / 2);
    expect(await memberOf(group)).toEqual(member);
    expect(member).toHaveLength(1);
    expect((await scene.endings("slow"))["parked"]).toBe("0");
    const told = toldRows(scene.host.log, "brisk");
    expect(new Set(told.map(({ row }) => row)).size).toBe(told.length);
    expect(longestGapMs(told)).toBeLessThan(gapLimitMs);
  });

  async function memberOf(group: string): Promise<readonly string[]> {
    const { groups } = await scene.tools.admin.describeGroups([group]);
    return groups[0]?.members.map(({ memberId }) => memberId) ?? [];
  }
});
