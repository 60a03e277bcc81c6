import { statSync } from "node:fs";
import { dirname } from "node:path";

/** A user without rights, by numbers; it needs no entry in any file. */
export interface CellUser {
  readonly uid: number;
  readonly gid: number;
}

const read = 4;
const search = 1;

/**
 * The first of the paths, or of the folders above them, that the user may not read or pass; null when all can be used. Links
 * are followed, since what they lead to is what will be read.
 */
export function unreadableFor(user: CellUser, paths: readonly string[]): string | null {
  for (const path of paths) {
    if (!isAllowed(user, path, read)) return path;
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      if (!isAllowed(user, folder, search)) return folder;
      if (folder === dirname(folder)) break;
    }
  }
  return null;
}

function isAllowed({ uid, gid }: CellUser, path: string, right: number): boolean {
  try {
    const { mode, uid: owner, gid: group } = statSync(path);
    if (owner === uid) return (mode & (right << 6)) !== 0;
    if (group === gid) return (mode & (right << 3)) !== 0;
    return (mode & right) !== 0;
  } catch {
    return false;
  }
}
