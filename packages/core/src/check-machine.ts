import { satisfies } from "semver";
import { GluttonyError } from "@gluttony/model";
import type { Release } from "@gluttony/model";
import type { CellMachine } from "./cell/cell-machine.ts";
import { releaseFacts } from "./cell/cell-plan.ts";

/**
 * Throws when this machine cannot give what a release asks for: `plugin.node_unsupported` when the cells' Node is not one
 * of its `engines.node`, `plugin.isolation_unavailable` when a fence is missing that it does not want to run without.
 */
export function checkMachine(release: Release, { node, fences, user }: CellMachine): void {
  const { node: range, isolation } = release.manifest;
  const facts = releaseFacts(release);
  if (range !== undefined && !satisfies(node.version, range, { includePrerelease: true })) {
    throw new GluttonyError("plugin.node_unsupported", { ...facts, asks: range, cellNode: node.version });
  }
  const isMissing =
    (isolation === "user" && user === null) || (isolation === "namespace" && !fences.hasNamespaces);
  if (isMissing) throw new GluttonyError("plugin.isolation_unavailable", { ...facts, asks: isolation });
}
