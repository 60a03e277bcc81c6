import { chmod, lstat, mkdtemp, readdir, rename, utimes } from "node:fs/promises";
import { join, resolve } from "node:path";
import { toGluttonyError } from "@gluttony/model";
import type { HostLog, Releases } from "../ports.ts";
import { removeTree } from "./place-release.ts";
import { stagingFolder, sweepStaging } from "./staging.ts";

/** Milliseconds that a release's folder stays which no row has named since. */
const strayMs = 7 * 86_400_000;

/** What a sweep works with. */
export interface SweepCollaborators {
  readonly releases: Pick<Releases, "list">;
  readonly log: HostLog;
}

/**
 * Removes what crashes and uninstalls left in a host's plugin store: staging folders whose process is gone, and releases that no row
 * names. A store may be shared with hosts of another database, so a folder goes only when nobody has used it for a week: each sweep marks
 * those that its own rows name. Answers how many releases were removed. Throws what keeps the rows from being read; then nothing was removed.
 */
export async function sweepStore(
  storeDir: string,
  { releases, log }: SweepCollaborators,
  nowMs: number = Date.now(),
): Promise<number> {
  const roots = new Set((await releases.list()).map(({ root }) => root));
  await sweepStaging(await stagingFolder(storeDir), nowMs);
  let removed = 0;
  for (const folder of await releaseFolders(resolve(storeDir))) {
    try {
      if (roots.has(folder)) await utimes(folder, nowMs / 1_000, nowMs / 1_000);
      else if (await isStray(folder, nowMs)) {
        await remove(folder, storeDir);
        removed += 1;
      }
    } catch (error) {
      // A store of another user, or one that is being removed by another host.
      log.debug("A folder of the plugin store stays as it is.", { code: toGluttonyError(error).code });
    }
  }
  if (removed > 0) log.info("Releases that nobody names were removed from the plugin store.", { removed });
  return removed;
}

/** Both times count: a folder that was just moved to its place may hold files of any age. */
async function isStray(folder: string, nowMs: number): Promise<boolean> {
  const { mtimeMs, ctimeMs } = await lstat(folder);
  return nowMs - Math.max(mtimeMs, ctimeMs) > strayMs;
}

/** Out of its place by one rename first, so that nobody ever finds half of it. */
async function remove(folder: string, storeDir: string): Promise<void> {
  const away = await mkdtemp(join(await stagingFolder(storeDir), "stray-"));
  await chmod(folder, 0o755);
  await rename(folder, join(away, "release"));
  await removeTree(away);
}

async function releaseFolders(store: string): Promise<readonly string[]> {
  const top = join(store, "releases");
  const names = await foldersIn(top);
  const versions = await Promise.all(
    names.map(async (name) => (await foldersIn(join(top, name))).map((version) => join(top, name, version))),
  );
  return versions.flat();
}

/** Links are none: nothing outside of the store is ever looked at. */
async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
