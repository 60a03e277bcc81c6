import { prerelease, rcompare, satisfies, valid } from "semver";
import type { ConsumerUse, PluginStanding } from "./plugin-standing.ts";

/** Whether a version is one that a range in `handler_func` may lead to. Pre-releases only when they are named exactly. */
export function isInRange(version: string, range: string | null): boolean {
  if (range !== null && valid(range) !== null) return valid(range) === version;
  if (prerelease(version) !== null) return false;
  return range === null || satisfies(version, range);
}

/** Whether a consumer with this range may be pinned to a version. A pin names it exactly, so a pre-release may be. */
export function mayPin(version: string, range: string | null): boolean {
  if (range !== null && valid(range) !== null) return valid(range) === version;
  return range === null || satisfies(version, range, { includePrerelease: true });
}

/** The highest version in the range; undefined when there is none. */
export function highestInRange(versions: readonly string[], range: string | null): string | undefined {
  return versions.filter((version) => isInRange(version, range)).toSorted(rcompare)[0];
}

/** The consumers whose `handler_func` names the plugin. */
export function usersOf({ package: name, consumers }: PluginStanding): readonly ConsumerUse[] {
  return consumers.filter(({ ref }) => ref?.scheme === "npm" && ref.package === name);
}

/** The release that serves a consumer of the plugin: its pin, else the highest active one in its range. Pure. */
export function servedVersion(standing: PluginStanding, { ref, pin }: ConsumerUse): string | undefined {
  const range = ref?.range ?? null;
  if (pin !== null) return mayPin(pin.version, range) ? pin.version : undefined;
  const active = standing.releases.filter(({ isActive }) => isActive);
  return highestInRange(
    active.map(({ version }) => version),
    range,
  );
}
