import { execFile } from "node:child_process";
import { appendFile, chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { installFromFile } from "@gluttony/core";
import type { Release } from "@gluttony/model";
import { createPluginDesk, createReleases, type Pool } from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fixturePlugin, insertOf, memoryLog, testHost, type TestHost } from "../support/cells.ts";
import { packPlugin } from "../support/pack-plugin.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const run = promisify(execFile);
const plugin = "@fixtures/well-behaved";

describe.skipIf(stack().postgresUnavailable !== "")("releases by hash from Postgres", () => {
  let database: TestDatabase;
  let pool: Pool;
  let folder: string;
  let installed: Release;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-files-"));
    database = await makeDatabase("plugin_files");
    pool = await openMigrated(database.url);
    const file = await packPlugin(fixturePlugin("well-behaved"), folder);
    ({ release: installed } = await install(file));
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
    await removeReadOnly(folder);
  });

  const storeOf = (host: string): string => join(folder, host);
  const install = (file: string, activates = true) =>
    installFromFile(
      file,
      { releases: createReleases(pool, storeOf("first")), log: memoryLog() },
      { storeDir: storeOf("first"), grantNet: ["http://target.test"], by: "tester", activates },
    );
  const hostAt = (name: string): TestHost => testHost({}, createReleases(pool, storeOf(name)), storeOf(name));
  const resolve = ({ host }: TestHost) => host.resolve(plugin, {});
  const leftovers = (name: string): Promise<readonly string[]> =>
    readdir(join(storeOf(name), "staging")).catch(() => []);

  test("a host that never installed a release gets it, once however many ask, and runs it", async () => {
    await using second = hostAt("second");

    const [resolved, again] = await Promise.all([resolve(second), resolve(second)]);
    const { cell } = await second.host.acquire(resolved);

    expect(await cell.attempt(insertOf("call"))).toMatchObject({ kind: "done" });
    expect(resolved.release.root).toContain(storeOf("second"));
    expect(again.release.root).toBe(resolved.release.root);
    expect(second.log.lines.filter((line) => line.includes("got from the database"))).toHaveLength(1);
    expect(await leftovers("second")).toEqual([]);
  });

  test.each<readonly [string, (release: Release) => Promise<unknown>]>([
    ["edited", ({ root }) => unlocked(root, () => appendFile(join(root, "index.js"), "// more"))],
    ["cut short", ({ root }) => unlocked(root, () => rm(join(root, "config.schema.json")))],
    ["deleted", ({ root }) => removeReadOnly(root)],
  ])("a release whose folder was %s is got anew, and the right one runs", async (_how, damage) => {
    await using first = hostAt("first");
    await damage(installed);

    const resolved = await resolve(first);
    const { cell } = await first.host.acquire(resolved);

    expect(await cell.attempt(insertOf("call"))).toMatchObject({ kind: "done" });
    expect(await leftovers("first")).toEqual([]);
  });

  test("hosts that share a store and get a release at once leave one whole release", async () => {
    await using one = hostAt("shared");
    await using other = hostAt("shared");

    const [here, there] = await Promise.all([resolve(one), resolve(other)]);

    expect(here.release.root).toBe(there.release.root);
    await using later = hostAt("shared");
    await resolve(later);
    expect(later.log.lines).toEqual([]);
    expect(await leftovers("shared")).toEqual([]);
  });

  test("bytes that are not what was installed are refused, and nothing of them gets into the store", async () => {
    await using second = hostAt("second");
    await pool.query("update cdc.plugin_file set bytes = overlay(bytes placing '\\xffff'::bytea from 30)");

    await expect(resolve(second)).rejects.toMatchObject({
      code: "plugin.release_missing",
      facts: { because: expect.stringMatching(/^plugin\.(file_changed|archive_invalid)/) },
    });

    expect(await readdir(join(storeOf("second"), "releases")).catch(() => [])).toEqual([]);
    expect(await leftovers("second")).toEqual([]);
  });

  test("a file of another release under the right name is refused", async () => {
    await using second = hostAt("second");
    const misbehaving = await packPlugin(fixturePlugin("misbehaves"), folder);
    await install(misbehaving, false);
    await pool.query(
      `update cdc.plugin_release r set integrity = o.integrity from cdc.plugin_release o
       where r.package = $1 and o.package <> $1`,
      [plugin],
    );

    await expect(resolve(second)).rejects.toMatchObject({
      code: "plugin.release_missing",
      facts: { because: expect.stringContaining("plugin.file_changed") },
    });
  });

  test("without a kept file a missing release and a changed one are told apart", async () => {
    await pool.query("delete from cdc.plugin_file");
    await using first = hostAt("first");
    await using second = hostAt("second");
    await unlocked(installed.root, () => appendFile(join(installed.root, "index.js"), "// more"));

    const because = { because: expect.stringContaining("plugin.file_missing") };
    await expect(resolve(first)).rejects.toMatchObject({ code: "plugin.tree_changed", facts: because });
    await expect(resolve(second)).rejects.toMatchObject({ code: "plugin.release_missing", facts: because });
  });

  test("installing again mends what is kept", async () => {
    await pool.query("update cdc.plugin_file set bytes = '\\x00'");
    const file = await packPlugin(fixturePlugin("well-behaved"), folder);

    await install(file);

    await using second = hostAt("second");
    await expect(resolve(second)).resolves.toMatchObject({ release: { version: "1.0.0" } });
  });

  test("a pinned consumer runs its release, the others the highest in their range", async () => {
    const id = await insertConsumer(pool, { name: "canary", handlerFunc: plugin });
    const newer = join(folder, "newer");
    await run("cp", ["-r", fixturePlugin("well-behaved"), newer]);
    await run("sed", ["-i", 's/"version": "1.0.0"/"version": "1.1.0"/', join(newer, "package.json")]);
    await install(await packPlugin(newer, folder), false);
    const by = { actor: "ada", reason: null };
    await createPluginDesk(pool).perform(plugin, { do: "pin", version: "1.1.0", consumer: "canary" }, by);
    await using second = hostAt("second");

    const canary = await second.host.resolve(plugin, {}, id);
    const other = await second.host.resolve(plugin, {}, "another");

    expect([canary.release.version, other.release.version]).toEqual(["1.1.0", "1.0.0"]);
    await expect(second.host.resolve(`${plugin}@~1.0.0`, {}, id)).rejects.toMatchObject({
      code: "plugin.pin_out_of_range",
    });
  });

  test("a file is forgotten with the last release that names it", async () => {
    const desk = createPluginDesk(pool);
    const by = { actor: "ada", reason: null };

    await desk.perform(plugin, { do: "deactivate", version: "1.0.0" }, by);
    await desk.perform(plugin, { do: "uninstall", version: "1.0.0" }, by);

    expect(await pool.query("select from cdc.plugin_file")).toEqual([]);
  });
});

async function unlocked(root: string, work: () => Promise<unknown>): Promise<void> {
  await run("chmod", ["-R", "u+w", root]);
  await work();
  await chmod(root, 0o555);
}
