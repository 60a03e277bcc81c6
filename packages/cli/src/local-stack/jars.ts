import { createHash } from "node:crypto";
import { readFile, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { GluttonyError } from "@gluttony/model";
import { cacheFolder, checkDisk, makeFolder } from "./folders.ts";
import { withLock } from "./folder-lock.ts";
import { findJava } from "./java.ts";
import { runMaven } from "./maven.ts";
import { checkPinned, haveTheirSizes, readPinned } from "./pinned-files.ts";

/** Others wait this long for the process that fetches. */
const LOCK_LIMIT_MS = 15 * 60_000;

/**
 * Jars that Debezium's archives carry by mistake. They belong to the worker, and a second copy of another version in the
 * plugin's folder breaks its class loading.
 */
const STRAY_JARS =
  /^(connect-api|kafka-clients|lz4-java|snappy-java|zstd-jni|slf4j-api|jakarta\.ws\.rs-api)-\d.*\.jar$/;

/** The folders that Java's class path and Connect's `plugin.path` are made of. */
export interface Jars {
  readonly libs: string;
  readonly plugins: string;
  /** True if this call had to fetch them. */
  readonly isFetched: boolean;
}

export interface JarsWish {
  /** Never fetches; refuses if the cache does not hold the files. */
  readonly isOffline?: boolean;
  /** Called once before a fetch begins, which may take a minute. */
  readonly onFetch?: (folder: string) => void;
}

const here = fileURLToPath(new URL("../../local-stack/", import.meta.url));
const POM_FILE = join(here, "pom.xml");
const PINNED_FILE = join(here, "files.sha256");

/** Gives the pinned jars of broker, worker and connector from the cache, fetching them with Maven the first time. */
export async function prepareJars(wish: JarsWish = {}): Promise<Jars> {
  await findJava();
  const cache = await cacheFolder();
  const pinned = await readPinned(PINNED_FILE);
  const folder = join(cache, `jars-${await versionName()}`);
  const isCached = (): boolean => haveTheirSizes(folder, pinned);
  if (isCached()) return jarsOf(folder, false);
  if (wish.isOffline === true) throw notCached(folder);
  return withLock(`${folder}.lock`, LOCK_LIMIT_MS, async () => {
    if (isCached()) return jarsOf(folder, false);
    wish.onFetch?.(folder);
    await checkDisk(cache);
    const half = `${folder}.half-${process.pid}`;
    try {
      await fetchInto(half);
      await checkPinned(half, pinned);
      await rm(folder, { recursive: true, force: true });
      await rename(half, folder);
    } finally {
      await rm(half, { recursive: true, force: true });
    }
    return jarsOf(folder, true);
  });
}

/** True if nothing has to be fetched. */
export async function areJarsCached(): Promise<boolean> {
  const folder = join(await cacheFolder(), `jars-${await versionName()}`);
  return haveTheirSizes(folder, await readPinned(PINNED_FILE));
}

/** Fetches everything of the pom into a folder, without looking at the pinned list; also used to write that list. */
export async function fetchInto(folder: string): Promise<void> {
  await makeFolder(folder);
  await runMaven(
    ["-q", "-B", "-f", POM_FILE, `-Dout=${folder}`, "generate-resources"],
    folder,
    join(dirname(folder), "fetch.log"),
  );
  await rm(join(dirname(folder), "fetch.log"), { force: true });
  await rm(join(folder, "markers"), { recursive: true, force: true });
  const plugins = join(folder, "plugins");
  for (const plugin of await readdir(plugins)) await removeStrayJars(join(plugins, plugin));
}

async function removeStrayJars(plugin: string): Promise<void> {
  const stray = (await readdir(plugin)).filter((file) => STRAY_JARS.test(file));
  for (const file of stray) await rm(join(plugin, file));
}

/** Another pom or another list is another folder, so that two checkouts never disturb each other. */
async function versionName(): Promise<string> {
  const hash = createHash("sha256");
  hash.update(await readFile(POM_FILE));
  hash.update(await readFile(PINNED_FILE));
  return hash.digest("hex").slice(0, 12);
}

function jarsOf(folder: string, isFetched: boolean): Jars {
  return { libs: join(folder, "libs"), plugins: join(folder, "plugins"), isFetched };
}

function notCached(folder: string): GluttonyError {
  return new GluttonyError("environment.fetch_failed", {
    folder,
    reason: "not in the cache, and fetching was forbidden",
  });
}
