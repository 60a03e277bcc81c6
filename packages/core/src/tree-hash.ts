import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The file that marks a folder as put there by the host; such a folder is not part of the release's hash. */
export const providedMark = ".gluttony-provided";

/** A file of a release, by its path below the root with forward slashes. */
export interface TreeFile {
  readonly path: string;
  readonly kind: "file" | "other";
}

/**
 * The hash of everything that was installed: paths and contents, sorted. What the host itself provides is left
 * out, so that the same package has the same hash on every version of the host.
 */
export async function treeHash(root: string): Promise<string> {
  const hash = createHash("sha256");
  for (const { path } of await treeFiles(root)) {
    const content = createHash("sha256")
      .update(await readFile(join(root, path)))
      .digest("hex");
    hash.update(`${path}\0${content}\n`);
  }
  return hash.digest("hex");
}

/** Every entry of a release that is no folder, sorted by path. */
export async function treeFiles(root: string): Promise<readonly TreeFile[]> {
  const files: TreeFile[] = [];
  await collect(root, "", files);
  return files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

async function collect(root: string, below: string, files: TreeFile[]): Promise<void> {
  const entries: readonly Dirent[] = await readdir(join(root, below), { withFileTypes: true });
  if (below !== "" && entries.some((entry) => entry.name === providedMark)) return;
  for (const entry of entries) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) await collect(root, path, files);
    else files.push({ path, kind: entry.isFile() ? "file" : "other" });
  }
}
