import { execFile } from "node:child_process";
import { chmod, cp, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { installFromFile } from "@gluttony/core";
import { expect, test } from "vitest";
import { MemoryReleases, fixturePlugin, insertOf, memoryLog, testHost } from "../support/cells.ts";

const run = promisify(execFile);
const origin = "http://target.test";

/** A store in a folder of its own, and packages made for one test. */
class Store implements AsyncDisposable {
  readonly releases = new MemoryReleases();
  readonly storeDir: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.storeDir = join(folder, "store");
  }

  static async make(): Promise<Store> {
    return new Store(await mkdtemp(join(tmpdir(), "gluttony-store-")));
  }

  /** Packs a copy of a fixture after a change to it. */
  async pack(
    plugin: string,
    change: (root: string) => Promise<void> = async () => undefined,
  ): Promise<string> {
    const folder = await mkdtemp(join(this.#folder, "pack-"));
    const root = join(folder, "package");
    await cp(fixturePlugin(plugin), root, { recursive: true });
    await change(root);
    const file = join(folder, "plugin.tgz");
    await run("tar", ["-czf", file, "-C", folder, "package"]);
    return file;
  }

  install(file: string, grantNet: readonly string[] = [origin]) {
    const { releases, storeDir } = this;
    return installFromFile(file, { releases, log: memoryLog() }, { storeDir, grantNet, by: "tester" });
  }

  /** What a failed install must not leave. */
  async leftovers(): Promise<readonly string[]> {
    const staged = await readdir(join(this.storeDir, "staging")).catch(() => []);
    const placed = await readdir(join(this.storeDir, "releases")).catch(() => []);
    return [...staged, ...placed];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run("chmod", ["-R", "u+w", this.#folder]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function edit(root: string, change: (json: { [key: string]: unknown }) => void): Promise<void> {
  const path = join(root, "package.json");
  const json = JSON.parse(await readFile(path, "utf8"));
  change(json);
  await writeFile(path, JSON.stringify(json));
}

test("an installed package runs, and needs nothing but its own folder", async () => {
  await using store = await Store.make();
  const { release, integrity, notGranted } = await store.install(await store.pack("well-behaved"));
  await using host = testHost({}, store.releases);

  const resolved = await host.host.resolve("npm:@fixtures/well-behaved@^1#onChange", { call: "x" });
  const { cell } = await host.host.acquire(resolved);

  expect(await cell.attempt(insertOf("call"))).toMatchObject({ kind: "done" });
  expect(resolved.config).toEqual({ call: "x", greeting: "hello" });
  expect(integrity).toMatch(/^sha512-/);
  expect(notGranted).toEqual([]);
  expect(release.root).toContain(join("fixtures__well-behaved", `1.0.0-${release.treeHash.slice(0, 12)}`));
});

test("the same package installs twice as one release, another content under its version is refused", async () => {
  await using store = await Store.make();
  await store.install(await store.pack("well-behaved"));

  await store.install(await store.pack("well-behaved"));
  const other = await store.pack("well-behaved", (root) => writeFile(join(root, "extra.js"), ""));

  await expect(store.install(other)).rejects.toMatchObject({ code: "plugin.already_installed" });
  expect(await store.releases.list()).toHaveLength(1);
});

test("the highest release in the range is used, and a pre-release only by its exact name", async () => {
  await using store = await Store.make();
  await using host = testHost({}, store.releases);
  for (const version of ["1.0.0", "1.2.0", "2.0.0-rc.1"]) {
    const change = (root: string) => edit(root, (json) => Object.assign(json, { version }));
    await store.install(await store.pack("well-behaved", change));
  }
  const versionOf = async (ref: string) => (await host.host.resolve(ref, {})).release.version;

  expect(await versionOf("@fixtures/well-behaved")).toBe("1.2.0");
  expect(await versionOf("@fixtures/well-behaved@~1.0.0")).toBe("1.0.0");
  expect(await versionOf("@fixtures/well-behaved@2.0.0-rc.1")).toBe("2.0.0-rc.1");
  await expect(versionOf("@fixtures/well-behaved@^3")).rejects.toMatchObject({
    code: "plugin.no_release_in_range",
    facts: { versions: expect.arrayContaining(["1.0.0", "1.2.0", "2.0.0-rc.1"]) },
  });
  await expect(versionOf("@fixtures/unknown")).rejects.toMatchObject({ code: "plugin.not_installed" });
  await expect(versionOf("@fixtures/well-behaved#onChnge")).rejects.toMatchObject({
    code: "handler.not_found",
  });
});

test("a release whose files were changed is not used", async () => {
  await using store = await Store.make();
  await using host = testHost({}, store.releases);
  const { release } = await store.install(await store.pack("well-behaved"));
  await chmod(join(release.root, "index.js"), 0o644);

  await writeFile(join(release.root, "index.js"), "export const onChange = 1;");

  const resolving = host.host.resolve("@fixtures/well-behaved", {});
  await expect(resolving).rejects.toMatchObject({ code: "plugin.tree_changed" });
});

test("a permission that was not granted keeps the release from being used", async () => {
  await using store = await Store.make();
  await using host = testHost({}, store.releases);

  const { notGranted } = await store.install(await store.pack("well-behaved"), []);

  expect(notGranted).toEqual([origin]);
  const resolving = host.host.resolve("@fixtures/well-behaved", {});
  await expect(resolving).rejects.toMatchObject({ code: "plugin.permission_missing" });
});

test.each([
  ["throws-at-import", "plugin.import_failed"],
  ["undefined-handler", "plugin.export_missing"],
])("a release that fails its trial (%s) leaves nothing behind", async (plugin, code) => {
  await using store = await Store.make();

  await expect(store.install(await store.pack(plugin))).rejects.toMatchObject({ code });

  expect(await store.leftovers()).toEqual([]);
  expect(await store.releases.list()).toEqual([]);
});

test("native code, undeclared dependencies and broken manifests are refused", async () => {
  await using store = await Store.make();
  const native = await store.pack("well-behaved", (root) => writeFile(join(root, "addon.node"), ""));
  const dependent = await store.pack("well-behaved", (root) =>
    edit(root, (json) => Object.assign(json, { dependencies: { "left-pad": "1.3.0" } })),
  );
  const broken = await store.pack("well-behaved", (root) =>
    edit(root, (json) => Object.assign(json, { gluttony: { manifest: 2, handler: {}, api: {} } })),
  );

  await expect(store.install(native)).rejects.toMatchObject({ code: "plugin.archive_invalid" });
  await expect(store.install(dependent)).rejects.toMatchObject({ code: "plugin.dependency_missing" });
  await expect(store.install(broken)).rejects.toMatchObject({
    code: "plugin.manifest_invalid",
    faults: expect.arrayContaining([
      { path: "gluttony.handler", message: "This key is not known.", suggestion: "Did you mean handlers?" },
      expect.objectContaining({ path: "gluttony.manifest" }),
      expect.objectContaining({ path: "gluttony.api.protocol" }),
    ]),
  });
  expect(await store.leftovers()).toEqual([]);
});

test("links and npm's settings do not get in, and no script runs", async () => {
  await using store = await Store.make();
  const file = await store.pack("well-behaved", async (root) => {
    await symlink("/etc/hostname", join(root, "link"));
    await writeFile(join(root, ".npmrc"), "ignore-scripts=false");
    await edit(root, (json) =>
      Object.assign(json, { scripts: { install: "touch ran", postinstall: "touch ran" } }),
    );
  });

  const { release } = await store.install(file);

  const names = await readdir(release.root);
  expect(names.toSorted()).toEqual(["config.schema.json", "index.js", "node_modules", "package.json"]);
});

test("a file that is no package is refused", async () => {
  await using store = await Store.make();
  const file = await store.pack("well-behaved");
  await writeFile(file, "not a package");

  await expect(store.install(file)).rejects.toMatchObject({ code: "plugin.archive_invalid" });
  await expect(store.install(`${file}.missing`)).rejects.toMatchObject({ code: "plugin.archive_invalid" });
});
