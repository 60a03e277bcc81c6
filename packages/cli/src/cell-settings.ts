import { isAbsolute } from "node:path";
import type { CellMachineWish, CellUser } from "@gluttony/core";
import type { Fault } from "@gluttony/model";

const idMax = 4_294_967_294;

/** Reads which Node and which user cells run with; null stands for the default. Whether the Node runs is found out by whoever starts cells. */
export function cellSettingsOf(
  [nodePath, user]: readonly [node: string | null, user: string | null],
  faults: Fault[],
): CellMachineWish {
  if (nodePath !== null && !isAbsolute(nodePath)) {
    const suggestion = "/opt/node-26/bin/node";
    faults.push({ path: "GLUTTONY_CELL_NODE", message: "Must be an absolute path.", suggestion });
  }
  return { nodePath, user: userOf(user, faults) };
}

function userOf(written: string | null, faults: Fault[]): CellUser | null {
  if (written === null) return null;
  const [, first, second] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(written) ?? [];
  const [uid, gid] = [Number(first), Number(second ?? first)];
  const isUser = [uid, gid].every((id) => Number.isInteger(id) && id > 0 && id <= idMax);
  if (isUser) return { uid, gid };
  const message = "Must be numbers as uid or uid:gid, and not root's.";
  faults.push({ path: "GLUTTONY_CELL_USER", message, suggestion: "60999:60999" });
  return null;
}
