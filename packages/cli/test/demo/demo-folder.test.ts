import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimFolder, demoFolder, masterKeyOf } from "../../src/demo/demo-folder.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "gluttony-folder-"));
});
afterEach(() => rmSync(parent, { recursive: true }));

test.for([
  [{ GLUTTONY_DEMO_DIR: "/a/b", XDG_CACHE_HOME: "/c" }, "/a/b"],
  [{ GLUTTONY_DEMO_DIR: "", XDG_CACHE_HOME: "/c" }, "/c/gluttony/demo"],
  [{}, join(homedir(), ".cache/gluttony/demo")],
] as const)("is named by the environment, else is in the cache: %j", ([env, expected]) => {
  expect(demoFolder(env)).toBe(expected);
});

test("the key is made once and is nobody else's to read", () => {
  const first = masterKeyOf(parent);

  expect(masterKeyOf(parent)).toBe(first);
  expect(Buffer.from(first, "base64url")).toHaveLength(32);
  expect(statSync(join(parent, "master.key")).mode & 0o777).toBe(0o600);
});

test("a folder is claimed by one demo at a time", async () => {
  const folder = join(parent, "demo");
  const claim = await claimFolder(folder);

  await expect(claimFolder(folder)).rejects.toMatchObject({ code: "environment.folder_in_use" });
  claim[Symbol.dispose]();

  (await claimFolder(folder))[Symbol.dispose]();
});

test("the claim of a killed demo does not count", async () => {
  const folder = join(parent, "demo");
  writeFileSync(`${folder}.lock`, JSON.stringify({ pid: 4_194_303, startedAt: "1" }));

  (await claimFolder(folder))[Symbol.dispose]();
});
