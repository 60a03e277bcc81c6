import { LiveTrace, type PluginHost, type ResolvedHandler } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import { expect, test } from "vitest";
import { Metrics } from "../../src/metrics.ts";
import { LiveShadow } from "../../src/shadow/live-shadow.ts";
import type { ShadowCount } from "../../src/shadow/shadow-tally.ts";
import type { Shadow } from "../../src/shadow/shadow.ts";
import { handClock } from "../support/hand-clock.ts";
import { MemoryCell, memoryConsumer, memoryRun, recordOf, silentLog } from "../support/memory-ports.ts";

const consumer = memoryConsumer();

test("the wanted release shadows the run, is replaced by another one, and ends when none is wanted", async () => {
  const scene = sceneOf();

  scene.wanted.version = "2.0.0";
  scene.shadow.follow(consumer);
  await expect.poll(() => scene.acquired).toEqual(["2.0.0"]);
  scene.shadow.follow({ ...consumer, revision: 2n });
  scene.wanted.version = "3.0.0";
  scene.shadow.follow(consumer);
  await expect.poll(() => scene.acquired).toEqual(["2.0.0", "3.0.0"]);
  await expect.poll(() => scene.run.now).not.toBeNull();
  scene.wanted.version = null;
  scene.shadow.follow(consumer);
  await expect.poll(() => scene.run.now).toBeNull();

  expect(scene.givenBack).toEqual(["2.0.0", "3.0.0"]);
});

test("one that does not start is counted with its code, and is left alone for a while", async () => {
  const scene = sceneOf();
  scene.wanted.version = "2.0.0";
  scene.broken.add("2.0.0");

  scene.shadow.follow(consumer);
  await expect.poll(() => scene.acquired.length).toBe(1);
  scene.shadow.follow(consumer);
  scene.shadow.look();
  await expect.poll(() => scene.written.length).toBe(1);
  scene.clock.pass(31_000);
  scene.shadow.follow(consumer);
  await expect.poll(() => scene.acquired.length).toBe(2);

  expect(scene.written).toEqual([
    { version: null, counts: [{ kind: "not_started", live: "", shadow: "plugin.import_failed", count: 1 }] },
  ]);
  expect(scene.run.now).toBeNull();
});

test("counts that cannot be written are written later, and lose nothing", async () => {
  const scene = sceneOf();
  scene.wanted.version = "2.0.0";
  scene.broken.add("2.0.0");
  scene.shadow.follow(consumer);
  await expect.poll(() => scene.acquired.length).toBe(1);

  scene.isDown.now = true;
  await expect
    .poll(() => {
      scene.shadow.look();
      return scene.refused.length;
    })
    .toBeGreaterThan(0);
  scene.isDown.now = false;
  await expect
    .poll(() => {
      scene.shadow.look();
      return scene.written.length;
    })
    .toBe(1);

  expect(scene.written[0]?.counts).toMatchObject([{ count: 1 }]);
});

test("a run that is over gives the shadow's cell back, also one that was just starting", async () => {
  const scene = sceneOf();
  scene.wanted.version = "2.0.0";

  scene.shadow.follow(consumer);
  await scene.shadow.close();
  await expect.poll(() => scene.givenBack).toEqual(["2.0.0"]);
  scene.shadow.follow(consumer);

  expect(scene.run.now).toBeNull();
  expect(scene.acquired).toEqual(["2.0.0"]);
});

test("when its run is over what its last attempts come to is counted and written before it ends", async () => {
  const scene = sceneOf();
  const answers: (() => void)[] = [];
  scene.cell.answer = () => new Promise((resolve) => answers.push(() => resolve({ kind: "done" })));
  scene.wanted.version = "2.0.0";
  scene.shadow.follow(consumer);
  await expect.poll(() => scene.run.now).not.toBeNull();
  const live = memoryRun([0], { concurrency: 8, inFlightMax: 100 });
  live.run.shadowBy(scene.run.now);
  live.source.feed({ records: [recordOf(0, "a"), recordOf(1, "b")] });
  await expect.poll(() => answers.length).toBe(2);

  const closing = scene.shadow.close();
  answers[0]?.();
  // The other one never answers.
  await untilWaiting();
  scene.clock.pass(500);
  await closing;
  await live.run.stop(100);
  await live.ended;

  expect(scene.written.flatMap(({ counts }) => counts)).toEqual([
    { kind: "same", live: "done", shadow: "done", count: 1 },
    { kind: "dropped", live: "", shadow: "", count: 1 },
  ]);
  expect(scene.givenBack).toEqual(["2.0.0"]);
});

test("the end waits for what is just being written, and writes the rest; a store that hangs holds it up for seconds at most", async () => {
  const scene = sceneOf();
  scene.wanted.version = "2.0.0";
  scene.broken.add("2.0.0");
  scene.shadow.follow(consumer);
  await expect.poll(() => scene.acquired.length).toBe(1);
  scene.isHanging.now = true;
  await untilWaiting();
  scene.shadow.look();

  let isClosed = false;
  const closing = scene.shadow.close().then(() => (isClosed = true));
  await untilWaiting();
  const wasClosed = isClosed;
  scene.clock.pass(2_000);
  await closing;

  expect(wasClosed).toBe(false);
  expect(isClosed).toBe(true);
});

/** Lets what waits for nothing but its turn go on. */
function untilWaiting(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

function sceneOf() {
  const wanted: { version: string | null } = { version: null };
  const broken = new Set<string>();
  const acquired: string[] = [];
  const givenBack: string[] = [];
  const written: { readonly version: string | null; readonly counts: readonly ShadowCount[] }[] = [];
  const refused: string[] = [];
  const isDown = { now: false };
  const isHanging = { now: false };
  const cell = new MemoryCell();
  const run: { now: Shadow | null; shadowBy(shadow: Shadow | null): void } = {
    now: null,
    shadowBy: (shadow) => {
      run.now = shadow;
    },
  };
  const plugins: PluginHost = {
    resolve: () => Promise.reject(new GluttonyError("plugin.not_installed")),
    acquire: () => Promise.reject(new GluttonyError("plugin.not_installed")),
    resolveShadow: async () => (wanted.version === null ? null : resolvedOf(wanted.version)),
    acquireShadow: async ({ release: { version } }) => {
      acquired.push(version);
      if (broken.has(version)) throw new GluttonyError("plugin.import_failed");
      const release = async (): Promise<void> => void givenBack.push(version);
      return { cell, trace: () => new LiveTrace(), release };
    },
    close: async () => undefined,
  };
  const clock = handClock();
  const shadows = {
    add: async (_consumerId: string, version: string | null, counts: readonly ShadowCount[]) => {
      if (isHanging.now) return new Promise<void>(() => undefined);
      if (!isDown.now) return void written.push({ version, counts });
      refused.push("down");
      throw new GluttonyError("database.unreachable");
    },
  };
  const parts = { plugins, shadows, run, clock, log: silentLog, metrics: new Metrics("0.0.0") };
  const shadow = new LiveShadow(parts);
  return {
    shadow,
    run,
    cell,
    wanted,
    broken,
    acquired,
    givenBack,
    written,
    refused,
    isDown,
    isHanging,
    clock,
  };
}

function resolvedOf(version: string): ResolvedHandler {
  const manifest = {
    ...({ manifest: 1, protocols: [1], needs: [], handlers: [] } as const),
    ...{ permissions: { net: [] }, limits: { memoryMb: 64 } },
  };
  const place = { root: "", isFirstParty: false, grantedNet: [] };
  const release = { package: "p", version, treeHash: version, manifest, ...place };
  return { release, handler: "h", config: {}, insteadOf: null };
}
