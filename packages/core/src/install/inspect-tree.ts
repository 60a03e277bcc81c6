import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { allFiles, providedMark } from "../tree-hash.ts";
import type { TreeFile } from "../tree-hash.ts";
import { archiveFault } from "./check-archive.ts";

const filesMax = 10_000;
const bytesMax = 256 * 1024 * 1024;

/**
 * Looks at what was unpacked: no links, no native code, no two names that are one on some disks, no folder that
 * pretends to be the host's. Files that would steer npm are removed.
 */
export async function inspectTree(root: string): Promise<void> {
  // All of them: a folder that says it is the host's would hide what lies in it, and be no part of the release's hash.
  const files = await allFiles(root);
  if (files.length > filesMax) throw archiveFault(`It holds more than ${filesMax} files.`);
  const seen = new Set<string>();
  let bytes = 0;
  for (const file of files) {
    const fault = faultOf(file, seen);
    if (fault !== undefined) throw archiveFault(fault);
    bytes += (await stat(join(root, file.path))).size;
    if (bytes > bytesMax) throw archiveFault(`It holds more than ${bytesMax} bytes.`);
    if (nameOf(file) === ".npmrc") await rm(join(root, file.path));
  }
}

/** Checks that the package brings every dependency along: nothing is ever fetched for it. */
export async function checkDependencies(root: string): Promise<readonly string[]> {
  const manifest: unknown = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const names = [...namesIn(manifest, "dependencies"), ...namesIn(manifest, "peerDependencies")];
  const missing: string[] = [];
  for (const name of names) {
    if (name === "@gluttony/sdk") continue;
    const found = await stat(join(root, "node_modules", ...name.split("/"), "package.json")).catch(
      () => undefined,
    );
    if (found === undefined) missing.push(name);
  }
  return missing;
}

function namesIn(manifest: unknown, field: string): readonly string[] {
  const listed: unknown =
    typeof manifest === "object" && manifest !== null ? Reflect.get(manifest, field) : undefined;
  return typeof listed === "object" && listed !== null ? Object.keys(listed) : [];
}

function faultOf(file: TreeFile, seen: Set<string>): string | undefined {
  if (file.kind !== "file") return `It holds something that is no plain file: ${file.path}`;
  const name = nameOf(file);
  if (name.endsWith(".node") || name === "binding.gyp") return `It holds native code: ${file.path}`;
  if (name === providedMark) return `It holds a file that only the host may write: ${file.path}`;
  const folded = file.path.toLowerCase().normalize("NFC");
  if (seen.has(folded)) return `Two of its names differ in case only: ${file.path}`;
  seen.add(folded);
  return undefined;
}

function nameOf({ path }: TreeFile): string {
  return path.slice(path.lastIndexOf("/") + 1).toLowerCase();
}
