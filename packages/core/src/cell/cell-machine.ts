import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { GluttonyError } from "@gluttony/model";
import type { CellUser } from "./cell-user.ts";
import { processFences, setprivPath } from "./process-fences.ts";
import type { ProcessFences } from "./process-fences.ts";

/** The Node that runs cells; it need not be the host's. */
export interface CellNode {
  readonly path: string;
  /** As in `process.versions.node`. */
  readonly version: string;
}

/** What this machine gives to cells: found out once, when the host starts. */
export interface CellMachine {
  readonly node: CellNode;
  readonly fences: ProcessFences;
  /** The user that cells run as; null when they run as the host's own. */
  readonly user: CellUser | null;
}

/** What a person asked for; null for the default. */
export interface CellMachineWish {
  /** Path of a Node binary. */
  readonly nodePath: string | null;
  readonly user: CellUser | null;
}

/** No distribution gives this number to anybody, and systemd does not draw it. */
const defaultUser: CellUser = { uid: 60_999, gid: 60_999 };
const probeMs = 10_000;

/** Looks at the machine. Throws `config.invalid` when the Node that is asked for does not run. */
export function cellMachine({ nodePath, user }: CellMachineWish): CellMachine {
  return { node: cellNode(nodePath), fences: processFences(), user: usableUser(user ?? defaultUser) };
}

let known: CellMachine | undefined;

/** The machine when nothing is asked for: the host's own Node. */
export function defaultMachine(): CellMachine {
  known ??= cellMachine({ nodePath: null, user: null });
  return known;
}

function cellNode(path: string | null): CellNode {
  if (path === null) return { path: process.execPath, version: process.versions.node };
  const probe = spawnSync(path, ["-p", "process.versions.node"], {
    encoding: "utf8",
    timeout: probeMs,
    env: {},
  });
  const version = typeof probe.stdout === "string" ? probe.stdout.trim() : "";
  if (probe.status === 0 && /^\d+\.\d+\.\d+/.test(version)) return { path, version };
  const message = "Is no Node that runs here.";
  const suggestion = "The path of a node binary, such as node_modules/node/bin/node.";
  const faults = [{ path: "GLUTTONY_CELL_NODE", message, suggestion }];
  throw new GluttonyError("config.invalid", { setting: "GLUTTONY_CELL_NODE" }, { faults });
}

/** Only root may become somebody else, and not in every container. */
function usableUser(user: CellUser): CellUser | null {
  if (process.getuid?.() !== 0 || !existsSync(setprivPath)) return null;
  const { uid, gid } = user;
  const args = ["--reuid", String(uid), "--regid", String(gid), "--clear-groups", "--", "true"];
  return spawnSync(setprivPath, args, { stdio: "ignore", timeout: probeMs }).status === 0 ? user : null;
}
