import { chmodSync, lstatSync, mkdirSync, statSync } from "node:fs";
import { access, constants, mkdir, rm, statfs } from "node:fs/promises";
import { createHash } from "node:crypto";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { GluttonyError } from "@gluttony/model";
import { folderFault } from "./folder-fault.js";
/** The user and group that Postgres runs as when we are root: it refuses to run as root itself. */
export const UNPRIVILEGED_ID = 65534;
/** Free space that the jars, the data folders and their logs need together. */
export const DISK_NEEDED_BYTES = 400 * 1024 * 1024;
/** True where Postgres must be started as another user than ours. */
export function isRoot() {
  return process.getuid?.() === 0;
}
/** The folder that keeps jars and templates between runs; outside every checkout, shared by demo and tests. */
export async function cacheFolder(env = process.env) {
  const named = env["GLUTTONY_CACHE_DIR"];
  if (named) {
    const folder = resolve(named);
    await makeFolder(folder);
    return folder;
  }
  const usual = join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "gluttony");
  if (await isWritable(usual)) return usual;
  return ownFolder(tmpdir());
}
/** A folder that every user can enter, made by us, for what an unprivileged Postgres must read. */
export function reachableFolder() {
  return ownFolder("/var/tmp");
}
/** Makes a folder and its parents; says what to do where that is not possible. */
export async function makeFolder(folder) {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw folderFault(folder, error);
  }
}
/** Refuses to begin where the disk cannot hold what will be written. */
export async function checkDisk(folder, neededBytes = DISK_NEEDED_BYTES) {
  const disk = await statfs(folder);
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes >= neededBytes) return;
  throw new GluttonyError("environment.disk_full", { folder, freeBytes, neededBytes });
}
/** True when the unprivileged user can enter the folder and everything above it. Access lists are not looked at. */
export function isEnterable(folder) {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (!isEnterableItself(at)) return false;
    if (dirname(at) === at) return true;
  }
}
function isEnterableItself(folder) {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return true; // We make it ourselves, with the right mode.
  if (found.uid === UNPRIVILEGED_ID) return (found.mode & 0o100) !== 0;
  if (found.gid === UNPRIVILEGED_ID) return (found.mode & 0o010) !== 0;
  return (found.mode & 0o001) !== 0;
}
/** Where Postgres keeps its files for a data folder: below it, or elsewhere if its user cannot enter it. */
export function postgresFolder(dataDir) {
  const folder = resolve(dataDir);
  if (!isRoot()) return join(folder, "data");
  if (isEnterable(dirname(folder))) return join(folder, "data");
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  return join(reachableFolder(), `data-${name}`);
}
/** Removes a part's or the whole stack's data folder, also what Postgres had to keep elsewhere. */
export async function removeDataFolder(dataDir) {
  const folder = resolve(dataDir);
  for (const part of [folder, join(folder, "postgres")]) {
    await rm(postgresFolder(part), { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
}
/** A folder below a shared one such as `/tmp`: refused if somebody else made it or may write into it. */
function ownFolder(parent) {
  const folder = join(parent, `gluttony-${process.getuid?.() ?? "user"}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const found = lstatSync(folder);
  const isOurs = found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid);
  if (!isOurs || (found.mode & 0o022) !== 0) {
    throw new GluttonyError("environment.folder_unreachable", { folder, reason: "made by somebody else" });
  }
  chmodSync(folder, 0o755);
  return folder;
}
async function isWritable(folder) {
  try {
    await makeFolder(folder);
    return true;
  } catch {
    return false; // The caller uses another folder then.
  }
}
