import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRepository } from "../src/create-repository.ts";
import type { Wish } from "../src/parse-arguments.ts";

const template = { folder: resolve(import.meta.dirname, "../template"), version: "3.2.1" };
let place = "";

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "gluttony-create-"));
});

afterEach(() => rm(place, { recursive: true, force: true }));

function wish(changes: Partial<Wish> = {}): Wish {
  const folder = join(place, "patients");
  return {
    folder,
    name: "@acme/patients",
    handler: "onPatient",
    sdk: null,
    program: null,
    isInstalled: false,
    ...changes,
  };
}

test("an empty folder becomes a repository in which every word is filled in", async () => {
  const obstacle = await createRepository(wish(), template);

  const names = await readdir(join(place, "patients"), { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  expect(obstacle).toBeNull();
  expect(files.map((file) => file.slice(place.length + 10)).toSorted()).toEqual([
    ".github/workflows/release.yml",
    ".gitignore",
    "README.md",
    "fixtures/onPatient.json",
    "package.json",
    "src/handler.ts",
    "src/index.ts",
    "test/handler.test.ts",
    "tsconfig.json",
  ]);
  expect(texts.filter((text) => text.includes("{{") && !text.includes("${{"))).toEqual([]);
  const json = JSON.parse(await readFile(join(place, "patients/package.json"), "utf8"));
  expect(json).toMatchObject({
    name: "@acme/patients",
    devDependencies: { "@gluttony/sdk": "^3.2.1", gluttony: "^3.2.1" },
    gluttony: { handlers: { onPatient: { entry: "." } } },
  });
  expect(json.dependencies).toBeUndefined();
});

test("a folder that holds anything but a repository without a file is left as it is", async () => {
  await mkdir(join(place, "patients/.git"), { recursive: true });
  await writeFile(join(place, "patients/notes.txt"), "mine");

  const refused = await createRepository(wish(), template);
  await rm(join(place, "patients/notes.txt"));
  const taken = await createRepository(wish(), template);

  expect(refused).toBe("The folder is not empty: it holds notes.txt. Name another, or empty it.");
  expect(taken).toBeNull();
});

test("other versions of the SDK and the program are asked for where that was said", async () => {
  await createRepository(wish({ sdk: "file:../sdk.tgz", program: "next", name: "patients" }), template);

  const json = JSON.parse(await readFile(join(place, "patients/package.json"), "utf8"));
  const readme = await readFile(join(place, "patients/README.md"), "utf8");
  expect(json.devDependencies).toMatchObject({ "@gluttony/sdk": "file:../sdk.tgz", gluttony: "next" });
  expect(readme).toContain("npm:patients@^0.1.0#onPatient");
});
