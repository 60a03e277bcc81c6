import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
let copy = "";

beforeEach(async () => {
  copy = await mkdtemp(join(tmpdir(), "gluttony-api-"));
  for (const path of ["scripts/write-api-report.mjs", "packages/sdk/package.json"]) {
    await cp(join(root, path), join(copy, path));
  }
  for (const path of ["packages/sdk/api", "packages/sdk/dist"]) {
    await cp(join(root, path), join(copy, path), { recursive: true });
  }
});

afterEach(() => rm(copy, { recursive: true, force: true }));

test("the report of the SDK's names is as the code is, and every name is documented", async () => {
  expect(await check()).toEqual({ code: 0, said: "" });
});

test("a list of names over several lines counts its names, and not the comma at its end", async () => {
  const path = join(copy, "packages/sdk/dist/index.d.ts");
  const before = await readFile(path, "utf8");
  await writeFile(path, before.replaceAll(" }", ",\n}"));

  expect(await check()).toEqual({ code: 0, said: "" });
  expect(await readFile(path, "utf8")).not.toBe(before);
});

test.each([
  [
    "a type that changed",
    "failure.d.ts",
    "retryAfterMs: number",
    "retryAfterMs: string",
    "api/index.md differs",
  ],
  [
    "a name without a comment",
    "failure.d.ts",
    /\/\*\*[^/]*\*\/\nexport type/,
    "export type",
    "has no doc comment",
  ],
  [
    "a twenty-first name",
    "index.d.ts",
    "export type { FailureKind }",
    `export type { ${"FailureKind, ".repeat(6)}FailureKind }`,
    "at most 20",
  ],
] as const)("%s is seen", async (_what, file, from, to, expected) => {
  const path = join(copy, "packages/sdk/dist", file);
  const before = await readFile(path, "utf8");
  await writeFile(path, before.replace(from, to));

  const { code, said } = await check();

  expect(await readFile(path, "utf8")).not.toBe(before);
  expect(code).toBe(1);
  expect(said).toContain(expected);
});

function check(): Promise<{ readonly code: number; readonly said: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(copy, "scripts/write-api-report.mjs"), "--check"],
      (error, _stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), said: stderr }),
    );
  });
}
