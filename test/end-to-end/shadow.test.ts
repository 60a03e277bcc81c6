import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/host.ts";
import { Scene } from "../support/scene.ts";
import {
  type Counted,
  countingTarget,
  patientsFrom,
  shadowedOrigin,
  shadowedPlugin as name,
  shadowedVariant,
  shadowWard,
  timesItShadows,
} from "../support/shadow-scene.ts";
import { stack } from "../support/stack.ts";

const limitMs = 60_000;

describe.skipIf(stack().unavailable !== "")("a release that shadows a consumer", () => {
  let scene: Scene;
  let target: Awaited<ReturnType<typeof countingTarget>>;
  let topic: string;
  let sent = 0;

  beforeAll(async () => {
    target = await countingTarget();
    scene = await Scene.open({ EMPI_HOST: target.url });
    await scene.installFile(await shadowedVariant(scene, "1.0.0"), "--grant", shadowedOrigin);
    for (const [version, line] of Object.entries(candidates))
      await scene.installFile(
        await shadowedVariant(scene, version, line),
        ...["--grant", shadowedOrigin, "--no-activate"],
      );
    topic = await scene.makeTopic();
    await scene.insert({ name: "ward", topic, handlerFunc: `${name}@^1` });
    await scene.host.start();
  });
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
    await target?.close();
  });

  test("that does the same is found to be the same, and nothing of it leaves or is stored", async () => {
    await shadow("2.0.0");
    const before = target.seen.length;

    await send(40);
    await untilCounted(40);

    expect(target.seen.length - before).toBe(80);
    expect(await counts()).toEqual([{ kind: "same", live: "done", shadow: "done", count: "40" }]);
    expect(await scene.sql("select from cdc.once")).toHaveLength(sent);
    expect((await scene.status("ward"))?.hosts[0]?.release).toBe(`${name}@1.0.0`);
  });

  test("that differs is told by what it came to and whom it would have called, and by no row", async () => {
    await shadow("3.0.0");
    const before = target.seen.length;

    await send(40);
    await untilCounted(40);
    const seen = await counts();

    expect(target.seen.length - before).toBe(80);
    expect(seen).toEqual(
      expect.arrayContaining([
        { kind: "outcome", live: "done", shadow: "failed handler.threw", count: "8" },
        {
          kind: "calls",
          live: `POST ${target.url} ×2`,
          shadow: `POST ${target.url} ×3`,
          count: "32",
        },
      ]),
    );
    expect(JSON.stringify(seen)).not.toMatch(/patient-|138/);
    expect((await scene.endings("ward"))["parked"]).toBe("0");
  });

  test("that loops on every record holds nothing up, and does not touch what serves", async () => {
    await shadow("4.0.0");
    const { pid } = scene.host;
    const startedMs = Date.now();

    await send(300);
    const isDone = await scene.untilEnded("ward", "done", sent);
    const tookMs = Date.now() - startedMs;
    await until(async () => (await counts()).some(({ kind }) => kind === "dropped"), limitMs);

    console.info(`300 records beside a shadow that loops: ${tookMs} ms`);
    expect(isDone).toBe(true);
    expect((await counts()).find(({ kind }) => kind === "dropped")).toBeDefined();
    expect((await scene.endings("ward"))["parked"]).toBe("0");
    expect((await scene.status("ward"))?.observed.state).toMatch(/^(running|idle)$/);
    expect(scene.host.pid).toBe(pid);
  });

  test("is turned off for every host, and gets nothing from then on", async () => {
    const { stdout } = await scene.command("plugin", "shadow", name, "--consumer", "ward", "--off");
    await send(10);
    await scene.untilEnded("ward", "done", sent);

    expect(stdout).toContain("nothing shadows ward any more");
    expect(await scene.sql("select from cdc.shadow_count")).toEqual([]);
    expect(await shown()).toMatchObject({ consumers: [{ name: "ward", served: "1.0.0", shadow: null }] });
  });

  async function shadow(version: string): Promise<void> {
    const { code, stderr } = await shadowWard(scene, version);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await until(() => timesItShadows(scene.host.log, version) > 0, limitMs)).toBe(true);
  }

  async function send(count: number): Promise<void> {
    const rows = patientsFrom(sent + 1, count);
    sent += count;
    await scene.tools.send(topic, rows);
  }

  /** Until so many attempts were compared. */
  async function untilCounted(count: number): Promise<void> {
    await until(async () => {
      const seen = await counts();
      return seen.reduce((sum, one) => sum + Number(one.count), 0) >= count;
    }, limitMs);
  }

  async function counts(): Promise<readonly Counted[]> {
    return (await shown()).consumers[0]?.shadow?.counts ?? [];
  }

  async function shown(): Promise<{
    readonly consumers: readonly { readonly shadow: { readonly counts: readonly Counted[] } | null }[];
  }> {
    const { stdout } = await scene.command("plugin", "show", name, "-o", "json");
    return JSON.parse(stdout);
  }
});

const candidates = {
  "2.0.0": "",
  "3.0.0":
    'if (change.after.id % 5 === 0) throw new Error("Five.");\n    await send(change, context, "announce");',
  "4.0.0": "for (;;);",
};
