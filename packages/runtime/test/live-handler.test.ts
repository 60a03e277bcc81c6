import type { PluginHost, ResolvedHandler } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import { expect, test } from "vitest";
import { systemClock } from "../src/clock.ts";
import { LiveHandler } from "../src/live-handler.ts";
import type { TakenBack } from "../src/plugin-ports.ts";
import { startHandler } from "../src/start-handler.ts";
import { MemoryCell, memoryConsumer, memoryRun, recordOf } from "./support/memory-ports.ts";

test("records that begin after the swap go to the new cell, and those under way are answered by the old one", async () => {
  await using scene = sceneOf();
  const { run, source, oldCell, plugins } = scene;
  let answer = (): void => undefined;
  oldCell.answer = () => new Promise((resolve) => (answer = () => resolve({ kind: "done" })));
  source.feed({ records: [recordOf(0, "a")] });
  await expect.poll(() => oldCell.asked.length).toBe(1);

  await scene.handler.follow({ ...memoryConsumer(), handlerFunc: "new" });
  source.feed({ records: [recordOf(1, "b"), recordOf(2, "a")] });
  await expect.poll(() => scene.newCell.asked.map(({ record }) => record.offset)).toEqual([1n]);
  const givenBackEarly = [...plugins.givenBack];
  answer();
  await expect.poll(() => scene.newCell.asked.map(({ record }) => record.offset)).toEqual([1n, 2n]);
  await expect.poll(() => plugins.givenBack).toEqual(["first"]);

  expect(givenBackEarly).toEqual([]);
  expect(run.assignment.hasBegun).toBe(true);
  expect(scene.told).toEqual(["swapped old@1.0.0 new@1.0.0"]);
});

test("a handler that does not start leaves the old one serving, is told once, and is not started again at once", async () => {
  await using scene = sceneOf();
  scene.plugins.broken.add("new");
  const wanted = { ...memoryConsumer(), handlerFunc: "new" };

  await scene.handler.follow(wanted);
  await scene.handler.follow(wanted);
  scene.source.feed({ records: [recordOf(0, "a")] });
  await expect.poll(() => scene.oldCell.asked.length).toBe(1);

  expect(scene.told).toEqual(["refused plugin.import_failed"]);
  expect(scene.handler.refusal?.code).toBe("plugin.import_failed");
  expect(scene.plugins.acquired).toEqual(["new"]);
  expect(scene.plugins.givenBack).toEqual([]);
});

test("when what is wanted is the old one again, nothing is refused any more", async () => {
  await using scene = sceneOf();
  scene.plugins.broken.add("new");
  await scene.handler.follow({ ...memoryConsumer(), handlerFunc: "new" });

  await scene.handler.follow({ ...memoryConsumer(), revision: 3n });

  expect(scene.handler.refusal).toBeNull();
  expect(scene.handler.used.consumer.revision).toBe(3n);
});

test("a run that begins anew takes the last handler that worked when the wanted one does not start", async () => {
  const plugins = memoryPlugins(new Map([["old", new MemoryCell()]]));
  plugins.broken.add("new");
  const consumer = { ...memoryConsumer(), handlerFunc: "new" };
  const last = { consumer: memoryConsumer(), resolved: resolvedOf("old") };
  const means = { plugins, prepare: async () => undefined };

  const started = await startHandler(consumer, last, means);

  expect(started.resolved.release.package).toBe("old");
  expect(started.refusal?.code).toBe("plugin.import_failed");
  await expect(startHandler(consumer, null, means)).rejects.toMatchObject({ code: "plugin.import_failed" });
});

test("a release that fails at once is taken back, and is not tried again until another one is wanted", async () => {
  await using scene = sceneOf();
  const failure = { kind: "transient", code: "handler.threw", message: "" } as const;
  scene.newCell.answer = () => ({ kind: "failed", failure });
  const rule = {
    rollback: "auto",
    rollbackWindowMs: 60_000,
    rollbackPercentMax: 50,
    rollbackAttemptsMin: 5,
  } as const;
  const wanted = { ...memoryConsumer(), handlerFunc: "new", plugin: rule };
  await scene.handler.follow(wanted);

  scene.source.feed({ records: Array.from({ length: 10 }, (_, at) => recordOf(at, `k${at}`)) });
  await expect.poll(() => scene.newCell.asked.length).toBeGreaterThanOrEqual(5);
  scene.handler.look();
  await expect.poll(() => scene.handler.refusal?.code).toBe("plugin.rolled_back");
  await expect.poll(() => scene.positions.byPartition.get(0)?.mark).toBe(10n);
  await scene.handler.follow(wanted);
  const known = scene.handler.known;
  await scene.handler.follow({ ...wanted, handlerFunc: "h" });

  expect(scene.told).toEqual(["swapped old@1.0.0 new@1.0.0", "refused plugin.rolled_back"]);
  expect(scene.plugins.acquired).toEqual(["new", "old"]);
  expect(known).toMatchObject({ resolved: { release: { package: "old" } }, rolledBack: { treeHash: "new" } });
  expect(scene.handler.refusal).toBeNull();
  expect(scene.parked).toEqual([]);
  expect(scene.remembered).toMatchObject([
    { consumerId: "1", package: "new", failed: "1.0.0", servesAgain: "1.0.0" },
  ]);
});

test("what another host took back is followed, is said as degraded, and is not on trial", async () => {
  await using scene = sceneOf();
  const failure = { kind: "transient", code: "handler.threw", message: "" } as const;
  scene.newCell.answer = () => ({ kind: "failed", failure });
  scene.plugins.pinned.insteadOf = "2.0.0";

  const rule = { ...memoryConsumer().plugin, rollbackAttemptsMin: 1 };
  await scene.handler.follow({ ...memoryConsumer(), handlerFunc: "new", plugin: rule });
  scene.source.feed({ records: [recordOf(0, "a"), recordOf(1, "b")] });
  await expect.poll(() => scene.newCell.asked.length).toBeGreaterThan(1);
  scene.handler.look();

  expect(scene.handler.refusal).toMatchObject({
    code: "plugin.rolled_back",
    facts: { version: "2.0.0", servesAgain: "1.0.0" },
  });
  expect(scene.handler.used.resolved.release.package).toBe("new");
  scene.plugins.pinned.insteadOf = null;
  await scene.handler.follow({ ...memoryConsumer(), handlerFunc: "new", plugin: rule });
  expect(scene.handler.refusal).toBeNull();
  expect(scene.told).toEqual(["swapped old@1.0.0 new@1.0.0"]);
});

test("a run that begins on what stands in for a failed release says so", async () => {
  const plugins = memoryPlugins(new Map([["old", new MemoryCell()]]));
  plugins.pinned.insteadOf = "2.0.0";

  const started = await startHandler(memoryConsumer(), null, { plugins, prepare: async () => undefined });

  expect(started.refusal).toMatchObject({ code: "plugin.rolled_back" });
});

test("a run that begins anew does not take the release that was taken back", async () => {
  const plugins = memoryPlugins(new Map(["old", "new"].map((name) => [name, new MemoryCell()])));
  const error = new GluttonyError("plugin.rolled_back");
  const rolledBack = { treeHash: "new", error };
  const last = { consumer: memoryConsumer(), resolved: resolvedOf("old"), rolledBack };
  const wanted = { ...memoryConsumer(), handlerFunc: "new" };
  const means = { plugins, prepare: async () => undefined };

  const started = await startHandler(wanted, last, means);
  const forced = { ...wanted, plugin: { ...wanted.plugin, rollback: "off" as const } };

  expect(started).toMatchObject({ resolved: { release: { package: "old" } }, refusal: error, rolledBack });
  expect((await startHandler(forced, last, means)).resolved.release.package).toBe("new");
});

test("what is missing beside the handler stops the start, whatever worked last", async () => {
  const plugins = memoryPlugins(new Map([["h", new MemoryCell()]]));
  const last = { consumer: memoryConsumer(), resolved: resolvedOf("h") };
  const prepare = async (): Promise<void> => {
    throw new GluttonyError("kafka.topic_missing");
  };

  await expect(startHandler(memoryConsumer(), last, { plugins, prepare })).rejects.toMatchObject({
    code: "kafka.topic_missing",
  });
  expect(plugins.acquired).toEqual([]);
});

/** A run on the cell `old`, whose consumer's `handler_func` names the package. */
function sceneOf() {
  const memory = memoryRun([0], { attemptsMax: 1_000 });
  const newCell = new MemoryCell();
  const plugins = memoryPlugins(
    new Map([
      ["old", memory.cell],
      ["new", newCell],
    ]),
  );
  const told: string[] = [];
  const remembered: TakenBack[] = [];
  const lease = { cell: memory.cell, release: async () => void plugins.givenBack.push("first") };
  const handler = new LiveHandler(
    {
      consumer: memoryConsumer(),
      resolved: { ...resolvedOf("h"), release: resolvedOf("old").release },
      lease,
      refusal: null,
    },
    {
      plugins,
      run: memory.run,
      clock: systemClock,
      shadow: { follow: () => undefined, look: () => undefined, close: async () => undefined },
      takeBacks: { remember: async (taken) => void remembered.push(taken) },
      swapped: (before, after) => told.push(`swapped ${nameOf(before)} ${nameOf(after)}`),
      refused: ({ code }) => told.push(`refused ${code}`),
      troubled: ({ code }) => told.push(`troubled ${code}`),
    },
  );
  const dispose = async (): Promise<void> => {
    await memory.run.stop(100);
    await memory.ended;
  };
  const scene = { oldCell: memory.cell, newCell, plugins, handler, told, remembered };
  return { ...memory, ...scene, [Symbol.asyncDispose]: dispose };
}

function memoryPlugins(cells: ReadonlyMap<string, MemoryCell>) {
  const broken = new Set<string>();
  const acquired: string[] = [];
  const givenBack: string[] = [];
  const pinned: { insteadOf: string | null } = { insteadOf: null };
  const host: PluginHost = {
    // The consumer's first handler is `h`, which stands for the release `old`.
    resolve: async (handlerFunc) => ({
      ...resolvedOf(handlerFunc === "h" ? "old" : handlerFunc),
      insteadOf: pinned.insteadOf,
    }),
    acquire: async ({ release }) => {
      acquired.push(release.package);
      const cell = cells.get(release.package);
      if (broken.has(release.package) || cell === undefined) throw new GluttonyError("plugin.import_failed");
      return { cell, release: async () => void givenBack.push(release.package) };
    },
    resolveShadow: async () => null,
    acquireShadow: async () => Promise.reject(new GluttonyError("plugin.import_failed")),
    close: async () => undefined,
  };
  return { ...host, broken, acquired, givenBack, pinned };
}

function resolvedOf(name: string): ResolvedHandler {
  const manifest = {
    manifest: 1,
    protocols: [1],
    needs: [],
    handlers: [],
    permissions: { net: [] },
    limits: { memoryMb: 64 },
  } as const;
  const release = {
    package: name,
    version: "1.0.0",
    treeHash: name,
    root: "",
    manifest,
    isFirstParty: false,
    grantedNet: [],
  };
  return { release, handler: "h", config: {}, insteadOf: null };
}

function nameOf({ release }: ResolvedHandler): string {
  return `${release.package}@${release.version}`;
}
