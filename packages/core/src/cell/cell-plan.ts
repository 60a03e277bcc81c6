import type { Release } from "@gluttony/model";
import type { HostLog, HostMeans, Secrets } from "../ports.ts";
import type { HandlerEntry } from "./messages.ts";

/** What a cell holds. */
export interface CellPlan {
  readonly release: Release;
  readonly handlers: readonly HandlerEntry[];
  /** Origins that `context.fetch` may reach, with references expanded. */
  readonly origins: readonly string[];
}

/** What cells need of the host. */
export interface CellCollaborators extends HostMeans {
  readonly log: HostLog;
  /** Left out where no secrets are given out. */
  readonly secrets?: Secrets;
}

/** The facts that name a release in logs and errors. */
export function releaseFacts(release: Release): { readonly plugin: string; readonly version: string } {
  return { plugin: release.package, version: release.version };
}
