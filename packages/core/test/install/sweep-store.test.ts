import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GluttonyError, type Release } from "@gluttony/model";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sweepStore } from "../../src/install/sweep-store.ts";

const quiet = (): undefined => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const dayMs = 86_400_000;

let store = "";
beforeEach(async () => {
  store = await mkdtemp(join(tmpdir(), "gluttony-sweep-"));
});
afterEach(() => rm(store, { recursive: true, force: true }));

test("releases that no row names go after a week, and those that a row names stay for ever", async () => {
  const known = await placed("1.0.0-aaaa");
  await placed("0.9.0-bbbb");

  const early = await sweep([known], 6);
  const late = await sweep([known], 8);
  const later = await sweep([known], 800);

  expect([early, late, later]).toEqual([0, 1, 0]);
  expect(await readdir(join(store, "releases/acme__hello"))).toEqual(["1.0.0-aaaa"]);
  expect(await readdir(join(store, "staging"))).toEqual([]);
});

test("what hosts of another database use stays, since they mark it at each sweep", async () => {
  const ours = await placed("1.0.0-aaaa");
  const theirs = await placed("2.0.0-cccc");
  await sweep([theirs], 6);

  const removed = await sweep([ours], 12);

  expect(removed).toBe(0);
  expect(await sweep([ours], 14)).toBe(1);
});

test("rows that cannot be read leave everything as it is", async () => {
  await placed("1.0.0-aaaa");
  const releases = { list: () => Promise.reject(new GluttonyError("database.unreachable")) };

  const sweeping = sweepStore(store, { releases, log }, Date.now() + 100 * dayMs);

  await expect(sweeping).rejects.toMatchObject({ code: "database.unreachable" });
  expect(await readdir(join(store, "releases/acme__hello"))).toEqual(["1.0.0-aaaa"]);
});

test("staging that a crash left is removed, and nothing outside of the store is looked at", async () => {
  const outside = await mkdtemp(join(tmpdir(), "gluttony-outside-"));
  await mkdir(join(store, "staging", "other.machine-1-abc"), { recursive: true });
  await mkdir(join(store, "releases"), { recursive: true });
  await mkdir(join(outside, "1.0.0-dddd"));
  await symlink(outside, join(store, "releases", "linked"));
  const old = new Date(Date.now() - 2 * 3_600_000);
  await utimes(join(store, "staging", "other.machine-1-abc"), old, old);

  const removed = await sweep([], 100);

  expect(removed).toBe(0);
  expect(await readdir(join(store, "staging"))).toEqual([]);
  expect(await readdir(outside)).toEqual(["1.0.0-dddd"]);
  await rm(outside, { recursive: true });
});

async function placed(name: string): Promise<string> {
  const root = join(store, "releases/acme__hello", name);
  await mkdir(root, { recursive: true });
  await writeFile(join(root, "index.js"), "", { mode: 0o444 });
  return root;
}

/** Sweeps as if the days had passed, with rows that name these folders. */
function sweep(roots: readonly string[], days: number): Promise<number> {
  const list = async (): Promise<readonly Release[]> => roots.map(releaseAt);
  return sweepStore(store, { releases: { list }, log }, Date.now() + days * dayMs);
}

function releaseAt(root: string): Release {
  const manifest = {
    ...({ manifest: 1, protocols: [1], needs: [], handlers: [] } as const),
    ...{ permissions: { net: [] }, limits: { memoryMb: 64 } },
  };
  return {
    ...{ package: "@acme/hello", version: "1.0.0", treeHash: "", root, manifest },
    ...{ isFirstParty: false, grantedNet: [] },
  };
}
