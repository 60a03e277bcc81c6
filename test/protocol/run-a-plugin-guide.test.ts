import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Pool } from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { commandLine } from "../support/command-line.ts";
import { FixtureRegistry } from "../support/fixture-registry.ts";
import { packChanged } from "../support/pack-plugin.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const hello = fileURLToPath(new URL("../../examples/hello-handler", import.meta.url));
const guide = fileURLToPath(new URL("../../docs/guide/run-a-plugin.md", import.meta.url));
const name = "@example/hello-handler";

describe.skipIf(stack().postgresUnavailable !== "")("docs/guide/run-a-plugin.md", () => {
  let folder: string;
  let database: TestDatabase;
  let pool: Pool;
  let registry: FixtureRegistry;
  let first: string;
  let page: string;

  beforeAll(async () => {
    page = await readFile(guide, "utf8");
    folder = await mkdtemp(join(tmpdir(), "gluttony-guide-"));
    database = await makeDatabase("guide");
    pool = await openMigrated(database.url);
    registry = await FixtureRegistry.start();
    first = await pack("1.0.0");
    registry.publish({ name, version: "1.1.0", file: await pack("1.1.0"), time: new Date().toISOString() });
    const policy = join(folder, "policy.json");
    await writeFile(policy, blocksOf("json").join("\n"));
    vi.stubEnv("DATABASE_URL", database.url);
    vi.stubEnv("GLUTTONY_DATA_DIR", folder);
    vi.stubEnv("GLUTTONY_PLUGIN_POLICY", policy);
    vi.stubEnv("NPM_TOKEN", "a-token");
    await insertConsumer(pool, { name: "ward", handlerFunc: `${name}@^1` });
    await insertConsumer(pool, { name: "clinic", handlerFunc: name });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
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
  const blocksOf = (language: string): readonly string[] =>
    [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "gm"))].map(([, block = ""]) => block);
  const served = async (): Promise<string> => {
    const shown = JSON.parse(await commandLine("plugin", "show", name, "-o", "json"));
    const consumers: readonly { readonly name: string; readonly served: string }[] = shown.consumers;
    return consumers.map((consumer) => `${consumer.name} ${consumer.served}`).join(", ");
  };

  /** The words of one line as a shell would give them, with the places of this test. */
  function wordsOf(line: string): readonly string[] {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
    return words
      .slice(1)
      .map((word) => (word.endsWith(".tgz") ? first : word))
      .map((word) => (word === "https://npm.example/" ? registry.url : word));
  }

  test("every command of the guide works, in its order, and does what the guide says", async () => {
    const said: string[] = [];
    for (const block of blocksOf("sh")) {
      for (const line of block.trim().split("\n")) {
        expect(line).toMatch(/^gluttony /);
        expect(await commandLine(...wordsOf(line)), line).not.toBe("");
      }
      said.push(await served());
    }

    expect(said).toEqual([
      "clinic 1.0.0, ward 1.0.0",
      "clinic 1.0.0, ward 1.0.0",
      "clinic 1.0.0, ward 1.0.0",
      "clinic 1.0.0, ward 1.1.0",
      "clinic 1.1.0, ward 1.1.0",
      "clinic 1.0.0, ward 1.0.0",
      "clinic 1.0.0, ward 1.0.0",
      "clinic 1.0.0, ward 1.0.0",
    ]);
    const list: readonly { readonly version: string }[] = JSON.parse(
      await commandLine("plugin", "list", "-o", "json"),
    );
    expect(list.map(({ version }) => version)).toEqual(["1.0.0"]);
  }, 120_000);
});
