import { fileURLToPath } from "node:url";
import type { Release } from "@gluttony/model";
import {
  createPluginDesk,
  createReleases,
  createShadowBook,
  createTakeBacks,
  type Pool,
} from "@gluttony/postgres";
import type { ShadowCount } from "@gluttony/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const plugin = "@acme/hello";
const ada = { actor: "ada", reason: "is it the same?" };
const same = { kind: "same", live: "done", shadow: "done" } as const;

function release(version: string): Release {
  return {
    ...{ package: plugin, version, treeHash: `hash-${version}`, root: `/store/hello-${version}` },
    manifest: {
      ...{ manifest: 1, protocols: [1], needs: [], permissions: { net: [] }, limits: { memoryMb: 128 } },
      handlers: [{ name: "h", entry: ".", export: "h", title: "H", config: {} }],
    },
    ...{ isFirstParty: false, grantedNet: [], grantedSecrets: {} },
  };
}

describe.skipIf(stack().postgresUnavailable !== "")("shadows, and what hosts take back", () => {
  let database: TestDatabase;
  let pool: Pool;
  let id: string;

  beforeEach(async () => {
    database = await makeDatabase("pg_shadows");
    pool = await openMigrated(database.url);
    for (const version of ["1.0.0", "1.1.0", "2.0.0"]) await install(release(version), version !== "2.0.0");
    id = await insertConsumer(pool, { name: "ward", handlerFunc: `${plugin}@^1` });
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  // What is kept of a file is not looked at here, so any one will do.
  const install = (one: Release, activates: boolean): Promise<void> =>
    createReleases(pool, "/store").install(one, {
      ...{ by: "ada", reason: null, integrity: "sha512-x", file: fileURLToPath(import.meta.url), activates },
      verification: { from: "file", level: "integrity" },
    });
  const shadow = (version: string) =>
    createPluginDesk(pool).perform(plugin, { do: "shadow", version, consumer: "ward" }, ada);
  const counts = async (): Promise<readonly string[]> =>
    (await createPluginDesk(pool).shadowCounts(plugin)).map(
      ({ consumerId, kind, live, shadow: of, count }) =>
        `${consumerId === id ? "ward" : consumerId} ${kind} ${live}/${of} ${count}`,
    );
  const add = (version: string | null, ...counted: readonly ShadowCount[]): Promise<void> =>
    createShadowBook(pool).add(id, version, counted);

  test("a shadow is a row that hosts find by consumer, whatever its range, and leaves its trace", async () => {
    const releases = createReleases(pool, "/store");
    const before = await releases.shadowing(plugin, id);

    await shadow("2.0.0");

    expect(before).toBeNull();
    expect(await releases.shadowing(plugin, id)).toEqual(release("2.0.0"));
    expect(await releases.shadowing("@acme/other", id)).toBeNull();
    expect(await releases.pinned(plugin, id)).toBeNull();
    const [last] = await createPluginDesk(pool).history(plugin);
    expect(last).toMatchObject({ deed: "shadow", version: "2.0.0", consumerId: id, ...ada });
    const refused = createPluginDesk(pool).perform(plugin, { do: "uninstall", version: "2.0.0" }, ada);
    await expect(refused).rejects.toMatchObject({ code: "plugin.release_shadows" });
  });

  test("what hosts count is added up, of the release that shadows now alone", async () => {
    await shadow("2.0.0");

    await Promise.all([
      add("2.0.0", { ...same, count: 3 }, { kind: "dropped", live: "", shadow: "", count: 1 }),
      add("2.0.0", { ...same, count: 4 }),
      add("1.1.0", { ...same, count: 100 }),
      add(null, { kind: "not_started", live: "", shadow: "plugin.import_failed", count: 1 }),
    ]);

    expect(await counts()).toEqual([
      "ward same done/done 7",
      "ward dropped / 1",
      "ward not_started /plugin.import_failed 1",
    ]);
  });

  test("counts begin anew with another release, end when it is turned off, and go with the consumer", async () => {
    await shadow("2.0.0");
    await add("2.0.0", { ...same, count: 3 });
    await shadow("1.1.0");
    const anew = await counts();
    await add("1.1.0", { ...same, count: 2 });
    await createPluginDesk(pool).perform(plugin, { do: "unshadow", consumer: "ward" }, ada);
    const off = await counts();
    await add("1.1.0", { ...same, count: 2 });
    await shadow("2.0.0");
    await pool.query("delete from cdc.consumer");

    expect([anew, off]).toEqual([[], []]);
    expect(await pool.query("select from cdc.plugin_shadow")).toEqual([]);
    expect(await pool.query("select from cdc.shadow_count")).toEqual([]);
  });

  test("differences beyond what can be listed are counted together", async () => {
    await shadow("2.0.0");
    const many = Array.from({ length: 510 }, (_, at) => ({ ...same, shadow: `failed ${at}`, count: 1 }));
    for (let from = 0; from < many.length; from += 64)
      await add(
        "2.0.0",
        ...many.slice(from, from + 64).map((one): ShadowCount => ({ ...one, kind: "outcome" })),
      );

    await add("2.0.0", { kind: "outcome", live: "done", shadow: "failed further", count: 5 });
    await add("2.0.0", { ...same, count: 1 });

    expect(await counts()).toEqual(expect.arrayContaining(["ward other / 5", "ward same done/done 1"]));
  });

  test("what a host takes back holds for every host, once, says who and why, and a person lifts it", async () => {
    const releases = createReleases(pool, "/store");
    const taken = {
      ...{ consumerId: id, package: plugin, failed: "1.1.0", servesAgain: "1.0.0" },
      ...{ attempts: 20, faults: 18 },
    };

    await Promise.all(
      ["host-1", "host-2"].map((hostId) => createTakeBacks(createPluginDesk(pool), hostId).remember(taken)),
    );
    const pinned = await releases.pinned(plugin, id);
    const deeds = await createPluginDesk(pool).history(plugin);
    await createPluginDesk(pool).perform(plugin, { do: "unpin", consumer: "ward" }, ada);

    expect(pinned).toEqual({ release: release("1.0.0"), insteadOf: "1.1.0" });
    const own = deeds.filter(({ deed }) => deed === "take-back");
    expect(own).toMatchObject([{ version: "1.0.0", consumerId: id }]);
    expect(own[0]?.actor).toMatch(/^host host-[12]$/);
    expect(own[0]?.reason).toBe("18 of 20 attempts with 1.1.0 failed by its own fault");
    expect(await releases.pinned(plugin, id)).toBeNull();
  });
});
