import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Pool } from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { GluttonyError } from "@gluttony/model";
import { problemLines } from "../../packages/cli/src/output/problem.ts";
import { commandLine } from "../support/command-line.ts";
import { packChanged } from "../support/pack-plugin.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";
import { Verdaccio } from "../support/verdaccio.ts";

const hello = fileURLToPath(new URL("../../examples/hello-handler", import.meta.url));
const name = "@example/hello-handler";

describe.skipIf(stack().postgresUnavailable !== "")("a private registry", () => {
  let folder: string;
  let database: TestDatabase;
  let pool: Pool;
  let registry: Verdaccio;
  let policy: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-verdaccio-"));
    database = await makeDatabase("verdaccio");
    pool = await openMigrated(database.url);
    registry = await Verdaccio.start(join(folder, "verdaccio"));
    await registry.publish(await pack("1.0.0"));
    policy = join(folder, "policy.json");
    vi.stubEnv("DATABASE_URL", database.url);
    vi.stubEnv("GLUTTONY_DATA_DIR", folder);
    vi.stubEnv("GLUTTONY_PLUGIN_POLICY", policy);
    vi.stubEnv("NPM_TOKEN", registry.token);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await registry?.stop();
    await pool?.close();
    await database?.[Symbol.asyncDispose]();
    await removeReadOnly(folder);
  });

  const pack = (version: string): Promise<string> =>
    packChanged(hello, folder, async (root) => {
      const path = join(root, "package.json");
      const json: object = JSON.parse(await readFile(path, "utf8"));
      const scripts = { preinstall: "touch ran", postinstall: "touch ran" };
      await writeFile(path, JSON.stringify({ ...json, version, scripts }));
    });
  const allow = (rules: object): Promise<void> => writeFile(policy, JSON.stringify(rules));
  const allowed = { packages: [{ match: "@example/*", level: "integrity" }], ageExemptions: ["@example/*"] };
  const install = (source: string, ...more: readonly string[]): Promise<string> =>
    commandLine("plugin", "install", source, "--registry", registry.url, "--token-env", "NPM_TOKEN", ...more);

  test("gives a release to whoever has its token, by range or version, and none to others", async () => {
    await allow(allowed);

    const nobody = commandLine("plugin", "install", `${name}@1.0.0`, "--registry", registry.url);
    await expect(nobody).rejects.toMatchObject({ code: "plugin.registry_login_refused" });
    const installed = JSON.parse(await install(`${name}@^1`, "-o", "json"));

    expect(installed.release).toMatchObject({ package: name, version: "1.0.0" });
    expect(await commandLine("plugin", "show", name)).toContain(`${registry.url} (integrity)`);
    await registry.publish(await pack("1.1.0"));
    expect(await install(`${name}@1.1.0`)).toContain(`${name}@1.1.0`);
  });

  test("refuses a wrong token, and no answer of ours repeats it", async () => {
    await allow(allowed);
    const secret = "a-token-that-is-not-theirs";
    vi.stubEnv("WRONG_TOKEN", secret);

    const refusal: unknown = await install(`${name}@1.0.0`, "--token-env", "WRONG_TOKEN").catch(
      (error: unknown) => error,
    );

    expect(refusal).toMatchObject({ code: "plugin.registry_login_refused" });
    const error = refusal instanceof GluttonyError ? refusal : new GluttonyError("internal.unexpected");
    expect([...problemLines(error), JSON.stringify(error.facts)].join("\n")).not.toContain(secret);
  });

  test("signs nothing, so a policy that wants signatures refuses it", async () => {
    await allow({ ...allowed, packages: [{ match: "@example/*", level: "registry-signature" }] });

    await expect(install(`${name}@1.0.0`)).rejects.toMatchObject({ code: "plugin.signature_missing" });
  });

  test("is asked for nothing without a rule, of this morning, or by a name or token that cannot be read", async () => {
    const refused = async (source: string, ...more: readonly string[]): Promise<unknown> =>
      install(source, ...more).catch((error: { readonly code: string }) => error.code);

    await allow({ packages: [{ match: "@example/*", level: "integrity" }] });
    expect(await refused(`${name}@1.0.0`)).toBe("plugin.too_young");
    await allow({ packages: [] });
    expect(await refused(`${name}@1.0.0`)).toBe("plugin.not_allowed");
    await allow({ packages: [{ match: "../x" }] });
    expect(await refused(`${name}@1.0.0`)).toBe("plugin.policy_invalid");
    await allow(allowed);
    expect(await refused(name)).toBe("plugin.ref_invalid");
    expect(await refused(`${name}@latest`)).toBe("plugin.ref_invalid");
    expect(await refused("@exаmple/hello-handler@1.0.0")).toBe("plugin.look_alike");
    expect(await refused(`${name}@1.0.0`, "--token-env", "ABSENT")).toBe("plugin.registry_invalid");
    expect(await refused(`${name}@1.0.0`, "--registry", "npm.example")).toBe("plugin.registry_invalid");
    expect(await refused("@example/absent@1.0.0")).toBe("plugin.not_published");
  });

  test("is asked what is newer, and what its author advises against", async () => {
    const registries = [{ name: "ours", url: registry.url, token: "${env:NPM_TOKEN}" }];
    await allow({ ...allowed, registries });
    const listed = async (...words: readonly string[]): Promise<unknown> =>
      JSON.parse(await commandLine("plugin", ...words, "-o", "json"));
    await registry.publish(await pack("1.1.1"));
    await registry.deprecate(`${name}@1.0.0`, "Has a hole.\u001b[2J");

    const outdated = await listed("outdated", name);
    const audited = await listed("audit");
    const exit = process.exitCode;
    process.exitCode = 0;
    const printed = await commandLine("plugin", "audit", "--registry", "ours");
    process.exitCode = 0;

    expect(outdated).toMatchObject([
      { version: "1.1.0", isActive: true, newest: "1.1.1" },
      { version: "1.0.0", newest: "1.1.1" },
    ]);
    expect(audited).toMatchObject([
      { version: "1.1.0", finding: null },
      { version: "1.0.0", finding: "deprecated", note: expect.stringMatching(/^Has a hole\./) },
    ]);
    expect(exit).toBe(7);
    expect(printed).toContain("Has a hole.");
    expect(printed).not.toContain("\u001b");
    await allow(allowed);
    await expect(listed("outdated")).rejects.toMatchObject({ code: "plugin.registry_unknown" });
  }, 120_000);

  test("is not needed to go back to the release before", async () => {
    await insertConsumer(pool, { name: "ward", handlerFunc: name });
    await allow(allowed);
    await registry.publish(await pack("1.2.0"));
    await install(`${name}@1.2.0`);
    await registry.stop();

    const startedMs = performance.now();
    const answer = await commandLine("plugin", "roll-back", name);

    expect(answer).toContain("ward: 1.1.0");
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
