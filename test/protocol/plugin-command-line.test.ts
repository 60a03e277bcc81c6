import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Pool } from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { commandLine } from "../support/command-line.ts";
import { packChanged } from "../support/pack-plugin.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const hello = fileURLToPath(new URL("../../examples/hello-handler", import.meta.url));
const name = "@example/hello-handler";

describe.skipIf(stack().postgresUnavailable !== "")("gluttony plugin", () => {
  let database: TestDatabase;
  let pool: Pool;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-plugin-"));
    database = await makeDatabase("plugin_cli");
    pool = await openMigrated(database.url);
    vi.stubEnv("DATABASE_URL", database.url);
    vi.stubEnv("GLUTTONY_DATA_DIR", folder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await pool.close();
    await database[Symbol.asyncDispose]();
    await removeReadOnly(folder);
  });

  const pack = (version: string): Promise<string> =>
    packChanged(hello, folder, async (root) => {
      const path = join(root, "package.json");
      const json: object = JSON.parse(await readFile(path, "utf8"));
      await writeFile(path, JSON.stringify({ ...json, version }));
    });
  const plugin = (...words: readonly string[]): Promise<string> => commandLine("plugin", ...words);
  const shown = async (): Promise<{ releases: unknown[]; consumers: unknown[]; deeds: unknown[] }> =>
    JSON.parse(await plugin("show", name, "-o", "json"));

  test("a release is installed, tried on one consumer, activated for all, rolled back and uninstalled", async () => {
    await insertConsumer(pool, { name: "canary", handlerFunc: name });
    await insertConsumer(pool, { name: "ward", handlerFunc: `${name}@^1` });
    await plugin("install", await pack("1.0.0"));
    await plugin("install", await pack("1.1.0"), "--no-activate");

    const pinned = await plugin("activate", `${name}@1.1.0`, "--consumer", "canary", "--reason", "try it");
    expect(pinned).toBe(`canary is pinned to ${name}@1.1.0\ncanary: 1.1.0 (pinned)\nward: 1.0.0\n`);
    expect(await plugin("list")).toMatch(/1\.0\.0 +active[^]*1\.1\.0 +pinned/);

    const active = await plugin("activate", `${name}@1.1.0`);
    expect(active).toBe(`${name}@1.1.0 is active\ncanary: 1.1.0 (pinned)\nward: 1.1.0\n`);
    expect(await plugin("unpin", name, "--consumer", "canary")).toContain("canary: 1.1.0\n");
    expect(await plugin("roll-back", name, "--consumer", "ward")).toContain("ward: 1.0.0 (pinned)\n");
    expect(await plugin("roll-back", name)).toContain(`${name}@1.1.0 is no longer active\ncanary: 1.0.0\n`);

    expect(await plugin("uninstall", `${name}@1.1.0`)).toContain("is uninstalled");
    expect(await shown()).toMatchObject({
      releases: [{ version: "1.0.0", state: "active" }],
      consumers: [
        { name: "canary", served: "1.0.0", pin: null },
        { name: "ward", served: "1.0.0", pin: "1.0.0" },
      ],
    });
    expect((await shown()).deeds).toHaveLength(9);
    expect((await shown()).deeds).toContainEqual(
      expect.objectContaining({ deed: "pin", version: "1.1.0", reason: "try it" }),
    );
    expect(await plugin("show", name)).toMatch(/RELEASE[^]*CONSUMER[^]*WHO/);
  });

  test("uninstalling removes the folder from the store, and never one that lies elsewhere", async () => {
    await plugin("install", await pack("1.0.0"), "--no-activate");
    await plugin("install", await pack("1.1.0"), "--no-activate");
    const places = join(folder, "store/releases/example__hello-handler");
    const elsewhere = join(folder, "elsewhere");
    await mkdir(elsewhere);
    await pool.query("update cdc.plugin_release set root_name = $1 where version = '1.1.0'", [elsewhere]);

    await plugin("uninstall", `${name}@1.0.0`);
    await plugin("uninstall", `${name}@1.1.0`);

    expect(await readdir(places)).toEqual([expect.stringMatching(/^1\.1\.0-/)]);
    expect(await readdir(folder)).toContain("elsewhere");
  });

  test("what is in use stays, and what cannot be read is refused with its column", async () => {
    await insertConsumer(pool, { name: "ward", handlerFunc: name });
    await plugin("install", await pack("1.0.0"));

    const refusals: readonly (readonly [readonly string[], string])[] = [
      [["uninstall", `${name}@1.0.0`], "plugin.release_active"],
      [["deactivate", `${name}@1.0.0`], "plugin.still_needed"],
      [["roll-back", name], "plugin.no_previous"],
      [["activate", `${name}@^1`], "plugin.ref_invalid"],
      [["activate", name], "plugin.ref_invalid"],
      [["activate", `${name}@latest`], "plugin.ref_invalid"],
      [["roll-back", `${name}@1.0.0`], "plugin.ref_invalid"],
      [["show", "@example/absent"], "plugin.not_installed"],
      [["deactivate", "@gluttony/empi@1.0.0"], "plugin.shipped"],
    ];
    for (const [words, code] of refusals) {
      await expect(plugin(...words), words.join(" ")).rejects.toMatchObject({ code });
    }
    await expect(plugin("activate", `${name}@^1`)).rejects.toMatchObject({
      facts: { column: name.length + 2 },
    });
    expect(await plugin("list")).toContain("active");
  });

  test("a release that asks for more than this machine gives is marked, and doctor says the same of it", async () => {
    await insertConsumer(pool, { name: "ward", handlerFunc: name });
    await plugin("install", await pack("1.0.0"));
    const before = await plugin("list");
    const asks = JSON.stringify(">=99");
    await pool.query("update cdc.plugin_release set manifest = jsonb_set(manifest, '{node}', $1::jsonb)", [
      asks,
    ]);

    const listed = JSON.parse(await plugin("list", "-o", "json"));
    const doctor = JSON.parse(await commandLine("doctor", "-o", "json"));
    process.exitCode = 0;

    expect(before).toMatch(/ (?:all|not: .+)\n$/);
    expect(listed[0].fences).toMatchObject({ refusedFor: "plugin.node_unsupported", asks: ">=99" });
    expect(listed[0].fences.holding).toEqual(expect.arrayContaining(["process", "files"]));
    expect(await plugin("list")).toContain("✕ asks for >=99: plugin.node_unsupported");
    expect(await plugin("show", name)).toContain("✕ asks for >=99: plugin.node_unsupported");
    expect(doctor.result).toContainEqual({
      ...{ check: `plugin ${name}@1.0.0`, ok: false },
      detail: "✕ asks for >=99: plugin.node_unsupported",
      remedy: expect.any(String),
    });
  });

  test("a release shadows a consumer without serving it, and ends with a word", async () => {
    await insertConsumer(pool, { name: "ward", handlerFunc: `${name}@^1.0` });
    await plugin("install", await pack("1.0.0"));
    await plugin("install", await pack("2.0.0"), "--no-activate");

    const on = await plugin("shadow", `${name}@2.0.0`, "--consumer", "ward");
    const seen = await plugin("show", name);
    const off = await plugin("shadow", name, "--consumer", "ward", "--off");

    expect(on).toBe(`${name}@2.0.0 shadows ward\nward: 1.0.0, shadowed by 2.0.0\n`);
    expect(seen).toMatch(/2\.0\.0 +shadow[^]*ward +2\.0\.0 +0 +nothing compared yet/);
    expect(off).toBe("nothing shadows ward any more\nward: 1.0.0\n");
    await expect(plugin("shadow", name, "--consumer", "ward")).rejects.toMatchObject({
      code: "plugin.ref_invalid",
    });
    await expect(plugin("shadow", name, "--consumer", "ward", "--off")).rejects.toMatchObject({
      code: "plugin.not_shadowed",
    });
  });
});
