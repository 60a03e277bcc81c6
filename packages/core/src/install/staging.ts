import { chmod, mkdir, mkdtemp, readdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { removeTree } from "./place-release.ts";

/** Milliseconds after which a staging folder of another machine counts as left behind. */
const staleMs = 3_600_000;

/**
 * Gives `work` a folder of its own on the file system of the store, and removes it whatever happens. What killed
 * processes left is removed first.
 */
export async function withStaging<T>(storeDir: string, work: (staging: string) => Promise<T>): Promise<T> {
  const folder = await stagingFolder(storeDir);
  await sweepStaging(folder, Date.now());
  const staging = await mkdtemp(join(folder, `${ownerOf(process.pid)}-`));
  await chmod(staging, 0o711);
  try {
    return await work(staging);
  } finally {
    await removeTree(staging);
  }
}

/** The folder that holds all staging folders of a store, made where it is missing. */
export async function stagingFolder(storeDir: string): Promise<string> {
  const folder = join(resolve(storeDir), "staging");
  // The cells' user passes through to a release that is tried, and can list nothing.
  await mkdir(folder, { recursive: true, mode: 0o711 });
  return folder;
}

/** Removes the folders whose process is gone, and of other machines, which share the store, those that are old. */
export async function sweepStaging(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    if (now - found.mtimeMs > staleMs || isLeftHere(name)) await removeTree(path);
  }
}

function isLeftHere(name: string): boolean {
  const pid = Number(/-(\d+)-[^-]+$/.exec(name)?.[1]);
  return Number.isInteger(pid) && name.startsWith(`${ownerOf(pid)}-`) && !isAlive(pid);
}

function ownerOf(pid: number): string {
  return `${hostname().replaceAll(/[^A-Za-z0-9.]/g, "_")}-${pid}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Without the right to signal it, it is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
