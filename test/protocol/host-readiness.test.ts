import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostReadiness, installFromFile } from "@gluttony/core";
import {
  createHosts,
  createPluginDesk,
  createReadinessBook,
  createReleases,
  type HostReadinessRow,
  type Pool,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fixturePlugin, memoryLog } from "../support/cells.ts";
import { commandLine } from "../support/command-line.ts";
import { packPlugin } from "../support/pack-plugin.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";
import { openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const plugin = "@fixtures/well-behaved";
const startedAt = new Date();
const waitMs = { timeout: 30_000, interval: 50 };

describe.skipIf(stack().postgresUnavailable !== "")("hosts that report ready", () => {
  let database: TestDatabase;
  let pool: Pool;
  let folder: string;
  let running: {
    readonly name: string;
    readonly readiness: HostReadiness;
    readonly stop: () => Promise<void>;
  }[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-ready-"));
    database = await makeDatabase("readiness");
    pool = await openMigrated(database.url);
    running = [];
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await Promise.all(running.map(({ stop }) => stop()));
    await pool.close();
    await database[Symbol.asyncDispose]();
    await removeReadOnly(folder);
  });

  const storeOf = (name: string): string => join(folder, name);
  const install = async (fixture: string, trial = true) =>
    installFromFile(
      await packPlugin(fixturePlugin(fixture), folder),
      { releases: createReleases(pool, storeOf("installer")), log: memoryLog() },
      { storeDir: storeOf("installer"), grantNet: [], by: "tester", trial },
    );

  /** One host's readiness loop, with a store and a heart beat of its own. */
  async function startHost(name: string) {
    await createHosts(pool).beat({ hostId: name, version: "1", startedAt });
    const storeDir = storeOf(name);
    const book = createReadinessBook(pool, { hostId: name, storeDir });
    const releases = createReleases(pool, storeDir);
    const readiness = new HostReadiness({ book, releases, log: memoryLog() }, { storeDir });
    const over = new AbortController();
    const ended = readiness.run(over.signal);
    const stop = async (): Promise<void> => {
      over.abort();
      await ended;
    };
    running.push({ name, readiness, stop });
    return { readiness, stop };
  }

  const saidOf = (name: string): Promise<readonly HostReadinessRow[]> =>
    createPluginDesk(pool).readiness(name);

  test("every live host gets an active release and says that it is ready", async () => {
    await startHost("one");
    const { readiness } = await startHost("two");
    await install("well-behaved");
    running.forEach((host) => host.readiness.wake());

    await vi.waitFor(async () => {
      expect((await saidOf(plugin)).map(({ hostId, isReady }) => [hostId, isReady])).toEqual([
        ["one", true],
        ["two", true],
      ]);
    }, waitMs);

    const before = await saidOf(plugin);
    readiness.wake();
    expect(await saidOf(plugin)).toEqual(before);
  });

  test("a release that cannot run on one host is shown there with its cause", async () => {
    await install("throws-at-import", false);
    await startHost("one");

    await vi.waitFor(async () => {
      expect(await saidOf("@fixtures/throws-at-import")).toMatchObject([
        { hostId: "one", isReady: false, code: "plugin.import_failed", message: expect.any(String) },
      ]);
    }, waitMs);
  });

  test("an activation is complete when all live hosts are ready, and show says on which it is not and why", async () => {
    vi.stubEnv("DATABASE_URL", database.url);
    vi.stubEnv("GLUTTONY_DATA_DIR", folder);
    await install("well-behaved");
    await writeFile(storeOf("broken"), "a file where the store should be");
    await startHost("whole");
    await startHost("broken");
    await createHosts(pool).beat({ hostId: "gone", version: "1", startedAt });
    await pool.query("update cdc.host set seen_at = now() - interval '1 hour' where host_id = 'gone'");
    await vi.waitFor(
      async () => expect((await saidOf(plugin)).every(({ isReady }) => isReady !== null)).toBe(true),
      waitMs,
    );

    const partly = await commandLine("plugin", "show", plugin);
    await pool.query("delete from cdc.host where host_id = 'broken'");
    const whole = JSON.parse(await commandLine("plugin", "show", plugin, "-o", "json"));

    expect(partly).toMatch(/1\.0\.0 +active +1 of 2/);
    expect(partly).toMatch(/broken +1\.0\.0 +plugin\.release_missing/);
    expect(partly).not.toContain("gone");
    expect(whole.releases).toMatchObject([{ isComplete: true, hosts: [{ hostId: "whole", isReady: true }] }]);
  });

  test("a host that stops takes back what it said", async () => {
    await install("well-behaved");
    const { stop } = await startHost("one");
    await vi.waitFor(async () => expect(await saidOf(plugin)).toMatchObject([{ isReady: true }]), waitMs);

    await stop();

    expect(await saidOf(plugin)).toMatchObject([{ hostId: "one", isReady: null }]);
  });
});
