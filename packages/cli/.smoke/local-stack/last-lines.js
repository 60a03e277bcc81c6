import { closeSync, openSync, readSync, statSync } from "node:fs";
/** Only this much of a file's end is read, however long its lines are. */
const TAIL_MAX_BYTES = 64 * 1024;
/** The last lines of a text file, newest last; empty if there is no such file. */
export function lastLines(file, lines) {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const length = Math.min(size, TAIL_MAX_BYTES);
  if (length === 0) return [];
  const bytes = Buffer.alloc(length);
  const handle = openSync(file, "r");
  try {
    readSync(handle, bytes, 0, length, size - length);
  } finally {
    closeSync(handle);
  }
  return bytes
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-lines);
}
