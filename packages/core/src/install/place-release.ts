import { chmod, mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { treeHash } from "../tree-hash.ts";

const hashCharacters = 12;

/** What a staged release is, and where what it replaces is put until it is removed. */
export interface Placing {
  readonly hash: string;
  /** A folder on the file system of the store. */
  readonly staging: string;
}

/** Where a release lies in the store: named by what it is, so that another content is another folder. */
export function releaseFolder(
  storeDir: string,
  release: { name: string; version: string; hash: string },
): string {
  const name = release.name.replace(/^@/, "").replace("/", "__");
  return join(storeDir, "releases", name, `${release.version}-${release.hash.slice(0, hashCharacters)}`);
}

/**
 * Moves a staged release to its place by one rename, after everything is on the disk. A crash before leaves
 * nothing in the store, a crash after leaves a whole release that is not active.
 */
export async function placeRelease(
  staged: string,
  folder: string,
  { hash, staging }: Placing,
): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  if (await isPlaced(folder, hash)) return noteUsed(folder);
  await sealTree(staged);
  await chmod(staged, 0o755);
  await setAside(folder, staging);
  try {
    await rename(staged, folder);
  } catch (error) {
    // Another process placed the same release at the same time: whoever was first has done the work of both.
    if (await isPlaced(folder, hash)) return;
    throw error;
  }
  await chmod(folder, 0o555);
  await syncPath(dirname(folder));
}

/** A folder that lay there unnamed is in use from now on, also for a sweep of the store that runs at this moment. */
async function noteUsed(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now);
}

async function isPlaced(folder: string, hash: string): Promise<boolean> {
  return (await treeHash(folder).catch(() => null)) === hash;
}

/** Somebody changed the files of a release; the ones that were just checked take their place. */
async function setAside(folder: string, staging: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return;
  await chmod(folder, 0o755);
  await rename(folder, join(staging, "replaced")).catch((error: unknown) => {
    // Another process does the same.
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  });
}

/** Removes a tree, also one that was made read-only. */
export async function removeTree(root: string): Promise<void> {
  await unseal(root);
  await rm(root, { recursive: true, force: true });
}

/** Writes every file through to the disk and makes it read-only. */
async function sealTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await sealTree(path);
    else {
      await syncPath(path);
      await chmod(path, 0o444);
    }
  }
  await syncPath(folder);
  await chmod(folder, 0o555);
}

async function unseal(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) return;
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await unseal(join(folder, entry.name));
  }
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
