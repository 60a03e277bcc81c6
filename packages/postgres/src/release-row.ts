import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Verification } from "@gluttony/core";
import { GluttonyError, type Manifest, type Release } from "@gluttony/model";
import type { Queries } from "./pool.ts";
import { storedJson } from "./stored-json.ts";

/** A release as it is selected; `rootName` is relative to the store of whoever asks. */
export interface ReleaseRow {
  readonly [column: string]: unknown;
  readonly package: string;
  readonly version: string;
  readonly treeHash: string;
  readonly rootName: string;
  readonly manifest: Manifest;
  readonly isFirstParty: boolean;
  readonly grantedNet: readonly string[];
  readonly grantedSecrets: { readonly [name: string]: string };
}

/** Followed by conditions on `r` (releases) and `a` (their activations, which may be absent). */
export const selectRelease = `
  select r.package, r.version, r.tree_hash as "treeHash", r.root_name as "rootName", r.manifest,
    r.is_first_party as "isFirstParty", r.granted -> 'net' as "grantedNet",
    coalesce(r.granted -> 'secrets', '{}') as "grantedSecrets"
  from cdc.plugin_release r left join cdc.plugin_activation a using (package, version)`;

/** The release as it lies in a host's store. */
export function toRelease(row: ReleaseRow, store: string): Release {
  const {
    package: name,
    version,
    treeHash,
    rootName,
    manifest,
    isFirstParty,
    grantedNet,
    grantedSecrets,
  } = row;
  return {
    package: name,
    version,
    treeHash,
    root: resolve(store, rootName),
    manifest,
    isFirstParty,
    grantedNet,
    grantedSecrets,
  };
}

/** What is kept of a release besides itself. */
export interface ReleaseEntry {
  readonly store: string;
  readonly integrity: string;
  readonly verification: Verification;
  readonly by: string;
}

/**
 * Writes a release. One name and version is one tree for ever; only what a person granted may change. Throws
 * `plugin.already_installed` for another tree.
 */
export async function writeRelease(
  queries: Queries,
  release: Release,
  { store, integrity, verification, by }: ReleaseEntry,
): Promise<void> {
  const written = await queries.query(
    `insert into cdc.plugin_release as r
       (package, version, tree_hash, root_name, manifest, granted, is_first_party, by, integrity, verification)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (package, version) do update
     set granted = excluded.granted, root_name = excluded.root_name, integrity = excluded.integrity,
       verification = excluded.verification
     where r.tree_hash = excluded.tree_hash returning package`,
    [
      release.package,
      release.version,
      release.treeHash,
      rootNameOf(release, store),
      storedJson(release.manifest),
      storedJson({ net: release.grantedNet, secrets: release.grantedSecrets ?? {} }),
      release.isFirstParty,
      by,
      integrity,
      storedJson(verification),
    ],
  );
  if (written.length > 0) return;
  throw new GluttonyError("plugin.already_installed", { package: release.package, version: release.version });
}

/** Releases that the program brings along lie outside of the store; only those keep their whole path. */
function rootNameOf(release: Release, store: string): string {
  const path = relative(store, release.root);
  return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path) ? resolve(release.root) : path;
}
