import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { installFromFile } from "@gluttony/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MemoryReleases, memoryLog } from "../support/cells.ts";
import { programPath } from "../support/host.ts";
import { packPlugin } from "../support/pack-plugin.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";
import { registryOutOfReach, typed } from "../support/typed-command.ts";

const root = resolve(import.meta.dirname, "../..");
const program = dirname(dirname(programPath));
let place = "";
let sdk = "";

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "gluttony-examples-"));
  sdk = await packPlugin(join(root, "packages/sdk"), place);
});

afterAll(async () => {
  await removeReadOnly(join(place, "store"));
  await rm(place, { recursive: true, force: true });
});

/** The example as a repository of its own, far from this one. */
async function copyOf(example: string): Promise<string> {
  const folder = join(place, example);
  const filter = (path: string): boolean => !/node_modules|\.gluttony|\/build/.test(path.slice(root.length));
  await cp(join(root, "examples", example), folder, { recursive: true, filter });
  return folder;
}

/** What the host makes of the file that was packed. */
async function installed(file: string, grantNet: readonly string[]) {
  const releases = new MemoryReleases();
  const settings = { storeDir: join(place, "store"), grantNet, by: "test" };
  return installFromFile(file, { releases, log: memoryLog() }, settings);
}

test("hello-handler needs nothing but the SDK: install, test, check and pack by themselves", async () => {
  const folder = await copyOf("hello-handler");

  // Stands for `npm install`: the registry gives what was packed here.
  const got = await typed(`npm install --offline --no-save ${sdk}`, folder);
  const tested = await typed("npm test", folder);
  const checked = await typed("npm run check", folder);
  const packed = await typed("npm pack", folder);
  const { release } = await installed(join(folder, "example-hello-handler-1.0.0.tgz"), []);

  expect(got, got.stderr).toMatchObject({ code: 0 });
  expect(tested, tested.stdout).toMatchObject({ code: 0, stdout: expect.stringContaining("# pass 1") });
  expect(checked, checked.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Every promise is kept."),
  });
  expect(packed).toMatchObject({ code: 0 });
  expect(release.manifest.handlers).toMatchObject([
    { name: "onChange", title: "Says hello for every change" },
  ]);
});

test("visit-sender brings its dependencies: they are in the one file that is packed", async (context) => {
  const folder = await copyOf("visit-sender");

  const got = await typed(`npm install --no-save ${sdk} file:${program}`, folder);
  const unreachable = got.code === 0 ? null : registryOutOfReach(got);
  context.skip(unreachable !== null, unreachable ?? "");
  const tested = await typed("npm test", folder);
  const checked = await typed("npm run check", folder);
  const packed = await typed("npm run pack", folder);
  const { release, notGranted } = await installed(join(folder, "example-visit-sender-1.0.0.tgz"), [
    "https://visits.example:8443",
  ]);
  const bill = JSON.parse(await readFile(join(release.root, "sbom.cdx.json"), "utf8"));

  expect(got, got.stderr).toMatchObject({ code: 0 });
  expect(tested, tested.stdout).toMatchObject({ code: 0, stdout: expect.stringContaining("# pass 2") });
  expect(checked, checked.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("recorded rows"),
  });
  expect(packed, packed.stderr).toMatchObject({ code: 0 });
  expect(notGranted).toEqual([]);
  expect(release.manifest.handlers[0]?.config).toMatchObject({
    required: ["url"],
    properties: { timeoutMs: { default: 5_000 } },
  });
  expect(bill.components.map(({ name }: { name: string }) => name)).toEqual(["sdk", "date-fns", "zod"]);
}, 200_000);

test("lab-batches hands its changes over together: it keeps every promise, and the manifest says how many", async (context) => {
  const folder = await copyOf("lab-batches");

  const got = await typed(`npm install --no-save ${sdk} file:${program}`, folder);
  const unreachable = got.code === 0 ? null : registryOutOfReach(got);
  context.skip(unreachable !== null, unreachable ?? "");
  const tested = await typed("npm test", folder);
  const checked = await typed("npm run check", folder);
  const packed = await typed("npm run pack", folder);
  const { release } = await installed(join(folder, "example-lab-batches-1.0.0.tgz"), [
    "https://lab.example:8443",
  ]);

  expect(got, got.stderr).toMatchObject({ code: 0 });
  expect(tested, tested.stdout).toMatchObject({ code: 0, stdout: expect.stringContaining("# pass 2") });
  expect(checked, checked.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("recorded rows"),
  });
  expect(packed, packed.stderr).toMatchObject({ code: 0 });
  expect(release.manifest).toMatchObject({
    needs: ["batch"],
    handlers: [{ name: "onResults", batch: { max: 50, waitMs: 20 }, config: { required: ["url"] } }],
  });
}, 200_000);
