import { join } from "node:path";
import type { Code, Release } from "@gluttony/model";
import { GluttonyError } from "@gluttony/model";
import type { Releases } from "../ports.ts";
import { treeHash } from "../tree-hash.ts";
import { writeKeptFile } from "./kept-file.ts";
import { withStaging } from "./staging.ts";

/** How the parts of an installed release are. */
export interface VerifiedRelease {
  /** Null when the package file that is kept with it is what was installed; else why not. */
  readonly file: Code | null;
  /** Whether its folder on this machine is what was installed; absent where no cell has needed it yet. */
  readonly folder: "same" | "changed" | "absent";
}

/** Compares what is kept of a release with what was installed. Changes nothing; throws `database.*`. */
export async function verifyRelease(
  release: Release,
  releases: Pick<Releases, "file">,
  storeDir: string,
): Promise<VerifiedRelease> {
  const seen = await treeHash(release.root).catch(() => null);
  const folder = seen === null ? "absent" : seen === release.treeHash ? "same" : "changed";
  return { folder, file: await faultOfFile(release, releases, storeDir) };
}

async function faultOfFile(
  release: Release,
  releases: Pick<Releases, "file">,
  storeDir: string,
): Promise<Code | null> {
  try {
    await withStaging(storeDir, (staging) => writeKeptFile(release, releases, join(staging, "kept.tgz")));
    return null;
  } catch (error) {
    if (error instanceof GluttonyError && error.code.startsWith("plugin.")) return error.code;
    throw error;
  }
}
