import { join } from "node:path";
import { GluttonyError, toGluttonyError } from "@gluttony/model";
import type { Release } from "@gluttony/model";
import type { HostLog, Releases } from "../ports.ts";
import { treeHash } from "../tree-hash.ts";
import { inspectTree } from "./inspect-tree.ts";
import { writeKeptFile } from "./kept-file.ts";
import { placeRelease } from "./place-release.ts";
import { provideSdk } from "./provide-sdk.ts";
import { withStaging } from "./staging.ts";
import { unpack } from "./unpack.ts";

/** Where a missing release is got from, and what is said of it. */
export interface ProvideCollaborators {
  readonly releases: Pick<Releases, "file">;
  readonly log: HostLog;
}

/**
 * Sees that a release's folder on this host is what was installed. Where it is not, the package file is taken from the
 * database, checked, and put in its place by one rename; no registry is asked. Throws `plugin.release_missing` or
 * `plugin.tree_changed` when that is impossible, with why; a database that is away as itself.
 */
export async function provideRelease(
  release: Release,
  collaborators: ProvideCollaborators,
  storeDir: string,
): Promise<void> {
  const seen = await treeHash(release.root).catch(() => null);
  if (seen === release.treeHash) return;
  const facts = { plugin: release.package, version: release.version, installed: release.treeHash };
  try {
    await obtain(release, collaborators, storeDir);
  } catch (thrown) {
    const cause = toGluttonyError(thrown);
    if (cause.code.startsWith("database.")) throw cause;
    const because = `${cause.code}: ${cause.message}`;
    const code = seen === null ? "plugin.release_missing" : "plugin.tree_changed";
    throw new GluttonyError(code, { ...facts, ...(seen === null ? {} : { seen }), because }, { cause });
  }
  const was = seen === null ? "missing" : "changed";
  collaborators.log.warn("A release's files were got from the database.", { ...facts, was });
}

async function obtain(release: Release, { releases }: ProvideCollaborators, storeDir: string): Promise<void> {
  await withStaging(storeDir, async (staging) => {
    const file = join(staging, "release.tgz");
    const integrity = await writeKeptFile(release, releases, file);
    const staged = await unpack(file, integrity, staging);
    await inspectTree(staged);
    if ((await treeHash(staged)) !== release.treeHash) throw fileChanged(release, "another tree");
    await provideSdk(staged);
    await placeRelease(staged, release.root, { hash: release.treeHash, staging });
  });
}

function fileChanged({ package: plugin, version }: Release, seen: string): GluttonyError {
  return new GluttonyError("plugin.file_changed", { plugin, version, seen });
}
