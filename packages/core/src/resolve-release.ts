import { realpathSync } from "node:fs";
import { GluttonyError, nearestName } from "@gluttony/model";
import type { ManifestHandler, Release } from "@gluttony/model";
import { highestInRange, isInRange, mayPin } from "./activation/served-version.ts";
import { firstPartyRelease } from "./first-party.ts";
import type { FirstParty } from "./first-party.ts";
import { missingGrants } from "./missing-grants.ts";
import type { HandlerRef } from "./parse-handler-func.ts";
import type { PinnedRelease, Releases } from "./ports.ts";
import { readManifest } from "./read-manifest.ts";

/** Where releases come from. */
export interface ReleaseSources {
  readonly releases: Releases;
  readonly firstParty: FirstParty;
  /** Whose pin counts; without it only the range does. */
  readonly consumerId?: string;
  /** Sees that the release's files are on this host as they were installed; throws GluttonyError when they cannot be. */
  provide(release: Release): Promise<void>;
}

/**
 * Finds the release for a reference: shipped, or the consumer's pin, or the highest active one in the range. Nothing is ever looked
 * up in a registry, and files that differ from what was installed are not used. Throws GluttonyError (`plugin.*`).
 */
export async function resolveRelease(ref: HandlerRef, sources: ReleaseSources): Promise<PinnedRelease> {
  const { release, insteadOf } = await sourceOf(ref, sources);
  return { release: granted(release), insteadOf };
}

/** The release that shadows the consumer, whatever its range; null when there is none, or none can be. Throws as above. */
export async function shadowRelease(ref: HandlerRef, sources: ReleaseSources): Promise<Release | null> {
  const { releases, firstParty, consumerId } = sources;
  const isInstalled = ref.scheme === "npm" && shippedName(ref, firstParty) === undefined;
  if (!isInstalled || consumerId === undefined) return null;
  const release = await releases.shadowing(ref.package, consumerId);
  if (release === null) return null;
  await sources.provide(release);
  return granted(release);
}

/** The release, if all that it asks for was granted. */
function granted(release: Release): Release {
  const { origins, secrets } = missingGrants(release);
  if (secrets.length > 0)
    throw new GluttonyError("plugin.permission_missing", { ...factsOf(release), secrets });
  if (origins.length === 0) return release;
  throw new GluttonyError("plugin.permission_missing", { ...factsOf(release), origins });
}

/** The handler a reference names, or the only one. Throws `handler.not_found` or `handler.ambiguous`. */
export function handlerOf(ref: HandlerRef, release: Release): ManifestHandler {
  const { handlers } = release.manifest;
  const names = handlers.map(({ name }) => name);
  const [only] = handlers;
  if (ref.export === null) {
    if (only !== undefined && handlers.length === 1) return only;
    throw new GluttonyError("handler.ambiguous", { plugin: release.package, handlers: names });
  }
  const found = handlers.find(({ name }) => name === ref.export);
  if (found !== undefined) return found;
  const near = nearestName(ref.export, names);
  const facts = { plugin: release.package, handler: ref.export, handlers: names };
  throw new GluttonyError("handler.not_found", near === undefined ? facts : { ...facts, didYouMean: near });
}

async function sourceOf(ref: HandlerRef, sources: ReleaseSources): Promise<PinnedRelease> {
  if (ref.scheme === "file") return { release: await folderRelease(ref.package), insteadOf: null };
  const { firstParty } = sources;
  const shipped = shippedName(ref, firstParty);
  if (shipped === undefined) return installedRelease(ref, sources);
  const release = await shippedRelease(ref, firstPartyRelease(shipped, firstParty.from));
  return { release, insteadOf: null };
}

// A shipped plugin's full name means the shipped one, too: nobody may put another in its place.
function shippedName(ref: HandlerRef, { packages }: FirstParty): string | undefined {
  if (ref.scheme === "builtin")
    return Object.hasOwn(packages, ref.package) ? packages[ref.package] : undefined;
  return Object.values(packages).find((name) => name === ref.package);
}

async function shippedRelease(ref: HandlerRef, found: Promise<Release>): Promise<Release> {
  const release = await found;
  if (isInRange(release.version, ref.range)) return release;
  throw noneInRange(ref, [release]);
}

async function installedRelease(ref: HandlerRef, sources: ReleaseSources): Promise<PinnedRelease> {
  const pinned = await pinnedRelease(ref, sources);
  const found = pinned ?? { release: await highestActive(ref, sources), insteadOf: null };
  await sources.provide(found.release);
  return found;
}

async function pinnedRelease(
  ref: HandlerRef,
  { releases, consumerId }: ReleaseSources,
): Promise<PinnedRelease | null> {
  if (consumerId === undefined) return null;
  const pinned = await releases.pinned(ref.package, consumerId);
  if (pinned === null || mayPin(pinned.release.version, ref.range)) return pinned;
  throw new GluttonyError("plugin.pin_out_of_range", { ...factsOf(pinned.release), range: ref.range });
}

async function highestActive(ref: HandlerRef, { releases }: ReleaseSources): Promise<Release> {
  const active = await releases.active(ref.package);
  if (active.length === 0) throw new GluttonyError("plugin.not_installed", { plugin: ref.package });
  const highest = highestInRange(
    active.map(({ version }) => version),
    ref.range,
  );
  const found = active.find(({ version }) => version === highest);
  if (found === undefined) throw noneInRange(ref, active);
  return found;
}

async function folderRelease(folder: string): Promise<Release> {
  const root = realpathSync(folder);
  const { name, version, manifest } = await readManifest(root);
  const { net: grantedNet } = manifest.permissions;
  return { package: name, version, treeHash: "development", root, manifest, isFirstParty: false, grantedNet };
}

function noneInRange(ref: HandlerRef, active: readonly Release[]): GluttonyError {
  const versions = active.map(({ version }) => version);
  const range = ref.range ?? "any but pre-releases";
  return new GluttonyError("plugin.no_release_in_range", { plugin: ref.package, range, versions });
}

function factsOf({ package: plugin, version }: Release): {
  readonly plugin: string;
  readonly version: string;
} {
  return { plugin, version };
}
