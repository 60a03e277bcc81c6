import { satisfies } from "semver";
import { GluttonyError } from "@gluttony/model";
import type { Release } from "@gluttony/model";
import type { CellMachine } from "./cell/cell-machine.ts";
import { releaseFacts } from "./cell/cell-plan.ts";

/**
 * Why this machine cannot give what a release asks for: `plugin.node_unsupported` when the cells' Node is not one of its
 * `engines.node`, `plugin.isolation_unavailable` when a fence is missing that it does not want to run without. Null when it can. Pure.
 */
export function machineFault(release: Release, { node, fences, user }: CellMachine): GluttonyError | null {
  const { node: range, isolation } = release.manifest;
  const facts = releaseFacts(release);
  if (range !== undefined && !satisfies(node.version, range, { includePrerelease: true })) {
    return new GluttonyError("plugin.node_unsupported", { ...facts, asks: range, cellNode: node.version });
  }
  const isMissing =
    (isolation === "user" && user === null) || (isolation === "namespace" && !fences.hasNamespaces);
  return isMissing ? new GluttonyError("plugin.isolation_unavailable", { ...facts, asks: isolation }) : null;
}

/** Throws what keeps this machine from running a release. */
export function checkMachine(release: Release, machine: CellMachine): void {
  const fault = machineFault(release, machine);
  if (fault !== null) throw fault;
}
