import {
  type ConsumerUse,
  type PinStanding,
  type PluginStanding,
  type ReleaseStanding,
  servedVersion,
  usersOf,
} from "@gluttony/core";
import type { Release } from "@gluttony/model";
import type { HostReadinessRow, ShadowCountRow } from "@gluttony/postgres";
import type { Stores } from "../stores.ts";
import type { ShownFences } from "./fences-here.ts";
import { isServing, type ReleaseState, releaseStateOf } from "./release-state.ts";

/** What shadows a consumer, and how it compares on all hosts together. */
export interface ShownShadow {
  readonly version: string;
  readonly counts: readonly Omit<ShadowCountRow, "consumerId">[];
}

/** A release as it is shown. Hosts count only for releases that serve somebody. */
export interface ShownRelease extends ReleaseStanding {
  readonly state: ReleaseState;
  readonly hosts: readonly HostReadinessRow[];
  /** Whether every live host is ready to run it; null when nobody is served by it, or no host lives. */
  readonly isComplete: boolean | null;
  /** On this machine; null for one that was uninstalled meanwhile. */
  readonly fences: ShownFences | null;
  /** Null for one that was uninstalled meanwhile. */
  readonly release: Release | null;
}

/** A consumer of the plugin. */
export interface ShownUser {
  readonly id: string;
  readonly name: string;
  readonly handler: string;
  readonly served: string | null;
  readonly pin: PinStanding | null;
  readonly shadow: ShownShadow | null;
}

/** An installed plugin: its releases, the newest activation first, and whoever uses it. */
export interface ShownPlugin {
  readonly package: string;
  readonly releases: readonly ShownRelease[];
  readonly users: readonly ShownUser[];
}

/** Gathers how a plugin stands; null when no release of it is installed. */
export async function readShownPlugin(
  name: string,
  { plugins, releases }: Pick<Stores, "plugins" | "releases">,
  fencesOf: (release: Release) => ShownFences,
): Promise<ShownPlugin | null> {
  const [standing, readiness, counts, installed] = await Promise.all([
    plugins.standing(name),
    plugins.readiness(name),
    plugins.shadowCounts(name),
    releases.list(),
  ]);
  if (standing.releases.length === 0) return null;
  const shown = standing.releases.map((release) => {
    const found = installed.find((one) => one.package === name && one.version === release.version);
    return shownRelease(standing, release, { readiness, found, fencesOf });
  });
  const users = usersOf(standing).map((user) => shownUser(standing, user, counts));
  return { package: name, releases: shown, users };
}

/** What one consumer has of the plugin. Pure. */
export function shownUser(
  standing: PluginStanding,
  user: ConsumerUse,
  counts: readonly ShadowCountRow[],
): ShownUser {
  return {
    id: user.id,
    name: user.name,
    handler: user.ref?.canonical ?? "",
    served: servedVersion(standing, user) ?? null,
    pin: user.pin,
    shadow: user.shadow === null ? null : shadowOf(user.shadow, user.id, counts),
  };
}

function shadowOf(version: string, id: string, counts: readonly ShadowCountRow[]): ShownShadow {
  const own = counts.filter((one) => one.consumerId === id);
  return { version, counts: own.map(({ kind, live, shadow, count }) => ({ kind, live, shadow, count })) };
}

interface ReleaseKnowledge {
  readonly readiness: readonly HostReadinessRow[];
  readonly found: Release | undefined;
  readonly fencesOf: (release: Release) => ShownFences;
}

function shownRelease(
  standing: PluginStanding,
  release: ReleaseStanding,
  { readiness, found, fencesOf }: ReleaseKnowledge,
): ShownRelease {
  const state = releaseStateOf(standing, release);
  const hosts = isServing(state) ? readiness.filter(({ version }) => version === release.version) : [];
  const isComplete = hosts.length === 0 ? null : hosts.every(({ isReady }) => isReady === true);
  const fences = found === undefined ? null : fencesOf(found);
  return { ...release, state, hosts, isComplete, fences, release: found ?? null };
}
