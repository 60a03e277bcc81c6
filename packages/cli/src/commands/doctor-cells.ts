import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { type CellMachine, cellMachine, unreadableForCells } from "@gluttony/core";
import { toGluttonyError } from "@gluttony/model";
import type { Settings } from "../parse-environment.ts";
import { storeDirOf } from "../stores.ts";
import type { Finding } from "./finding.ts";

/**
 * What keeps a plugin from doing harm on this machine. A fence that is missing is said, and is no fault: the others stand,
 * and a plugin that insists on one is refused by itself.
 */
export function cellFindings(settings: Settings): readonly Finding[] {
  const found = machineOf(settings);
  if ("check" in found) return [found];
  const { node, fences } = found;
  return [
    fence("cells' Node", `${node.version} (${node.path})`),
    fence("cells end with the host", fences.endsWithHost ? "at once (setpriv)" : noDeathSignal),
    userFinding(found, settings),
    fence("cells' processes", fences.hasNamespaces ? "each sees its own alone" : noNamespaces),
    fence("cells' network", networkWord(found)),
    fence("cells' files", "read their own release and the host's program, write nothing, start nothing"),
    fence("cells' memory", "heap by the manifest's limit, resident memory watched from outside"),
  ];
}

const noDeathSignal = "when their pipe closes; one that loops stays until it is killed. Install util-linux.";
const noNamespaces =
  "NOT fenced: install util-linux and allow namespaces (kernel.unprivileged_userns_clone, or run as root)";

function fence(check: string, detail: string): Finding {
  return { check, ok: true, detail, remedy: "" };
}

function networkWord({ node, fences }: CellMachine): string {
  if (fences.hasNamespaces) return "none, not even this machine's own";
  // From this line on Node itself denies what is not granted.
  return Number.parseInt(node.version, 10) >= 26
    ? "denied by Node"
    : "NOT fenced: set GLUTTONY_CELL_NODE to Node 26";
}

function userFinding(machine: CellMachine, settings: Settings): Finding {
  const check = "cells' user";
  if (machine.user === null) {
    const detail = "the host's own: without namespaces a hostile plugin could stop the host";
    return fence(check, machine.fences.hasNamespaces ? "the host's own" : detail);
  }
  const { uid, gid } = machine.user;
  const unreadable = unreadableForCells(machine, [existing(storeDirOf(settings))]);
  if (unreadable === null) return fence(check, `${uid}:${gid}, without rights`);
  return fence(
    check,
    `the host's own: ${uid}:${gid} cannot read ${unreadable}. Move it, or let others pass.`,
  );
}

/** The path, or the folder that will hold it. */
function existing(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : existing(dirname(path));
}

function machineOf(settings: Settings): CellMachine | Finding {
  try {
    return cellMachine(settings.cells);
  } catch (error) {
    const { message, faults } = toGluttonyError(error);
    const [fault] = faults;
    const remedy = fault?.suggestion ?? "Mend the setting.";
    return { check: fault?.path ?? "cells", ok: false, detail: fault?.message ?? message, remedy };
  }
}
