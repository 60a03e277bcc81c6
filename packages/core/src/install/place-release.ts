import { chmod, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { treeHash } from "../tree-hash.ts";

const hashCharacters = 12;
const staleStagingMs = 3_600_000;

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
export async function placeRelease(staged: string, folder: string, hash: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const placed = await stat(folder).catch(() => undefined);
  if (placed !== undefined) {
    if ((await treeHash(folder)) === hash) return;
    // Somebody changed the files of a release; the ones that were just checked take their place.
    await removeTree(folder);
  }
  await sealTree(staged);
  await chmod(staged, 0o755);
  await rename(staged, folder);
  await chmod(folder, 0o555);
  await syncPath(dirname(folder));
}

/** Removes a tree, also one that was made read-only. */
export async function removeTree(root: string): Promise<void> {
  await unseal(root);
  await rm(root, { recursive: true, force: true });
}

/** Removes what installs that never finished have left. */
export async function sweepStaging(stagingDir: string, now: number): Promise<void> {
  for (const name of await readdir(stagingDir)) {
    const path = join(stagingDir, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && now - found.mtimeMs > staleStagingMs) await removeTree(path);
  }
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
