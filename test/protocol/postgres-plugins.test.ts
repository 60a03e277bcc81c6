import { fileURLToPath } from "node:url";
import type { Release } from "@gluttony/model";
import { createConsumers, createPluginDesk, createReleases, type Pool } from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const plugin = "@acme/hello";
const ada = { actor: "ada", reason: "the target moved" };

function release(version: string, changes: Partial<Release> = {}): Release {
  return {
    ...{ package: plugin, version, treeHash: `hash-${version}`, root: `/store/hello-${version}` },
    manifest: {
      ...{ manifest: 1, protocols: [1], needs: [], permissions: { net: [] }, limits: { memoryMb: 128 } },
      handlers: [{ name: "h", entry: ".", export: "h", title: "H", config: {} }],
    },
    ...{ isFirstParty: false, grantedNet: ["http://empi"], grantedSecrets: {} },
    ...changes,
  };
}

describe.skipIf(stack().postgresUnavailable !== "")("releases and what is done to them", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_plugins");
    pool = await openMigrated(database.url);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  // What is kept of a file is not looked at here, so any one will do.
  const install = (one: Release, activates = true): Promise<void> =>
    createReleases(pool, "/store").install(one, {
      ...{
        by: "ada",
        reason: null,
        integrity: "sha512-x",
        file: fileURLToPath(import.meta.url),
        activates,
        verification: { from: "file", level: "integrity" },
      },
    });
  const activeVersions = async (): Promise<readonly string[]> =>
    (await createReleases(pool, "/store").active(plugin)).map(({ version }) => version);

  test("active releases are listed newest first, and paths fit each host's store", async () => {
    for (const version of ["1.0.0", "1.1.0", "1.0.0"]) await install(release(version));

    const elsewhere = await createReleases(pool, "/other/store").active(plugin);

    const here = await createReleases(pool, "/store").active(plugin);
    expect(here).toEqual([release("1.1.0"), release("1.0.0")]);
    expect(elsewhere.map((one) => one.root)).toEqual([
      "/other/store/hello-1.1.0",
      "/other/store/hello-1.0.0",
    ]);
    expect(await createReleases(pool, "/store").active("other")).toEqual([]);
  });

  test("a version is one tree for ever, and only what is granted changes", async () => {
    await install(release("1.0.0"));

    const other = install(release("1.0.0", { treeHash: "tampered" }));
    await expect(other).rejects.toMatchObject({ code: "plugin.already_installed" });
    await install(release("1.0.0", { grantedNet: [] }));

    expect(await createReleases(pool, "/store").list()).toMatchObject([
      { version: "1.0.0", treeHash: "hash-1.0.0", grantedNet: [] },
    ]);
  });

  test("a release outside of the store keeps its place", async () => {
    await install(release("2.0.0", { root: "/program/plugins/hello" }));

    expect(await createReleases(pool, "/store").active(plugin)).toMatchObject([
      { root: "/program/plugins/hello" },
    ]);
  });

  test("a release installed without being activated serves nobody, until it is activated or pinned", async () => {
    const id = await insertConsumer(pool, { name: "a", handlerFunc: plugin });
    await install(release("1.0.0"));
    await install(release("1.1.0"), false);

    const before = await activeVersions();
    await createPluginDesk(pool).perform(plugin, { do: "pin", version: "1.1.0", consumer: "a" }, ada);

    expect(before).toEqual(["1.0.0"]);
    expect(await activeVersions()).toEqual(["1.0.0"]);
    const releases = createReleases(pool, "/store");
    expect(await releases.pinned(plugin, id)).toEqual({ release: release("1.1.0"), insteadOf: null });
    expect(await releases.pinned(plugin, "0")).toBeNull();
    expect(await releases.pinned("@acme/other", id)).toBeNull();
  });

  test("a roll-back is one transaction that every host hears, and leaves its trace", async () => {
    await install(release("1.0.0"));
    await install(release("1.1.0"));
    const heard = vi.fn();
    const over = new AbortController();
    const listening = createConsumers(pool, { box: null }).listen(heard, over.signal);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1), 10_000);

    await createPluginDesk(pool).perform(plugin, { do: "roll-back", consumer: null }, ada);

    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2), 10_000);
    over.abort();
    await listening;
    expect(await activeVersions()).toEqual(["1.0.0"]);
    const [last, ...rest] = await createPluginDesk(pool).history(plugin);
    expect(last).toMatchObject({ deed: "roll-back", version: "1.1.0", consumerId: null, ...ada });
    expect(rest.map(({ deed, version }) => `${deed} ${version}`)).toEqual([
      "activate 1.1.0",
      "install 1.1.0",
      "activate 1.0.0",
      "install 1.0.0",
    ]);
  });

  test("a refusal changes nothing and leaves no trace", async () => {
    await insertConsumer(pool, { name: "a", handlerFunc: plugin });
    await install(release("1.0.0"));
    const desk = createPluginDesk(pool);

    const refused = desk.perform(plugin, { do: "deactivate", version: "1.0.0" }, ada);

    await expect(refused).rejects.toMatchObject({ code: "plugin.still_needed", facts: { consumers: ["a"] } });
    expect(await activeVersions()).toEqual(["1.0.0"]);
    expect((await desk.history(plugin)).map(({ deed }) => deed)).toEqual(["activate", "install"]);
  });

  test("a consumer's pin counts only while its row names the plugin, and goes with the row", async () => {
    await insertConsumer(pool, { name: "a", handlerFunc: `${plugin}@1.1.0` });
    await install(release("1.0.0"));
    await install(release("1.1.0"), false);
    const desk = createPluginDesk(pool);
    await desk.perform(plugin, { do: "pin", version: "1.1.0", consumer: "a" }, ada);

    const refused = desk.perform(plugin, { do: "uninstall", version: "1.1.0" }, ada);
    await expect(refused).rejects.toMatchObject({ code: "plugin.release_pinned" });
    await pool.query("delete from cdc.consumer");
    expect(await pool.query("select from cdc.plugin_pin")).toEqual([]);
    await desk.perform(plugin, { do: "uninstall", version: "1.1.0" }, ada);

    expect((await createReleases(pool, "/store").list()).map(({ version }) => version)).toEqual(["1.0.0"]);
  });

  test("deeds at the same time follow one another", async () => {
    await Promise.all(["1.0.0", "1.1.0", "1.2.0"].map((version) => install(release(version), false)));
    const desk = createPluginDesk(pool);

    await Promise.all(
      ["1.0.0", "1.1.0", "1.2.0"].map((version) => desk.perform(plugin, { do: "activate", version }, ada)),
    );

    const { releases } = await desk.standing(plugin);
    const byTime = releases.toSorted((left, right) => Number((left.sequence ?? 0n) - (right.sequence ?? 0n)));
    expect(releases.every(({ isActive }) => isActive)).toBe(true);
    expect(byTime[0]?.previous).toBeNull();
    expect(byTime.slice(1).every(({ previous }) => previous !== null)).toBe(true);
  });

  test("shipped plugins and endless reasons are refused", async () => {
    const desk = createPluginDesk(pool);
    const deed = { do: "activate", version: "1.0.0" } as const;

    const reason = "x".repeat(501);

    await expect(desk.perform("@gluttony/empi", deed, ada)).rejects.toMatchObject({
      code: "plugin.shipped",
    });
    await expect(desk.perform(plugin, deed, { actor: "ada", reason })).rejects.toMatchObject({
      code: "plugin.reason_invalid",
    });
  });
});
