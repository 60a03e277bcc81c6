import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { allFiles, providedMark, treeHash } from "../src/tree-hash.ts";

let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "gluttony-tree-"));
  await write("index.js", "export {};\n");
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

test("what the host provides is no part of the hash, whatever is in it", async () => {
  const before = await treeHash(root);
  await write(`node_modules/@gluttony/sdk/${providedMark}`, "");
  await write("node_modules/@gluttony/sdk/dist/index.js", "export {};\n");

  expect(await treeHash(root)).toBe(before);
});

test.each(["lib", "node_modules/x", "node_modules/@gluttony/sdk/below", "node_modules/@gluttony/sdk2"])(
  "a mark in %s hides nothing",
  async (folder) => {
    const before = await treeHash(root);
    await write(`${folder}/${providedMark}`, "");
    const marked = await treeHash(root);
    await write(`${folder}/code.js`, "export {};\n");
    const changed = await treeHash(root);

    expect(new Set([before, marked, changed]).size).toBe(3);
  },
);

test("a copy of the SDK that the package brought is a part of the hash", async () => {
  const before = await treeHash(root);
  await write("node_modules/@gluttony/sdk/index.js", "export {};\n");

  expect(await treeHash(root)).not.toBe(before);
});

test("all files are told, marked or not", async () => {
  await write(`node_modules/@gluttony/sdk/${providedMark}`, "");

  expect((await allFiles(root)).map(({ path }) => path)).toEqual([
    "index.js",
    `node_modules/@gluttony/sdk/${providedMark}`,
  ]);
});
