import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AuthorPackage } from "../../src/handler/author-package.ts";
import { billOfMaterials } from "../../src/handler/bill-of-materials.ts";

let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "gluttony-bill-"));
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function dependency(name: string, json: object): Promise<string> {
  const folder = join("node_modules", name);
  await mkdir(join(root, folder, "lib"), { recursive: true });
  await writeFile(join(root, folder, "package.json"), JSON.stringify({ name, version: "1.0.0", ...json }));
  return join(folder, "lib/index.js");
}

function author(json: object = {}): AuthorPackage {
  return { root, name: "@acme/patients", version: "1.2.3", json: { ...json }, handlers: [] };
}

test.each([
  ["MIT", { license: { id: "MIT" } }],
  ["(MIT OR Apache-2.0)", { expression: "(MIT OR Apache-2.0)" }],
  ["UNLICENSED", { license: { name: "UNLICENSED" } }],
  ["SEE LICENSE IN LICENSE", { license: { name: "SEE LICENSE IN LICENSE" } }],
])("the license %s takes the form that validators accept", async (license, expected) => {
  const input = await dependency("one", { license });

  expect(billOfMaterials(author(), [input])).toMatchObject({ components: [{ licenses: [expected] }] });
});

test("a package counts once, whatever number of its modules went in, and the author's own not at all", async () => {
  await writeFile(join(root, "package.json"), JSON.stringify({ name: "@acme/patients", version: "1.2.3" }));
  const input = await dependency("@scope/two", {});
  await writeFile(join(root, "node_modules/@scope/two/lib/package.json"), '{"type":"module"}');

  const bill = billOfMaterials(author({ license: "MIT" }), [input, `${input}.more.js`, "src/index.ts"]);

  expect(bill).toMatchObject({
    metadata: { component: { type: "application", purl: "pkg:npm/%40acme/patients@1.2.3" } },
    components: [{ group: "@scope", name: "two", purl: "pkg:npm/%40scope/two@1.0.0" }],
    dependencies: [{ dependsOn: ["pkg:npm/%40scope/two@1.0.0"] }, { ref: "pkg:npm/%40scope/two@1.0.0" }],
  });
});

test("equal builds have equal documents, others another serial number", async () => {
  const input = await dependency("one", {});

  const [first, again, other] = [[input], [input], []].map((inputs) =>
    JSON.stringify(billOfMaterials(author(), inputs)),
  );

  expect(first).toBe(again);
  expect(first).not.toBe(other);
  expect(first).toMatch(/urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/);
});
