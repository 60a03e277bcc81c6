import type { Cell, CellLease, PluginHost, Releases } from "@gluttony/core";
import type { JsonObject, Release } from "@gluttony/model";
import { expect, test } from "vitest";
import { readManifest } from "../../packages/core/src/read-manifest.ts";
import { treeHash } from "../../packages/core/src/tree-hash.ts";
import { cellConsumerOf } from "../../packages/runtime/src/cell-consumer-of.ts";
import { systemClock } from "../../packages/runtime/src/clock.ts";
import { LiveHandler } from "../../packages/runtime/src/live-handler.ts";
import { memoryConsumer, memoryRun, recordOf } from "../../packages/runtime/test/support/memory-ports.ts";
import { insertOf, testHost, zooPlugin } from "../support/cells.ts";

const password = "correct-horse-battery";

test("a secret in plain text is refused by its path, is nowhere repeated, and the old settings stay", async () => {
  await using scene = await sceneOf("takes-a-secret", { password: "token" });

  const refusal = await scene.resettle({ password });
  await scene.feed(1);

  expect(refusal).toMatchObject({
    code: "handler.config_invalid",
    faults: [{ path: "configuration.handler.password" }],
  });
  expect(JSON.stringify([refusal, scene.test.log.lines])).not.toContain(password);
  expect(scene.rules).toEqual([`hello-${"value of ${env:TOKEN}".length}`]);
});

test("settings that only the plugin's own schema refuses never meet a record: what ran goes on", async () => {
  await using scene = await sceneOf("refuses-settings", { from: 1, to: 2 });

  const refusal = await scene.resettle({ from: 9, to: 3 });
  await scene.feed(2);
  const mended = await scene.resettle({ from: 3, to: 9 });
  await scene.feed(1);

  expect(refusal).toMatchObject({
    code: "handler.config_refused",
    faults: [{ message: "The plugin's own schema refuses the settings at: from." }],
  });
  expect(JSON.stringify(refusal)).not.toContain("From is after");
  expect(mended).toBeNull();
  expect(scene.rules).toEqual(["from-1-to-2", "from-1-to-2", "from-3-to-9"]);
});

/** A run whose handler is a plugin of the zoo with these settings, beside the good plugin. */
async function sceneOf(plugin: string, config: JsonObject) {
  const hosted = testHost({}, await onlyRelease(plugin));
  const calm = await hosted.acquireFolder(zooPlugin("calm"));
  const wish = { ...memoryConsumer(), handlerFunc: `npm:@zoo/${plugin}`, handler: config };
  const { run, source, positions, ended } = memoryRun([0]);
  const rules: string[] = [];
  const plugins = watched(hosted.host, rules);
  const resolved = await plugins.resolve(wish.handlerFunc, config);
  const lease = await plugins.acquire(resolved);
  await run.switchTo(lease.cell, cellConsumerOf(wish, resolved));
  const handler = new LiveHandler(
    { consumer: wish, resolved, lease, refusal: null },
    {
      ...{ plugins, run, clock: systemClock },
      shadow: { follow: () => undefined, look: () => undefined, close: async () => undefined },
      takeBacks: { remember: async () => undefined },
      ...{ swapped: () => undefined, refused: () => undefined, troubled: () => undefined },
    },
  );
  let sent = 0;
  const feed = async (count: number): Promise<void> => {
    const records = Array.from({ length: count }, (_, at) =>
      recordOf(sent + at, `k${at}`, insertOf("nothing").record.value?.toString() ?? ""),
    );
    source.feed({ records });
    sent += count;
    await expect.poll(() => positions.byPartition.get(0)?.mark, { timeout: 10_000 }).toBe(BigInt(sent));
  };
  const dispose = async (): Promise<void> => {
    expect(await calm.cell.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
    await run.stop(1_000);
    await ended;
    await handler.close();
    await hosted[Symbol.asyncDispose]();
  };
  const resettle = async (settings: JsonObject) => {
    await handler.follow({ ...wish, handler: settings });
    return handler.refusal;
  };
  return { test: hosted, rules, feed, resettle, [Symbol.asyncDispose]: dispose };
}

/** The same host, whose cells also tell by which rule each record was filtered. */
function watched(host: PluginHost, rules: string[]): PluginHost {
  const over = ({ cell, release }: CellLease): CellLease => {
    const attempt: Cell["attempt"] = async (request) => {
      const result = await cell.attempt(request);
      if (result.kind === "filtered") rules.push(result.rule);
      return result;
    };
    const told: Cell = {
      ...{ release: cell.release, attempt },
      checkSettings: (consumer) => cell.checkSettings(consumer),
      observe: () => cell.observe(),
      recycle: () => cell.recycle(),
      close: (budgetMs) => cell.close(budgetMs),
    };
    return { cell: told, release };
  };
  return {
    resolve: (handlerFunc, config) => host.resolve(handlerFunc, config),
    acquire: async (resolved) => over(await host.acquire(resolved)),
    resolveShadow: async () => null,
    acquireShadow: (resolved) => host.acquireShadow(resolved),
    close: (budgetMs) => host.close(budgetMs),
  };
}

/** The plugin as a person would have installed it, with its secrets granted. */
async function onlyRelease(plugin: string): Promise<Releases> {
  const root = zooPlugin(plugin);
  const { name, version, manifest } = await readManifest(root);
  const place = { root, treeHash: await treeHash(root), isFirstParty: false, grantedNet: [] };
  const release: Release = {
    ...{ package: name, version, manifest, ...place },
    grantedSecrets: { token: "${env:TOKEN}" },
  };
  return {
    active: async (wanted) => (wanted === name ? [release] : []),
    list: async () => [release],
    pinned: async () => null,
    shadowing: async () => null,
    install: async () => undefined,
    file: async () => null,
  };
}
