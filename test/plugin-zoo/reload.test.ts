import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Releases } from "@gluttony/core";
import type { Release } from "@gluttony/model";
import { expect, test } from "vitest";
import { readManifest } from "../../packages/core/src/read-manifest.ts";
import { treeHash } from "../../packages/core/src/tree-hash.ts";
import { cellConsumerOf } from "../../packages/runtime/src/cell-consumer-of.ts";
import { systemClock } from "../../packages/runtime/src/clock.ts";
import { LiveHandler } from "../../packages/runtime/src/live-handler.ts";
import { memoryConsumer, memoryRun, recordOf } from "../../packages/runtime/test/support/memory-ports.ts";
import { insertOf, testHost, zooPlugin } from "../support/cells.ts";
import { pause } from "../support/host.ts";

/** Two hundred take minutes; GLUTTONY_LONG_TESTS asks for them, fewer show the trend of the heap. */
const isLong = Boolean(process.env["GLUTTONY_LONG_TESTS"]);
const reloads = isLong ? 200 : 30;
/** Reloads until caches are filled and the allocator holds what it will hold. */
const warmUp = isLong ? 80 : 15;
const recordsEach = 20;
const grownShareMax = 0.1;

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

test(`${reloads} reloads while records run leave the host's memory where it was, and lose and repeat nothing`, {
  timeout: 600_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "gluttony-reload-"));
  try {
    const releases = await twoReleases(folder);
    await using plugins = testHost({}, releases);
    const wish = { ...memoryConsumer(), handlerFunc: "npm:@zoo/calm" };
    const { run, source, positions, cell, ended } = memoryRun([0]);
    const resolved = await plugins.host.resolve(wish.handlerFunc, {});
    const lease = await plugins.host.acquire(resolved);
    void run.switchTo(lease.cell, cellConsumerOf(wish, resolved));
    const swaps: string[] = [];
    const handler = new LiveHandler(
      { consumer: wish, resolved, lease, refusal: null },
      {
        plugins: plugins.host,
        run,
        clock: systemClock,
        shadow: { follow: () => undefined, look: () => undefined, close: async () => undefined },
        takeBacks: { remember: async () => undefined },
        swapped: (_before, after) => swaps.push(after.release.version),
        refused: (error) => swaps.push(error.code),
        troubled: (error) => swaps.push(error.code),
      },
    );

    let sent = 0;
    let base = await memory();
    for (let reload = 0; reload < warmUp + reloads; reload += 1) {
      if (reload === warmUp) base = await memory();
      const records = Array.from({ length: recordsEach }, (_, at) => recordThat(sent + at));
      source.feed({ records });
      sent += records.length;
      releases.isSecond = !releases.isSecond;
      await handler.follow(wish);
    }
    await expect.poll(() => positions.byPartition.get(0)?.mark, { timeout: 30_000 }).toBe(BigInt(sent));
    const after = await memory();
    await run.stop(1_000);
    await ended;
    await handler.close();

    const grown = { heap: after.heap / base.heap - 1, resident: after.resident / base.resident - 1 };
    console.info(`${reloads} reloads: heap ${percent(grown.heap)}, resident ${percent(grown.resident)}`);
    expect(swaps).toHaveLength(warmUp + reloads);
    expect(new Set(swaps)).toEqual(new Set(["1.0.0", "1.1.0"]));
    expect(cell.asked).toEqual([]);
    expect(positions.byPartition.get(0)?.endings).toMatchObject({ done: sent, parked: 0 });
    expect(grown.heap).toBeLessThan(grownShareMax);
    if (isLong) expect(grown.resident).toBeLessThan(grownShareMax);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Two versions of the good plugin, of which one is active. */
async function twoReleases(folder: string): Promise<Releases & { isSecond: boolean }> {
  const first = await releaseOf(join(folder, "first"), "1.0.0");
  const second = await releaseOf(join(folder, "second"), "1.1.0");
  const releases = {
    isSecond: false,
    active: async () => [releases.isSecond ? second : first],
    list: async () => [first, second],
    pinned: async () => null,
    shadowing: async () => null,
    install: async () => undefined,
    file: async () => null,
  };
  return releases;
}

async function releaseOf(root: string, version: string): Promise<Release> {
  await cp(zooPlugin("calm"), root, { recursive: true });
  const path = join(root, "package.json");
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), version }));
  // The SDK as the host would give it.
  await cp(join(import.meta.dirname, "../../packages/sdk"), join(root, "node_modules/@gluttony/sdk"), {
    recursive: true,
    filter: (source) => !/packages\/sdk\/(?:node_modules|src|test)\b/.test(source),
  });
  const { name, manifest } = await readManifest(root);
  return {
    package: name,
    version,
    treeHash: await treeHash(root),
    root,
    manifest,
    isFirstParty: false,
    grantedNet: [],
  };
}

/** What the host holds when everything that can be collected is. */
async function memory(): Promise<{ readonly heap: number; readonly resident: number }> {
  for (let round = 0; round < 3; round += 1) {
    collect();
    await pause(100);
  }
  const { heapUsed: heap, rss: resident } = process.memoryUsage();
  return { heap, resident };
}

function percent(share: number): string {
  return `${share < 0 ? "" : "+"}${(share * 100).toFixed(1)} %`;
}

function recordThat(offset: number) {
  const value = insertOf("nothing").record.value?.toString() ?? "";
  return recordOf(offset, `{"payload":{"id":${offset}}}`, value);
}
