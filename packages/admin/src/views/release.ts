import type { Release } from "@gluttony/model";

/** A release as the API shows it: without its folder, which is the host's own business. */
export interface ReleaseView {
  readonly package: string;
  readonly version: string;
  readonly treeHash: string;
  readonly isFirstParty: boolean;
  readonly grantedNet: readonly string[];
  readonly handlers: readonly { readonly name: string; readonly title: string; readonly config: unknown }[];
  readonly permissions: Release["manifest"]["permissions"];
  readonly limits: Release["manifest"]["limits"];
  readonly protocols: readonly number[];
}

/** Projects an installed release. */
export function releaseView(release: Release): ReleaseView {
  const { handlers, permissions, limits, protocols } = release.manifest;
  return {
    package: release.package,
    version: release.version,
    treeHash: release.treeHash,
    isFirstParty: release.isFirstParty,
    grantedNet: release.grantedNet,
    handlers: handlers.map(({ name, title, config }) => ({ name, title, config })),
    permissions,
    limits,
    protocols,
  };
}
