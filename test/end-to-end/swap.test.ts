import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePlugin } from "../support/cells.ts";
import { until } from "../support/host.ts";
import { nameFor } from "../support/kafka-tools.ts";
import { packChanged } from "../support/pack-plugin.ts";
import { Scene } from "../support/scene.ts";
import { stack } from "../support/stack.ts";
import { steadyStream } from "../support/steady-stream.ts";
import { longestGapMs, type ToldRow, toldRows } from "../support/told.ts";

const tellsId = "@fixtures/tells-id";
/** What the second release says instead of the greeting. */
const second = "told by the second";
/** From the activation to the first record of the new release. */
const swapLimitMs = 10_000;
/** A rebalance alone takes longer. */
const gapLimitMs = 3_000;

describe.skipIf(stack().unavailable !== "")("a handler that changes while records run", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open();
    await scene.install(fixturePlugin("tells-id"));
    await scene.host.start();
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
  });

  test("a new release takes over within seconds, without a rebalance, a loss or a repetition", async () => {
    await using run = await running("upgraded");
    const file = await secondRelease();

    const startedMs = Date.now();
    await scene.installFile(file);
    const activatedMs = Date.now();
    const isTaken = await untilGreeted("upgraded", second);
    const firstMs = told("upgraded").find(({ greeting }) => greeting === second)?.atMs ?? Number.NaN;
    const seen = await run.end();
    // A host says once a second what it sees.
    const isShown = await until(
      async () => (await scene.status("upgraded"))?.hosts[0]?.release === `${tellsId}@2.0.0`,
      10_000,
    );

    console.info(
      `activation to the first record of the new release: ${firstMs - activatedMs} ms after the command, ` +
        `${firstMs - startedMs} ms with the installation; longest gap ${seen.longestGapMs} ms`,
    );
    expect(isTaken).toBe(true);
    expect(firstMs - activatedMs).toBeLessThan(swapLimitMs);
    expect(seen.memberAfter).toEqual(run.member);
    expect(seen.rows).toEqual(numbers(seen.sent));
    expect(seen.longestGapMs).toBeLessThan(gapLimitMs);
    expect(isShown).toBe(true);
  });

  test("settings take over without a rebalance, and wrong ones leave the old until they are mended", async () => {
    await using run = await running("resettled", `${tellsId}@^1`);

    await setGreeting("resettled", "changed");
    const isChanged = await untilGreeted("resettled", "changed");
    await setGreeting("resettled", 5);
    const refused = await scene.untilCause("resettled", "handler.config_invalid");
    const goesOn = await untilMoreTold("resettled");
    await setGreeting("resettled", "mended");
    const isMended = await untilGreeted("resettled", "mended");
    const seen = await run.end();

    expect([isChanged, goesOn, isMended]).toEqual([true, true, true]);
    expect(refused?.observed).toMatchObject({
      state: "degraded",
      isConverged: false,
      cause: { code: "handler.config_invalid", faults: [{ path: "configuration.handler.greeting" }] },
    });
    expect(seen.memberAfter).toEqual(run.member);
    expect(seen.rows).toEqual(numbers(seen.sent));
    expect(await historyCodes("resettled")).toEqual(
      expect.arrayContaining(["plugin.swapped", "handler.config_invalid"]),
    );
  });

  test("a release that this host cannot run leaves the old one serving, and the state says why", async () => {
    await using run = await running("kept", `${tellsId}@>=1`);
    const before = (await scene.status("kept"))?.hosts[0]?.release;

    await activateWithoutFiles("9.0.0");
    await until(async () => (await scene.status("kept"))?.observed.state === "degraded", 20_000);
    const refused = await scene.status("kept");
    const goesOn = await untilMoreTold("kept");
    await scene.sql("delete from cdc.plugin_activation where version = '9.0.0'");
    await scene.sql("select pg_notify('cdc_consumer', 'release')");
    const isWell = await until(
      async () => (await scene.status("kept"))?.observed.state === "running",
      20_000,
    );
    const seen = await run.end();

    expect(refused?.observed).toMatchObject({ state: "degraded" });
    expect(refused?.observed.cause?.code).toMatch(/^plugin\./);
    expect(refused?.hosts[0]?.release).toBe(before);
    expect([goesOn, isWell]).toEqual([true, true]);
    expect(seen.memberAfter).toEqual(run.member);
    expect(seen.rows).toEqual(numbers(seen.sent));
  });

  test("a release that fails at once is taken back by the host itself, and nothing is lost or parked", async () => {
    await using run = await running("taken-back", `${tellsId}@<=2 || 3.0.0`);
    await scene.sql("update cdc.consumer set configuration = $1 where name = 'taken-back'", [
      JSON.stringify({ plugin: { rollbackAttemptsMin: 5, rollbackWindowMs: 60_000 } }),
    ]);
    await scene.installFile(await failingRelease());
    const refused = await scene.untilCause("taken-back", "plugin.rolled_back");
    const seen = await run.end();

    expect(refused?.observed).toMatchObject({ state: "degraded", cause: { code: "plugin.rolled_back" } });
    expect((await scene.status("taken-back"))?.hosts[0]?.release).toBe(`${tellsId}@2.0.0`);
    expect(await historyCodes("taken-back")).toEqual(
      expect.arrayContaining(["plugin.swapped", "plugin.rolled_back"]),
    );
    expect(seen.memberAfter).toEqual(run.member);
    expect(seen.rows).toEqual(numbers(seen.sent));
    expect((await scene.endings("taken-back"))["parked"]).toBe("0");
  });

  test("what was taken back is in the plugin's history, outlives the host, and is lifted by a person", async () => {
    const { stdout } = await scene.command("plugin", "show", tellsId, "-o", "json");
    await scene.host.kill("SIGTERM");
    await scene.host.start();
    const restarted = await scene.untilCause("taken-back", "plugin.rolled_back", 30_000);
    const pinned = await scene.command("plugin", "activate", `${tellsId}@2.0.0`, "--consumer", "taken-back");
    const isSettled = await until(
      async () => (await scene.status("taken-back"))?.observed.cause === null,
      20_000,
    );

    const [last] = JSON.parse(stdout).deeds;
    expect(last).toMatchObject({ deed: "take-back", version: "2.0.0" });
    expect(last.actor).toMatch(/^host /);
    expect(last.reason).toMatch(/^\d+ of \d+ attempts with 3\.0\.0 failed by its own fault$/);
    expect(restarted?.hosts[0]?.release).toBe(`${tellsId}@2.0.0`);
    expect(restarted?.observed.cause?.facts).toMatchObject({ version: "3.0.0", servesAgain: "2.0.0" });
    expect([pinned.code, isSettled]).toEqual([0, true]);
  });

  /** A consumer with some twenty records a second. */
  async function running(name: string, handlerFunc = tellsId) {
    const topic = await scene.makeTopic();
    const group = nameFor("group");
    await scene.insert({ name, topic, group, handlerFunc });
    const stream = steadyStream(scene.tools, topic);
    await until(() => told(name).length >= 5, 30_000);
    await until(async () => typeof (await scene.status(name))?.hosts[0]?.release === "string", 10_000);
    const member = await memberOf(group);
    const end = async () => {
      await untilMoreTold(name);
      const sent = await stream.stop();
      await scene.untilEnded(name, "done", sent);
      const rows = told(name).map(({ row }) => row);
      return { sent, rows, longestGapMs: longestGapMs(told(name)), memberAfter: await memberOf(group) };
    };
    return { member, end, [Symbol.asyncDispose]: () => stream[Symbol.asyncDispose]() };
  }

  /** The group's only member; it gets another id whenever it joins. */
  async function memberOf(group: string): Promise<readonly string[]> {
    const { groups } = await scene.tools.admin.describeGroups([group]);
    return groups[0]?.members.map(({ memberId }) => memberId) ?? [];
  }

  function told(name: string): readonly ToldRow[] {
    return toldRows(scene.host.log, name).toSorted((left, right) => left.row - right.row);
  }

  function untilGreeted(name: string, greeting: string): Promise<boolean> {
    return until(() => told(name).some((row) => row.greeting === greeting), 30_000);
  }

  function untilMoreTold(name: string): Promise<boolean> {
    const before = told(name).length;
    return until(() => told(name).length > before + 10, 20_000);
  }

  async function setGreeting(name: string, greeting: unknown): Promise<void> {
    const configuration = JSON.stringify({ handler: { greeting } });
    await scene.sql("update cdc.consumer set configuration = $1 where name = $2", [configuration, name]);
  }

  async function historyCodes(name: string): Promise<readonly unknown[]> {
    const lines = await scene.sql(
      "select s.code from cdc.state_change s join cdc.consumer c on c.id::text = s.consumer_id where c.name = $1",
      [name],
    );
    return lines.map(({ code }) => code);
  }

  /** As on a host that lacks what another one installed. */
  async function activateWithoutFiles(version: string): Promise<void> {
    await scene.sql(
      `insert into cdc.plugin_release (package, version, tree_hash, root_name, manifest, granted, is_first_party, by)
       select package, $2, repeat('0', 64), 'releases/none', manifest, granted, false, 'test'
       from cdc.plugin_release where package = $1 limit 1`,
      [tellsId, version],
    );
    await scene.sql(
      "insert into cdc.plugin_activation (package, version, is_active, by) values ($1, $2, true, 'test')",
      [tellsId, version],
    );
    await scene.sql("select pg_notify('cdc_consumer', 'release')");
  }

  function failingRelease(): Promise<string> {
    return packChanged(fixturePlugin("tells-id"), scene.folder, async (root) => {
      const manifest = join(root, "package.json");
      const json: object = JSON.parse(await readFile(manifest, "utf8"));
      await writeFile(manifest, JSON.stringify({ ...json, version: "3.0.0" }));
      const code = join(root, "index.js");
      const text = await readFile(code, "utf8");
      await writeFile(code, text.replace("log.info(", "if (change) throw new Error();\n    log.info("));
    });
  }

  function secondRelease(): Promise<string> {
    return packChanged(fixturePlugin("tells-id"), scene.folder, async (root) => {
      const manifest = join(root, "package.json");
      const json: object = JSON.parse(await readFile(manifest, "utf8"));
      await writeFile(manifest, JSON.stringify({ ...json, version: "2.0.0" }));
      const code = join(root, "index.js");
      const text = await readFile(code, "utf8");
      await writeFile(code, text.replace("greeting: config.greeting", `greeting: "${second}"`));
    });
  }
});

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}
