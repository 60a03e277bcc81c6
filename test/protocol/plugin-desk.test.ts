import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PluginDesk } from "@gluttony/admin";
import { createConsumers, type Pool } from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createLog } from "../../packages/cli/src/log.ts";
import { pluginDeskOf } from "../../packages/cli/src/plugins-of-serve.ts";
import { requiredSettings } from "../../packages/cli/src/required-settings.ts";
import { openStores, type Stores } from "../../packages/cli/src/stores.ts";
import { FixtureRegistry } from "../support/fixture-registry.ts";
import { packChanged } from "../support/pack-plugin.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const hello = fileURLToPath(new URL("../../examples/hello-handler", import.meta.url));
const name = "@example/hello-handler";
const ada = { actor: "ada", reason: "tried" };
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "done",
    (error: { readonly code: string }) => error.code,
  );

describe.skipIf(stack().postgresUnavailable !== "")("what the admin API does to plugins", () => {
  let folder: string;
  let database: TestDatabase;
  let pool: Pool;
  let registry: FixtureRegistry;
  let policy: string;
  let stores: Stores;
  let desk: PluginDesk;
  let wardId: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-desk-"));
    database = await makeDatabase("plugin_desk");
    pool = await openMigrated(database.url);
    registry = await FixtureRegistry.start();
    for (const version of ["1.0.0", "1.1.0"]) registry.publish({ name, version, file: await pack(version) });
    policy = join(folder, "policy.json");
    vi.stubEnv("DATABASE_URL", database.url);
    vi.stubEnv("GLUTTONY_DATA_DIR", folder);
    vi.stubEnv("GLUTTONY_PLUGIN_POLICY", policy);
    vi.stubEnv("NPM_DESK_TOKEN", "a-token");
    const settings = requiredSettings(["DATABASE_URL"]);
    const log = createLog("silent", { service: "gluttony", version: "0.0.0" });
    stores = openStores(settings, log);
    desk = pluginDeskOf({ stores, settings, env: {}, log });
    wardId = await insertConsumer(pool, { name: "ward", handlerFunc: `${name}@^1` });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stores?.pool.close();
    await registry?.[Symbol.asyncDispose]();
    await pool?.close();
    await database?.[Symbol.asyncDispose]();
    await removeReadOnly(folder);
  });

  const pack = (version: string): Promise<string> =>
    packChanged(hello, folder, async (root) => {
      const path = join(root, "package.json");
      const json: object = JSON.parse(await readFile(path, "utf8"));
      await writeFile(path, JSON.stringify({ ...json, version }));
    });
  const allow = (registries: readonly object[]): Promise<void> =>
    writeFile(
      policy,
      JSON.stringify({
        ...{ packages: [{ match: "@example/*", level: "integrity" }], ageExemptions: ["@example/*"] },
        registries,
      }),
    );
  const ours = (): object => ({ name: "ours", url: registry.url, token: "${env:NPM_DESK_TOKEN}" });
  const install = (version: string, from: string | null, activates = true): Promise<unknown> =>
    desk.install({ source: `${name}@${version}`, registry: from, grantNet: [], activates }, ada);

  test("a release is installed only from a registry that the policy names, one at a time", async () => {
    await allow([]);
    expect(await codeOf(install("1.0.0", null))).toBe("plugin.registry_unknown");
    await allow([ours(), { name: "theirs", url: "http://127.0.0.1:9/" }]);
    expect(await codeOf(install("1.0.0", null))).toBe("plugin.registry_unknown");
    expect(await codeOf(install("1.0.0", "nobody"))).toBe("plugin.registry_unknown");
    await allow([ours()]);

    const both = await Promise.all([codeOf(install("1.0.0", "ours")), codeOf(install("1.0.0", null))]);

    expect(both).toEqual(expect.arrayContaining(["done", "plugin.install_busy"]));
    expect(await desk.packages()).toEqual([name]);
    expect((await desk.history(name))[0]).toMatchObject({ actor: "ada", reason: "tried" });
  });

  test("an upgrade is looked at before it is done, and serves after it", async () => {
    await install("1.1.0", "ours", false);
    const consumers = createConsumers(pool, { box: null });
    const ward = await consumers.get("ward");
    if (ward === null) throw new Error("no ward");

    const facts = await desk.upgradeOf(ward, name, "1.1.0");
    await desk.perform(name, { do: "pin", version: "1.1.0", consumer: wardId }, ada);

    expect(facts).toMatchObject({
      from: "1.0.0",
      to: "1.1.0",
      handler: "onChange",
      blockers: [],
      settings: [],
    });
    expect(await desk.usedBy(ward)).toMatchObject({ package: name, served: "1.1.0", isShipped: false });
    expect(await codeOf(desk.upgradeOf(ward, name, "9.0.0"))).toBe("plugin.release_unknown");
    expect(await codeOf(desk.upgradeOf(ward, "@example/other", "1.0.0"))).toBe(
      "plugin.consumer_uses_another",
    );
    expect(await codeOf(desk.upgradeOf({ ...ward, handlerFunc: "empi" }, "@gluttony/empi", "1.0.0"))).toBe(
      "plugin.shipped",
    );
  });

  test("secrets that were granted before stay granted when the same release comes again", async () => {
    await pool.query(
      `update cdc.plugin_release set granted = jsonb_set(granted, '{secrets}', '{"token": "\${env:X}"}')
       where package = $1 and version = '1.0.0'`,
      [name],
    );

    await install("1.0.0", "ours");

    const releases = await stores.releases.list();
    expect(releases.find(({ version }) => version === "1.0.0")?.grantedSecrets).toEqual({
      token: "${env:X}",
    });
  });

  test("a release that is in use is not removed, and one that is not leaves no files", async () => {
    const remove = (version: string): Promise<unknown> =>
      codeOf(desk.uninstall({ package: name, version }, ada));

    expect(await remove("1.1.0")).toBe("plugin.release_pinned");
    await desk.perform(name, { do: "unpin", consumer: wardId }, ada);
    expect(await remove("1.1.0")).toBe("done");
    expect(await remove("1.0.0")).toBe("plugin.release_active");

    const seen = await desk.get(name);
    expect(seen?.releases.map(({ version, state }) => [version, state])).toEqual([["1.0.0", "active"]]);
    expect(seen?.users).toMatchObject([{ name: "ward", served: "1.0.0", pin: null, shadow: null }]);
    expect(await desk.get("@example/absent")).toBeNull();
  });
});
