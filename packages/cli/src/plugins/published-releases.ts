import { type Releases, publishedStanding, type PublishedStanding } from "@gluttony/core";
import type { Release } from "@gluttony/model";
import type { Settings } from "../parse-environment.ts";
import { readPluginPolicy } from "../plugin-policy.ts";
import { storeDirOf, type Stores } from "../stores.ts";
import { registryOf } from "./install-release.ts";

/** What stands against an installed release, as its registry sees it now. */
export type Finding = "deprecated" | "no longer published" | "another content is published";

/** An installed release beside what its registry offers. */
export interface PublishedRelease {
  readonly package: string;
  readonly version: string;
  readonly isActive: boolean;
  /** The newest version that this machine's policy lets in; null where there is none. */
  readonly newest: string | null;
  readonly finding: Finding | null;
  /** What the author says against it; empty where nothing is said. */
  readonly note: string;
}

/** Which packages are asked about, and where. */
export interface PublishedWish {
  /** Null for every plugin that is installed. */
  readonly plugin: string | null;
  /** The registry's name in the policy; null for the only one. */
  readonly registry: string | null;
}

/**
 * Asks the registry of the policy about installed releases, one package after the other. Throws `plugin.registry_*`,
 * `plugin.policy_invalid`.
 */
export async function publishedReleases(
  { plugin, registry }: PublishedWish,
  {
    stores,
    settings,
  }: { readonly stores: Pick<Stores, "releases" | "plugins">; readonly settings: Settings },
): Promise<readonly PublishedRelease[]> {
  const policy = await readPluginPolicy(settings);
  const address = await registryOf(registry, policy, settings);
  const question = { registry: address, policy, storeDir: storeDirOf(settings) };
  const installed = (await stores.releases.list()).filter((one) => plugin === null || one.package === plugin);
  const names = [...new Set(installed.map((one) => one.package))].toSorted();
  const found: PublishedRelease[] = [];
  for (const name of names) {
    const standing = await publishedStanding(name, question);
    const { releases } = await stores.plugins.standing(name);
    const own = installed.filter((one) => one.package === name);
    for (const { version, isActive, verification } of releases) {
      const release = own.find((one) => one.version === version);
      if (release === undefined) continue;
      const isFromThere = verification?.from === address.url;
      const kept = isFromThere ? await integrityOf(release, stores.releases) : null;
      const against = findingOf(version, standing, { isFromThere, kept });
      found.push({ package: name, version, isActive, newest: standing?.newest ?? null, ...against });
    }
  }
  return found;
}

/** What stands against a version. A release that came from a file is not blamed for what the registry does not have. Pure. */
export function findingOf(
  version: string,
  standing: PublishedStanding | null,
  { isFromThere, kept }: { readonly isFromThere: boolean; readonly kept: string | null },
): { readonly finding: Finding | null; readonly note: string } {
  const offered = standing?.versions.get(version);
  if (offered === undefined) return { finding: isFromThere ? "no longer published" : null, note: "" };
  const isOther =
    kept !== null && offered.integrity !== null && !offered.integrity.split(/\s+/).includes(kept);
  if (isOther) return { finding: "another content is published", note: "" };
  const { deprecated } = offered;
  return deprecated === null ? { finding: null, note: "" } : { finding: "deprecated", note: deprecated };
}

async function integrityOf(
  { package: name, version }: Release,
  releases: Pick<Releases, "file">,
): Promise<string | null> {
  return (await releases.file(name, version))?.integrity ?? null;
}
