import { chmod, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AdminServer, createAdminServer } from "@gluttony/admin";
import { createConsumers, createDeadLetters, createPositions, type Pool } from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { adminStoresOn } from "../support/admin-stores.ts";
import { commandLine } from "../support/command-line.ts";
import { packChanged } from "../support/pack-plugin.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const hello = fileURLToPath(new URL("../../examples/hello-handler", import.meta.url));
const name = "@example/hello-handler";

describe.skipIf(stack().postgresUnavailable !== "")("two installed releases, from a shell", () => {
  let database: TestDatabase;
  let pool: Pool;
  let folder: string;
  let server: AdminServer;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-verbs-"));
    database = await makeDatabase("plugin_verbs");
    pool = await openMigrated(database.url);
    vi.stubEnv("DATABASE_URL", database.url);
    vi.stubEnv("GLUTTONY_DATA_DIR", folder);
    await insertConsumer(pool, { name: "ward", handlerFunc: `${name}@^1` });
    await plugin("install", await pack("1.0.0"));
    await plugin("install", await pack("1.1.0"), "--no-activate");
    const positions = createPositions(pool, "h1");
    server = createAdminServer(
      {
        ...adminStoresOn(pool),
        ...{ deadLetters: createDeadLetters(pool, { hostId: "h1", box: null }), positions },
        consumers: createConsumers(pool, { box: null }),
        filteredCounts: (id) => positions.filteredByRule(id),
      },
      { host: "127.0.0.1", port: 0, version: "0" },
    );
    ({ url } = await server.listen());
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server?.close();
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
  const plugin = (...words: readonly string[]): Promise<string> => commandLine("plugin", ...words);
  const ofConsumer = (...words: readonly string[]): Promise<string> =>
    commandLine("consumer", "plugin", ...words, "--url", url);
  const standing = async (): Promise<unknown> => {
    const { items } = JSON.parse(await ofConsumer("show", "ward", "-o", "json"));
    const { served, pin, shadow } = items[0];
    return [served, pin?.version ?? null, shadow?.version ?? null];
  };
  const verified = async (): Promise<{ readonly exit: unknown; readonly seen: unknown }> => {
    process.exitCode = 0;
    const seen: unknown = JSON.parse(await plugin("verify", name, "-o", "json"));
    const exit = process.exitCode;
    process.exitCode = 0;
    return { exit, seen };
  };

  test("a consumer is set to a release, gone back with, shadowed and let go, over the API", async () => {
    expect(await ofConsumer("set", "ward", `${name}@1.1.0`, "--reason", "try it")).toContain("ward: 1.1.0\n");
    expect(await standing()).toEqual(["1.1.0", "1.1.0", null]);
    expect(await ofConsumer("rollback", "ward")).toContain("ward: 1.0.0\n");
    expect(await ofConsumer("shadow", "ward", `${name}@1.1.0`)).toContain("shadow 1.1.0\n");
    expect(await standing()).toEqual(["1.0.0", "1.0.0", "1.1.0"]);
    await ofConsumer("shadow", "ward", "--off");
    await ofConsumer("unset", "ward");
    expect(await standing()).toEqual(["1.0.0", null, null]);
    await expect(ofConsumer("shadow", "ward")).rejects.toMatchObject({ code: "plugin.ref_invalid" });
    await expect(ofConsumer("set", "ward", `${name}@9.0.0`)).rejects.toMatchObject({
      code: "plugin.release_unknown",
    });
  });

  test("the same is done at the machine, and by the names that other tools use", async () => {
    expect(await plugin("pin", `${name}@1.1.0`, "--consumer", "ward")).toContain("ward: 1.1.0 (pinned)\n");
    expect(await plugin("rollback", name, "--consumer", "ward")).toContain("ward: 1.0.0 (pinned)\n");
    expect(await plugin("unpin", name, "--consumer", "ward")).toContain("ward: 1.0.0\n");
    expect(await plugin("info", name)).toMatch(/RELEASE[^]*CONSUMER[^]*WHO/);
    await expect(plugin("remove", `${name}@1.0.0`)).rejects.toMatchObject({ code: "plugin.release_active" });
  });

  test("a bundle is the file that was installed, and can be installed elsewhere", async () => {
    const bundled = JSON.parse(await plugin("bundle", `${name}@1.1.0`, "--into", folder, "-o", "json"));

    expect(bundled.file).toBe(join(folder, "example-hello-handler-1.1.0.tgz"));
    expect(bundled.integrity).toMatch(/^sha512-/);
    await using other = await makeDatabase("plugin_bundle");
    await (await openMigrated(other.url)).close();
    vi.stubEnv("DATABASE_URL", other.url);
    vi.stubEnv("GLUTTONY_DATA_DIR", join(folder, "other"));
    const installed = JSON.parse(await plugin("install", bundled.file, "-o", "json"));
    const [hereToo] = JSON.parse(await plugin("list", "-o", "json"));
    vi.stubEnv("DATABASE_URL", database.url);
    vi.stubEnv("GLUTTONY_DATA_DIR", folder);
    const releases = JSON.parse(await plugin("list", "-o", "json"));
    const original = releases.find(({ version }: { version: string }) => version === "1.1.0");
    expect(installed.release.treeHash).toBe(original.treeHash);
    expect(hereToo.version).toBe("1.1.0");
    await expect(plugin("bundle", `${name}@9.0.0`, "--into", folder)).rejects.toMatchObject({
      code: "plugin.file_missing",
    });
    expect((await readdir(folder)).filter((file) => file.endsWith(".part"))).toEqual([]);
  });

  test("a registry is searched with its token, and what the policy lets in is told", async () => {
    const answers: { status: number; body: unknown; asked: string; as: string | undefined } = {
      ...{ status: 200, asked: "", as: undefined },
      body: {
        objects: [
          { package: { name: "@example/hello", version: "1.0.0", description: "Says\u001b[2J hello.\n" } },
          { package: { name: "stranger", version: "2.0.0" } },
          { package: { name: 7 } },
          null,
        ],
      },
    };
    const registry = createServer((request, response) => {
      [answers.asked, answers.as] = [request.url ?? "", request.headers.authorization];
      response.writeHead(answers.status, { "content-type": "application/json" });
      response.end(JSON.stringify(answers.body));
    });
    await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
    const port = (registry.address() as AddressInfo).port;
    const policy = join(folder, "policy.json");
    const ours = { name: "ours", url: `http://127.0.0.1:${port}/npm/`, token: "${env:NPM_TOKEN}" };
    const packages = [{ match: "@example/*", level: "integrity" }];
    await writeFile(policy, JSON.stringify({ packages, registries: [ours] }));
    vi.stubEnv("GLUTTONY_PLUGIN_POLICY", policy);
    vi.stubEnv("NPM_TOKEN", "a-token");
    const refusal = (): Promise<unknown> =>
      plugin("search", "hello").catch((error: { readonly code: string }) => error.code);

    const found = JSON.parse(await plugin("search", "hello & more", "-o", "json"));
    const { asked, as } = answers;
    const refusals: unknown[] = [];
    for (const [status, body] of [
      [401, {}],
      [503, {}],
      [200, { objects: "none" }],
    ] as const) {
      Object.assign(answers, { status, body });
      refusals.push(await refusal());
    }
    registry.closeAllConnections();
    await new Promise((resolve) => registry.close(resolve));
    refusals.push(await refusal());

    expect(found).toEqual([
      { package: "@example/hello", version: "1.0.0", description: "Says [2J hello. ", isAllowed: true },
      { package: "stranger", version: "2.0.0", description: "", isAllowed: false },
    ]);
    expect([asked, as]).toEqual(["/npm/-/v1/search?text=hello+%26+more&size=20", "Bearer a-token"]);
    expect(refusals).toEqual([
      "plugin.registry_login_refused",
      "plugin.registry_unreachable",
      "plugin.metadata_invalid",
      "plugin.registry_unreachable",
    ]);
  });

  test("what is as it was installed is told from what was changed, or is gone", async () => {
    const places = join(folder, "store/releases/example__hello-handler");
    const [first = "", second = ""] = (await readdir(places)).toSorted();
    const whole = await verified();
    await chmod(join(places, first), 0o700);
    await chmod(join(places, first, "package.json"), 0o600);
    await writeFile(join(places, first, "package.json"), "{}");
    await removeReadOnly(join(places, second));
    await pool.query(
      `update cdc.plugin_file set bytes = '\\x00' where integrity =
       (select integrity from cdc.plugin_release where version = '1.1.0')`,
    );
    const spoiled = await verified();

    expect(whole).toMatchObject({
      exit: 0,
      seen: [
        { version: "1.0.0", file: null, folder: "same" },
        { version: "1.1.0", file: null, folder: "same" },
      ],
    });
    expect(spoiled).toMatchObject({
      exit: 7,
      seen: [
        { version: "1.0.0", file: null, folder: "changed" },
        { version: "1.1.0", file: expect.stringMatching(/^plugin\./), folder: "absent" },
      ],
    });
    await expect(plugin("verify", "@example/absent")).rejects.toMatchObject({ code: "plugin.not_installed" });
  });
});
