import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { CellUser } from "./cell-user.ts";

/** Where util-linux puts the program that changes a process's rights. */
export const setprivPath = "/usr/bin/setpriv";
const unshare = "/usr/bin/unshare";

/** Which fences of the kernel stand in front of a cell on this machine. */
export interface ProcessFences {
  /** The kernel ends the cell when the host dies, even one that loops and never reads its pipe again. */
  readonly endsWithHost: boolean;
  /** The cell sees no process but its own, so it can signal nobody, and no network, loopback included. */
  readonly hasNamespaces: boolean;
}

let known: ProcessFences | undefined;

/** Finds out once, by trying: whether namespaces are granted cannot be read anywhere. */
export function processFences(): ProcessFences {
  known ??= probe();
  return known;
}

/** What is put in front of the command; `user` is null when the cell keeps the host's. */
export function fenceCommand(
  { endsWithHost, hasNamespaces }: ProcessFences,
  user: CellUser | null,
): readonly string[] {
  const inner = endsWithHost ? innerFence(user) : [];
  if (!hasNamespaces) return inner;
  const dieWithParent = endsWithHost ? [setprivPath, "--pdeathsig", "KILL", "--"] : [];
  // What stands between is another parent: the cell must end with it, too.
  return [...dieWithParent, unshare, ...namespaceFlags(), ...inner];
}

/**
 * New privileges are out of reach inside. A death signal that was set outside holds neither for a child nor after the
 * user changed, so it is set here once more.
 */
function innerFence(user: CellUser | null): readonly string[] {
  const become =
    user === null ? [] : ["--reuid", String(user.uid), "--regid", String(user.gid), "--clear-groups"];
  return [setprivPath, ...become, "--no-new-privs", "--pdeathsig", "KILL", "--"];
}

/** As root namespaces are free to make; anybody else makes them inside of a user namespace. */
function namespaceFlags(): readonly string[] {
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-current-user"];
  return [...user, "--net", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"];
}

function probe(): ProcessFences {
  if (process.platform !== "linux") return { endsWithHost: false, hasNamespaces: false };
  const endsWithHost = existsSync(setprivPath);
  const hasNamespaces = existsSync(unshare) && runs([unshare, ...namespaceFlags(), "true"]);
  return { endsWithHost, hasNamespaces };
}

function runs([command = "", ...args]: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore", timeout: 5_000 }).status === 0;
}
