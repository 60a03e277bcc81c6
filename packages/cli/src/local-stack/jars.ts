import { createHash } from "node:crypto";
import { readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GluttonyError } from "@gluttony/model";
import { cacheFolder, checkDisk, makeFolder } from "./folders.ts";
import { withLock } from "./folder-lock.ts";
import { findJava } from "./java.ts";
import { runMaven } from "./maven.ts";
import { checkPinned, describeFiles, haveTheirSizes, readPinned } from "./pinned-files.ts";

/** Others wait this long for the process that fetches. */
const LOCK_LIMIT_MS = 15 * 60_000;

/**
 * Jars that Debezium's archives carry by mistake. They belong to the worker, and a second copy of another version in the
 * plugin's folder breaks its class loading.
 */
const STRAY_JARS =
  /^(connect-api|kafka-clients|lz4-java|snappy-java|zstd-jni|slf4j-api|jakarta\.ws\.rs-api)-\d.*\.jar$/;

/** Files that are fetched and pinned together. */
interface JarSet {
  /** The cache's folder begins with it. */
  readonly name: string;
  readonly pom: string;
  readonly pinned: string;
}

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
const stackSet: JarSet = { name: "jars", pom: join(here, "pom.xml"), pinned: join(here, "files.sha256") };
const connectorSet: JarSet = {
  name: "connectors",
  pom: join(here, "connectors.pom.xml"),
  pinned: join(here, "connectors.sha256"),
};

/** Gives the pinned jars of broker, worker and connector from the cache, fetching them with Maven the first time. */
export async function prepareJars(wish: JarsWish = {}): Promise<Jars> {
  const { folder, isFetched } = await prepare(stackSet, wish);
  return { libs: join(folder, "libs"), plugins: join(folder, "plugins"), isFetched };
}

/** Gives the folder of the other databases' connectors, for a worker that only looks at configurations. */
export async function prepareConnectors(wish: JarsWish = {}): Promise<string> {
  return join((await prepare(connectorSet, wish)).folder, "plugins");
}

interface Prepared {
  readonly folder: string;
  readonly isFetched: boolean;
}

async function prepare(set: JarSet, wish: JarsWish): Promise<Prepared> {
  await findJava();
  const cache = await cacheFolder();
  const pinned = await readPinned(set.pinned);
  const folder = join(cache, await folderName(set));
  const isCached = (): boolean => haveTheirSizes(folder, pinned);
  if (isCached()) return { folder, isFetched: false };
  if (wish.isOffline === true) throw notCached(folder);
  return withLock(`${folder}.lock`, LOCK_LIMIT_MS, async () => {
    if (isCached()) return { folder, isFetched: false };
    wish.onFetch?.(folder);
    await checkDisk(cache);
    const half = `${folder}.half-${process.pid}`;
    try {
      await fetchInto(half, set);
      await checkPinned(half, pinned);
      await rm(folder, { recursive: true, force: true });
      await rename(half, folder);
    } finally {
      await rm(half, { recursive: true, force: true });
    }
    return { folder, isFetched: true };
  });
}

/** True if nothing has to be fetched. */
export async function areJarsCached(): Promise<boolean> {
  const folder = join(await cacheFolder(), await folderName(stackSet));
  return haveTheirSizes(folder, await readPinned(stackSet.pinned));
}

/** Fetches everything of a pom, and writes its pinned list anew. */
export async function pinJars(name: "jars" | "connectors"): Promise<void> {
  const set = name === "jars" ? stackSet : connectorSet;
  const folder = join(await cacheFolder(), `${name}.pin-${process.pid}`);
  try {
    await fetchInto(folder, set);
    const lines = (await describeFiles(folder)).map(
      ({ sha256, sizeBytes, path }) => `${sha256} ${sizeBytes} ${path}`,
    );
    await writeFile(set.pinned, `${lines.join("\n")}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fetches everything of a pom into a folder, without looking at the pinned list. */
async function fetchInto(folder: string, { pom }: JarSet): Promise<void> {
  await makeFolder(folder);
  const log = `${folder}.log`;
  await runMaven(["-q", "-B", "-f", pom, `-Dout=${folder}`, "generate-resources"], folder, log);
  await rm(log, { force: true });
  await rm(join(folder, "markers"), { recursive: true, force: true });
  const plugins = join(folder, "plugins");
  for (const plugin of await readdir(plugins)) await removeStrayJars(join(plugins, plugin));
}

async function removeStrayJars(plugin: string): Promise<void> {
  const stray = (await readdir(plugin)).filter((file) => STRAY_JARS.test(file));
  for (const file of stray) await rm(join(plugin, file));
}

/** Another pom or another list is another folder, so that two checkouts never disturb each other. */
async function folderName({ name, pom, pinned }: JarSet): Promise<string> {
  const hash = createHash("sha256");
  hash.update(await readFile(pom));
  hash.update(await readFile(pinned));
  return `${name}-${hash.digest("hex").slice(0, 12)}`;
}

function notCached(folder: string): GluttonyError {
  return new GluttonyError("environment.fetch_failed", {
    folder,
    reason: "not in the cache, and fetching was forbidden",
  });
}
