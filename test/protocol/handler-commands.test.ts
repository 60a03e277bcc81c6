import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installFromFile } from "@gluttony/core";
import { changesOf, recordOf, runInCell, writeRecords } from "@gluttony/sdk/testing";
import * as core from "@gluttony/core";
import { describe, expect, test } from "vitest";
import { authorFolder, authorSource } from "../support/author-folder.ts";
import type { AuthorFolder } from "../support/author-folder.ts";
import { MemoryReleases, memoryLog } from "../support/cells.ts";
import { runCommand } from "../support/host.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";

const patients = changesOf({ table: "patient", keyColumns: ["id"] });

/** No database, no broker, nothing of gluttony's own: only what npm needs. */
async function gluttony(author: AuthorFolder, ...parameters: readonly string[]) {
  const env = { PATH: process.env["PATH"] ?? "", HOME: author.root, npm_config_update_notifier: "false" };
  return runCommand(parameters, { ...env, npm_config_offline: "true" });
}

describe("gluttony handler check", () => {
  test("says that a package keeps its promises, on made-up rows where there are none", async () => {
    await using author = await authorFolder();

    const { code, stdout, stderr } = await gluttony(author, "handler", "check", author.root, "-o", "json");

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      package: "@acme/patients@1.2.3",
      handlers: ["onPatient"],
      onMadeUpRows: ["onPatient"],
    });
    expect(await readdir(join(author.root, ".gluttony"))).toEqual([]);
  });

  test("names every promise that is broken, on the author's own rows, without showing them", async () => {
    await using author = await authorFolder();
    await author.write("src/index.ts", authorSource.replace("if (status", "console.log(change); if (status"));
    await writeRecords(join(author.root, "fixtures/onPatient.jsonl"), [
      recordOf(patients.insert({ id: 1n, name: "Feldlerche" })),
    ]);

    const { code, stderr } = await gluttony(author, "handler", "check", author.root);

    expect(code).toBe(7);
    expect(stderr).toContain("handler.promise_broken");
    expect(stderr).toContain("onPatient: conformance.value_leaked: It prints a value of the row.");
    expect(stderr).not.toContain("Feldlerche");
  });

  test.each<[string, (author: AuthorFolder) => Promise<void>, number, string]>([
    [
      "code that does not compile",
      (author) => author.write("src/index.ts", 'import "missing";\nexport const = 1;'),
      2,
      "src/index.ts:2:14",
    ],
    [
      "code that throws when it is imported",
      (author) => author.write("src/index.ts", 'throw new Error("no luck");'),
      2,
      "plugin.import_failed",
    ],
    [
      "an export that is missing",
      (author) => author.write("src/index.ts", "export {};"),
      2,
      "plugin.export_missing",
    ],
    [
      "no package",
      (author) => author.write("package.json", "{"),
      2,
      "There is no file here that holds JSON.",
    ],
    [
      "a package without handlers",
      (author) => author.write("package.json", '{"name":"a","version":"1.0.0"}'),
      2,
      "npm create @gluttony/handler makes one",
    ],
    [
      "a manifest that the host refuses",
      async (author) => {
        const path = join(author.root, "package.json");
        const json = JSON.parse(await readFile(path, "utf8"));
        json.gluttony.permissions.net = ["ftp://a"];
        await writeFile(path, JSON.stringify(json));
      },
      2,
      "gluttony.permissions.net[0]",
    ],
    [
      "a sample that is no JSON",
      (author) => author.write("fixtures/onPatient.json", "Feldlerche"),
      2,
      "handler.sample_invalid",
    ],
    [
      "recorded rows that are none",
      (author) => author.write("fixtures/onPatient.jsonl", '{"value":"Feldlerche"}\n'),
      2,
      "cannot be decoded",
    ],
  ])("refuses %s with its place", async (_what, spoil, exit, expected) => {
    await using author = await authorFolder();
    await spoil(author);

    const { code, stderr } = await gluttony(author, "handler", "check", author.root);

    expect(stderr).toContain(expected);
    expect(code).toBe(exit);
    expect(stderr).not.toContain("Feldlerche");
  });
});

test("gluttony handler test runs the package's own tests first", async () => {
  await using author = await authorFolder();
  const passing = 'import test from "node:test"; test("passes", () => {});';
  await author.write("own.test.mjs", passing);

  const good = await gluttony(author, "handler", "test", author.root);
  await author.write("own.test.mjs", passing.replace("{}", '{ throw new Error("no"); }'));
  const bad = await gluttony(author, "handler", "test", author.root);

  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining("KEEPS ITS PROMISES") });
  expect(bad).toMatchObject({ code: 7, stderr: expect.stringContaining("handler.tests_failed") });
});

describe("gluttony handler pack", () => {
  test("writes one file with source map, bill of materials, schema and manifest, that the host installs and runs", async () => {
    await using author = await authorFolder();

    const { code, stdout } = await gluttony(
      author,
      "handler",
      "pack",
      author.root,
      "--into",
      author.root,
      "-o",
      "json",
    );
    const packed = JSON.parse(stdout);
    const store = join(author.root, "store");
    const releases = new MemoryReleases();
    const file = join(author.root, "acme-patients-1.2.3.tgz");
    const { release, integrity, notGranted } = await installFromFile(
      file,
      { releases, log: memoryLog() },
      { storeDir: store, grantNet: ["http://target.test"], by: "test" },
    );
    const [attempt] = await runInCell([patients.insert({ id: 1n })], {
      root: release.root,
      core,
      config: { url: "http://target.test/add" },
      targets: { "*": {} },
    });
    const bill = JSON.parse(await readFile(join(release.root, "sbom.cdx.json"), "utf8"));
    const map = JSON.parse(await readFile(join(release.root, "index.js.map"), "utf8"));
    await removeReadOnly(store);

    expect(code).toBe(0);
    expect(packed).toMatchObject({ package: "@acme/patients@1.2.3", integrity });
    expect(packed.files.toSorted()).toEqual([
      "README.md",
      "config.schema.json",
      "index.js",
      "index.js.map",
      "package.json",
      "sbom.cdx.json",
    ]);
    expect(notGranted).toEqual([]);
    expect(release.manifest.handlers).toMatchObject([
      { name: "onPatient", config: { required: ["url"], properties: { limit: { default: 3 } } } },
    ]);
    expect(attempt).toMatchObject({
      ending: { done: true },
      calls: [{ request: { body: '{"greeting":"Dear You","limit":3}' } }],
    });
    expect(map.sources).toContain("../src/index.ts");
    expect(map.sourcesContent.join()).toContain("interface Patient");
    expect(bill).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6" });
    expect(bill.components).toMatchObject([
      { group: "@gluttony", name: "sdk", licenses: [{ license: { id: "Apache-2.0" } }] },
      { name: "polite", version: "1.0.0", purl: "pkg:npm/polite@1.0.0" },
      { name: "rude", licenses: [{ expression: "(MIT OR ISC)" }] },
    ]);
  });

  test("gives the same file for the same source", async () => {
    await using author = await authorFolder();
    const pack = async (): Promise<string> => {
      const { stdout } = await gluttony(
        author,
        "handler",
        "pack",
        author.root,
        "--into",
        author.root,
        "-o",
        "json",
      );
      return JSON.parse(stdout).integrity;
    };

    expect(await pack()).toBe(await pack());
  });
});

test("gluttony handler publish checks, and sends nothing in a dry run", async () => {
  await using author = await authorFolder();

  const dry = await gluttony(author, "handler", "publish", author.root, "--dry-run", "-o", "json");
  await author.write("src/index.ts", authorSource.replace("if (status", "console.log(change); if (status"));
  const broken = await gluttony(author, "handler", "publish", author.root, "--dry-run");

  expect(dry).toMatchObject({ code: 0 });
  expect(JSON.parse(dry.stdout)).toEqual({
    package: "@acme/patients@1.2.3",
    isDryRun: true,
    hasProvenance: false,
  });
  expect(broken.code).toBe(7);
});
