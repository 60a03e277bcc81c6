import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "gluttony-cell-";
const named = /^gluttony-cell-(\d+)-/;

/** Makes the empty, private current folder of one cell, named after this host's process. */
export function makeCellFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Removes the folders of hosts that were killed and could not do it themselves. What cannot be removed stays. */
export async function sweepCellFolders(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names) {
    const pid = Number(named.exec(name)?.[1]);
    if (Number.isInteger(pid) && !isAlive(pid)) {
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process lives, too.
    return error instanceof Error && Reflect.get(error, "code") === "EPERM";
  }
}
