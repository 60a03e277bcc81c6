import { existsSync } from "node:fs";
import {
  type CellMachine,
  cellMachine,
  type FenceName,
  releaseFences,
  unreadableForCells,
} from "@gluttony/core";
import { codes, isCode, type Release } from "@gluttony/model";
import type { Settings } from "../parse-environment.ts";
import type { Finding } from "../commands/finding.ts";

/** How a release is fenced on this machine, as it is shown. */
export interface ShownFences {
  readonly holding: readonly FenceName[];
  readonly missing: readonly FenceName[];
  /** The code of why it does not run here: it asks for more than a fence can give. Null when it runs. */
  readonly refusedFor: string | null;
  /** What it asks for and does not get; empty when it runs. */
  readonly asks: string;
}

/** Says how releases are fenced here. Throws `config.invalid` when the Node that cells are to run on does not run. */
export function fencesHere(settings: Settings): (release: Release) => ShownFences {
  const machine = cellMachine(settings.cells);
  return (release) => {
    const { holding, missing, fault } = releaseFences(release, machine, canBeOwnUser(machine, release));
    const asks = fault?.facts["asks"];
    return { holding, missing, refusedFor: fault?.code ?? null, asks: typeof asks === "string" ? asks : "" };
  };
}

/** The fences in few words. */
export function fencesWord({ missing, refusedFor, asks }: ShownFences): string {
  if (refusedFor !== null) return `✕ asks for ${asks}: ${refusedFor}`;
  return missing.length === 0 ? "all" : `not: ${missing.join(", ")}`;
}

/** What `gluttony doctor` says of a release that asks for more than this machine gives; null when it does not. */
export function fenceFinding(release: Release, fences: ShownFences): Finding | null {
  const { refusedFor } = fences;
  if (refusedFor === null) return null;
  return {
    check: `plugin ${release.package}@${release.version}`,
    ok: false,
    detail: fencesWord(fences),
    remedy: isCode(refusedFor) ? codes[refusedFor].remedy : "",
  };
}

/** A release that is not on this machine yet is judged by what every cell reads. */
function canBeOwnUser(machine: CellMachine, { root }: Release): boolean {
  if (machine.user === null) return false;
  return unreadableForCells(machine, existsSync(root) ? [root] : []) === null;
}
