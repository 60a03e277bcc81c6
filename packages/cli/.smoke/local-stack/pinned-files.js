import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { GluttonyError } from "@gluttony/model";
/** A fault names only the first few files. */
const NAMED_MAX = 3;
/** Reads the checked-in list: one line a file, `sha256 size path`. */
export async function readPinned(listFile) {
  const lines = (await readFile(listFile, "utf8")).split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [sha256 = "", size = "", ...path] = line.split(" ");
    return { sha256, sizeBytes: Number(size), path: path.join(" ") };
  });
}
/** Checksums of everything below a folder, sorted by path: what the checked-in list is made of. */
export async function describeFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = [];
  for (const path of paths) {
    found.push({
      sha256: await checksumOf(path),
      sizeBytes: statSync(path).size,
      path: relative(folder, path).split(sep).join("/"),
    });
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
/** Cheap test of every start: all files are there with their sizes. */
export function haveTheirSizes(folder, pinned) {
  return pinned.every(
    (file) => statSync(join(folder, file.path), { throwIfNoEntry: false })?.size === file.sizeBytes,
  );
}
/** Refuses a folder with a missing, foreign or different file: nothing of it has run yet. */
export async function checkPinned(folder, pinned) {
  const found = new Map((await describeFiles(folder)).map((file) => [file.path, file.sha256]));
  const wrong = pinned.filter((file) => found.get(file.path) !== file.sha256).map((file) => file.path);
  const known = new Set(pinned.map((file) => file.path));
  const foreign = [...found.keys()].filter((path) => !known.has(path));
  if (wrong.length + foreign.length === 0) return;
  throw new GluttonyError("environment.files_changed", {
    files: [...wrong, ...foreign].slice(0, NAMED_MAX),
    wrong: wrong.length,
    foreign: foreign.length,
  });
}
async function checksumOf(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
