import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The file that marks what the host put into a release. */
export const providedMark = ".gluttony-provided";
/** Where the host puts something. Marked it is no part of the release's hash; a mark anywhere else means nothing. */
const providedFolder = "node_modules/@gluttony/sdk";

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

/** Every entry of a release that is no folder and not provided by the host, sorted by path. */
async function treeFiles(root: string): Promise<readonly TreeFile[]> {
  return inOrder(
    await filesBelow(
      root,
      "",
      (path, entries) => path === providedFolder && entries.some(({ name }) => name === providedMark),
    ),
  );
}

/** Every entry of a folder that is no folder, sorted by path, whatever it is marked as. */
export async function allFiles(root: string): Promise<readonly TreeFile[]> {
  return inOrder(await filesBelow(root, "", () => false));
}

function inOrder(files: readonly TreeFile[]): readonly TreeFile[] {
  return files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

async function filesBelow(
  root: string,
  below: string,
  isLeftOut: (path: string, entries: readonly Dirent[]) => boolean,
): Promise<readonly TreeFile[]> {
  const entries: readonly Dirent[] = await readdir(join(root, below), { withFileTypes: true });
  if (isLeftOut(below, entries)) return [];
  const files: TreeFile[] = [];
  for (const entry of entries) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (!entry.isDirectory()) files.push({ path, kind: entry.isFile() ? "file" : "other" });
    else for (const file of await filesBelow(root, path, isLeftOut)) files.push(file);
  }
  return files;
}
