import type { GluttonyError, Release } from "@gluttony/model";
import type { CellMachine } from "./cell/cell-machine.ts";
import { machineFault } from "./check-machine.ts";

/**
 * What keeps a release from doing harm: a process of its own; files that it cannot read or write; an end with its host; a user of its
 * own; no sight of other processes; no network.
 */
export const fenceNames = ["process", "files", "end", "user", "processes", "network"] as const;
export type FenceName = (typeof fenceNames)[number];

/** How a release is fenced on one machine. */
export interface ReleaseFences {
  readonly holding: readonly FenceName[];
  readonly missing: readonly FenceName[];
  /** Why the machine does not run it, because it asks for more than there is; null when it does. */
  readonly fault: GluttonyError | null;
}

/** Node denies the network itself from this line on. */
const nodeWithoutNetwork = 26;

/** Which fences hold for a release here; `hasOwnUser` says whether its cells can be a user of their own. Pure. */
export function releaseFences(
  release: Release,
  machine: CellMachine,
  hasOwnUser: boolean = machine.user !== null,
): ReleaseFences {
  const { node, fences, user } = machine;
  const holds: Readonly<Record<FenceName, boolean>> = {
    process: true,
    files: true,
    end: fences.endsWithHost,
    user: hasOwnUser,
    processes: fences.hasNamespaces,
    network: fences.hasNamespaces || Number.parseInt(node.version, 10) >= nodeWithoutNetwork,
  };
  return {
    holding: fenceNames.filter((name) => holds[name]),
    missing: fenceNames.filter((name) => !holds[name]),
    fault: machineFault(release, { ...machine, user: hasOwnUser ? user : null }),
  };
}
