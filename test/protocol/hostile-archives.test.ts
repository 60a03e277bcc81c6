import { lstat, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { installFromFile } from "@gluttony/core";
import { expect, test } from "vitest";
import { fixturePlugin, MemoryReleases, memoryLog } from "../support/cells.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";

/** One entry of an archive, as it is written and not as it ought to be. */
interface TarEntry {
  readonly path: string;
  readonly content?: string | Buffer;
  /** `0` is a file, `1` a hard link, `2` a symbolic one, `3` a device. */
  readonly type?: "0" | "1" | "2" | "3";
  readonly target?: string;
  readonly mode?: number;
}

const blockBytes = 512;

function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? "");
    const padding = Buffer.alloc((blockBytes - (content.byteLength % blockBytes)) % blockBytes);
    return [headerOf(entry, content.byteLength), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

function headerOf({ path, type = "0", target = "", mode = 0o644 }: TarEntry, size: number): Buffer {
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\0`;
  header.write(path, 0, 100);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8) + octal(0, 8) + octal(size, 12) + octal(0, 12), 108);
  header.write(`        ${type}${target}`, 148);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)} `, 148);
  return header;
}

/** A plugin that is in order, with further entries before and behind it. */
async function packed(...more: readonly TarEntry[]): Promise<Buffer> {
  const root = fixturePlugin("well-behaved");
  const names = ["package.json", "index.js", "config.schema.json"];
  const own = await Promise.all(
    names.map(async (name) => ({ path: `package/${name}`, content: await readFile(join(root, name)) })),
  );
  return gzipSync(tar([...own, ...more]));
}

/** Installs an archive; answers the code of its refusal, or the names in the release. */
async function installed(archive: Buffer) {
  const folder = await mkdtemp(join(tmpdir(), "gluttony-hostile-"));
  const storeDir = join(folder, "store");
  const releases = new MemoryReleases();
  const file = join(folder, "plugin.tgz");
  await writeFile(file, archive);
  const settings = { storeDir, grantNet: ["http://target.test"], by: "tester" };
  const outcome = await installFromFile(file, { releases, log: memoryLog() }, settings).then(
    async ({ release }) => ({ names: await readdir(release.root), root: release.root }),
    (error: { readonly code: string }) => ({ code: error.code }),
  );
  const left = await Promise.all(
    ["staging", "releases"].map((part) => readdir(join(storeDir, part)).catch(() => [])),
  );
  return {
    outcome,
    folder,
    staged: left[0] ?? [],
    placed: left[1] ?? [],
    [Symbol.asyncDispose]: () => removeReadOnly(folder),
  };
}

test.each<readonly [string, () => Promise<Buffer>]>([
  ["two names that are one on some disks", () => packed({ path: "package/Index.js" })],
  ["a file that only the host writes", () => packed({ path: "package/lib/.gluttony-provided" })],
  ["native code in a folder below", () => packed({ path: "package/node_modules/x/build/x.node" })],
  [
    "more files than a plugin has",
    () => packed(...Array.from({ length: 10_001 }, (_, at) => ({ path: `package/many/${at}.js` }))),
  ],
  ["a bomb", () => packed({ path: "package/zeros.txt", content: Buffer.alloc(260 * 1024 * 1024) })],
  ["half a file", async () => (await packed()).subarray(0, 900)],
])("%s: plugin.archive_invalid, and nothing is left", async (_what, make) => {
  await using tried = await installed(await make());

  expect(tried.outcome).toEqual({ code: "plugin.archive_invalid" });
  expect([tried.staged, tried.placed]).toEqual([[], []]);
});

test("what would be written outside is not, nor is a link or a device made", async () => {
  const outside = `gluttony-outside-${process.pid}`;
  await using tried = await installed(
    await packed(
      { path: `../${outside}`, content: "x" },
      { path: `package/../../${outside}`, content: "x" },
      { path: join(tmpdir(), outside), content: "x" },
      { path: "package/hard", type: "1", target: "/etc/hostname" },
      { path: "package/soft", type: "2", target: "/etc" },
      { path: `package/soft/${outside}`, content: "x" },
      { path: "package/device", type: "3" },
    ),
  );

  const { outcome, folder } = tried;
  for (const place of [folder, dirname(folder), join(folder, "store"), "/etc"])
    expect(await readdir(place)).not.toContain(outside);
  if ("root" in outcome) {
    const kinds = await Promise.all(outcome.names.map((name) => lstat(join(outcome.root, name))));
    expect(kinds.every((kind) => kind.isFile() || kind.isDirectory())).toBe(true);
    expect(outcome.names).not.toContain("hard");
    expect(outcome.names).not.toContain("device");
  } else {
    expect(outcome.code).toBe("plugin.archive_invalid");
    expect(tried.placed).toEqual([]);
  }
});

test("npm's settings are removed on every level, and a command of the plugin's own is nobody's", async () => {
  await using tried = await installed(
    await packed(
      { path: "package/node_modules/x/.npmrc", content: "ignore-scripts=false" },
      { path: "package/node_modules/.bin/node", content: "#!/bin/sh\nexit 1\n", mode: 0o777 },
    ),
  );

  expect(tried.outcome).toMatchObject({ names: expect.arrayContaining(["index.js"]) });
  const root = "root" in tried.outcome ? tried.outcome.root : "";
  expect(await readdir(join(root, "node_modules/x"))).toEqual([]);
  const { mode } = await lstat(join(root, "node_modules/.bin/node"));
  expect(mode & 0o022).toBe(0);
});
