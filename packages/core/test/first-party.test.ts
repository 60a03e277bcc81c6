import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createPluginHost } from "../src/create-plugin-host.ts";
import { MemoryLedger } from "./support/memory-ledger.ts";

const fixture = fileURLToPath(new URL("../../../test/fixtures/plugins/well-behaved", import.meta.url));
const quiet = () => undefined;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gluttony-first-party-"));
  await mkdir(join(folder, "node_modules/@fixtures"), { recursive: true });
  await cp(fixture, join(folder, "node_modules/@fixtures/well-behaved"), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function host() {
  const releases = {
    active: async () => [],
    pinned: async () => null,
    shadowing: async () => null,
    list: async () => [],
    install: async () => undefined,
    file: async () => null,
  };
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const failure = { kind: "config", code: "target.not_granted", message: "" } as const;
  const from = pathToFileURL(join(folder, "main.js"));
  const packages = { own: "@fixtures/well-behaved", absent: "@fixtures/absent" };
  return createPluginHost(
    { releases, log, once: new MemoryLedger(), targets: { call: async () => ({ failure }) } },
    { env: {}, firstParty: { from, packages }, storeDir: "/nowhere" },
  );
}

test("an alias and the shipped package's full name lead to the same release", async () => {
  const [byAlias, byName] = await Promise.all([
    host().resolve("own", {}),
    host().resolve("@fixtures/well-behaved@1", {}),
  ]);

  expect(byAlias).toMatchObject({ handler: "onChange", release: { version: "1.0.0", isFirstParty: true } });
  expect(byName).toEqual(byAlias);
});

test("what this host was not shipped with, or in another version, is told apart", async () => {
  await expect(host().resolve("absent", {})).rejects.toMatchObject({ code: "plugin.not_installed" });
  await expect(host().resolve("own@^2", {})).rejects.toMatchObject({ code: "plugin.no_release_in_range" });
  await expect(host().resolve("own", { cal: "x" })).rejects.toMatchObject({ code: "handler.config_invalid" });
  await expect(host().resolve("file:.", {})).rejects.toMatchObject({ code: "handler.ref_invalid" });
});
