import { rcompare } from "semver";
import { GluttonyError } from "@gluttony/model";
import { applyChanges } from "./apply-changes.ts";
import type { ConsumerUse, PluginStanding, ReleaseStanding } from "./plugin-standing.ts";
import { mayPin, servedVersion, usersOf } from "./served-version.ts";

/** What a person wants done to an installed plugin. `consumer` is a name or an id. */
export type PluginDeed =
  | { readonly do: "activate"; readonly version: string }
  | { readonly do: "deactivate"; readonly version: string }
  | { readonly do: "pin"; readonly version: string; readonly consumer: string }
  | { readonly do: "unpin"; readonly consumer: string }
  /** What a host does when `version` fails for a consumer: pins it to what served before, until a person says otherwise. */
  | { readonly do: "take-back"; readonly version: string; readonly consumer: string; readonly to: string }
  /** Gives the consumer's changes to a candidate, too, dry. */
  | { readonly do: "shadow"; readonly version: string; readonly consumer: string }
  | { readonly do: "unshadow"; readonly consumer: string }
  /** Takes the last activation back; for one consumer, pins it to what served it before. */
  | { readonly do: "roll-back"; readonly consumer: string | null }
  | { readonly do: "uninstall"; readonly version: string };

/** One row that a deed writes. */
export type PluginChange =
  | { readonly do: "activate"; readonly version: string; readonly previous: string | null }
  | { readonly do: "deactivate"; readonly version: string }
  | {
      readonly do: "pin";
      readonly consumerId: string;
      readonly version: string;
      readonly previous: string | null;
      /** The version that failed, when a host goes back from it. */
      readonly insteadOf: string | null;
    }
  | { readonly do: "unpin"; readonly consumerId: string }
  | { readonly do: "shadow"; readonly consumerId: string; readonly version: string }
  | { readonly do: "unshadow"; readonly consumerId: string }
  | { readonly do: "remove"; readonly version: string };

/**
 * Says which rows a deed changes; none when all is so already. Pure. Throws GluttonyError with the code of the refusal
 * (`plugin.*`, `consumer.not_found`), and then nothing is to be changed.
 */
export function planDeed(standing: PluginStanding, deed: PluginDeed): readonly PluginChange[] {
  if (standing.releases.length === 0)
    throw new GluttonyError("plugin.not_installed", { plugin: standing.package });
  const changes = changesOf(standing, deed);
  refuseLeftWithout(standing, changes);
  return changes;
}

function changesOf(standing: PluginStanding, deed: PluginDeed): readonly PluginChange[] {
  switch (deed.do) {
    case "activate":
      return activate(standing, releaseOf(standing, deed.version));
    case "deactivate":
      return deactivate(standing, releaseOf(standing, deed.version));
    case "pin":
      return pin(standing, releaseOf(standing, deed.version), userOf(standing, deed.consumer));
    case "take-back":
      return takeBack(standing, userOf(standing, deed.consumer), deed);
    case "unpin":
      return unpin(standing, userOf(standing, deed.consumer));
    case "shadow":
      return shadow(releaseOf(standing, deed.version), userOf(standing, deed.consumer));
    case "unshadow":
      return unshadow(standing, userOf(standing, deed.consumer));
    case "roll-back":
      return deed.consumer === null
        ? rollBack(standing)
        : rollBackOne(standing, userOf(standing, deed.consumer));
    case "uninstall":
      return uninstall(standing, releaseOf(standing, deed.version));
  }
}

function activate(standing: PluginStanding, release: ReleaseStanding): readonly PluginChange[] {
  if (release.isActive) return [];
  const active = standing.releases.filter(({ isActive }) => isActive).map(({ version }) => version);
  const previous = active.toSorted(rcompare)[0] ?? null;
  return [{ do: "activate", version: release.version, previous }];
}

function deactivate(standing: PluginStanding, release: ReleaseStanding): readonly PluginChange[] {
  if (release.isActive) return [{ do: "deactivate", version: release.version }];
  throw new GluttonyError("plugin.not_active", { plugin: standing.package, version: release.version });
}

function pin(
  standing: PluginStanding,
  { version }: ReleaseStanding,
  user: ConsumerUse,
): readonly PluginChange[] {
  if (user.pin?.version === version && user.pin.insteadOf === null) return [];
  requireRange(standing, version, user);
  const served = servedVersion(standing, user) ?? null;
  const previous = served === version ? previousOf(standing, version) : served;
  return [{ do: "pin", consumerId: user.id, version, previous, insteadOf: null }];
}

// Another host may have gone back already, or a person changed what serves: then there is nothing to take back.
function takeBack(
  standing: PluginStanding,
  user: ConsumerUse,
  { version, to }: { readonly version: string; readonly to: string },
): readonly PluginChange[] {
  if (servedVersion(standing, user) !== version) return [];
  requireRange(standing, releaseOf(standing, to).version, user);
  const previous = previousOf(standing, to);
  return [{ do: "pin", consumerId: user.id, version: to, previous, insteadOf: version }];
}

function unpin(standing: PluginStanding, user: ConsumerUse): readonly PluginChange[] {
  if (user.pin !== null) return [{ do: "unpin", consumerId: user.id }];
  throw new GluttonyError("plugin.not_pinned", { plugin: standing.package, consumer: user.name });
}

// Also outside of the range: what shadows a consumer never serves it.
function shadow({ version }: ReleaseStanding, user: ConsumerUse): readonly PluginChange[] {
  return user.shadow === version ? [] : [{ do: "shadow", consumerId: user.id, version }];
}

function unshadow(standing: PluginStanding, user: ConsumerUse): readonly PluginChange[] {
  if (user.shadow !== null) return [{ do: "unshadow", consumerId: user.id }];
  throw new GluttonyError("plugin.not_shadowed", { plugin: standing.package, consumer: user.name });
}

// An activation only ever adds a release, so taking the last one away gives what was before.
function rollBack(standing: PluginStanding): readonly PluginChange[] {
  const [last] = standing.releases
    .filter(({ isActive }) => isActive)
    .toSorted((left, right) => ((left.sequence ?? 0n) < (right.sequence ?? 0n) ? 1 : -1));
  if (last === undefined || last.previous === null) throw noPrevious(standing, last?.version);
  const previous = releaseOf(standing, last.previous);
  const away: PluginChange = { do: "deactivate", version: last.version };
  if (previous.isActive) return [away];
  return [{ do: "activate", version: previous.version, previous: previous.previous }, away];
}

function rollBackOne(standing: PluginStanding, user: ConsumerUse): readonly PluginChange[] {
  const served = servedVersion(standing, user);
  const before = user.pin === null ? previousOf(standing, served) : user.pin.previous;
  if (before === null) throw noPrevious(standing, served);
  const { version } = releaseOf(standing, before);
  requireRange(standing, version, user);
  const previous = previousOf(standing, version);
  return [{ do: "pin", consumerId: user.id, version, previous, insteadOf: null }];
}

function uninstall(
  standing: PluginStanding,
  { version, isActive }: ReleaseStanding,
): readonly PluginChange[] {
  const facts = { plugin: standing.package, version };
  if (isActive) throw new GluttonyError("plugin.release_active", facts);
  const users = usersOf(standing);
  const pinned = users.filter((user) => user.pin?.version === version);
  if (pinned.length > 0) throw new GluttonyError("plugin.release_pinned", { ...facts, ...namesOf(pinned) });
  const shadowed = users.filter((user) => user.shadow === version);
  if (shadowed.length > 0)
    throw new GluttonyError("plugin.release_shadows", { ...facts, ...namesOf(shadowed) });
  const after = standing.releases.filter((one) => one.isActive && one.previous === version);
  if (after.length > 0) {
    throw new GluttonyError("plugin.release_previous", { ...facts, of: after.map((one) => one.version) });
  }
  const held = users.filter((user) => user.pin?.previous === version);
  if (held.length > 0) throw new GluttonyError("plugin.release_previous", { ...facts, ...namesOf(held) });
  const named = users.filter(({ ref }) => ref?.range === version);
  if (named.length > 0) throw new GluttonyError("plugin.release_named", { ...facts, ...namesOf(named) });
  return [{ do: "remove", version }];
}

/** Nobody who has a release may lose it: such a consumer would stop with its next start. */
function refuseLeftWithout(standing: PluginStanding, changes: readonly PluginChange[]): void {
  const after = applyChanges(standing, changes);
  const lost = usersOf(standing).filter((user) => {
    const then = after.consumers.find(({ id }) => id === user.id) ?? user;
    return servedVersion(standing, user) !== undefined && servedVersion(after, then) === undefined;
  });
  if (lost.length === 0) return;
  throw new GluttonyError("plugin.still_needed", { plugin: standing.package, ...namesOf(lost) });
}

function releaseOf({ package: plugin, releases }: PluginStanding, version: string): ReleaseStanding {
  const found = releases.find((release) => release.version === version);
  if (found !== undefined) return found;
  const installed = releases.map((release) => release.version);
  throw new GluttonyError("plugin.release_unknown", { plugin, version, installed });
}

function userOf(standing: PluginStanding, consumer: string): ConsumerUse {
  const { consumers } = standing;
  const found =
    consumers.find(({ id }) => id === consumer) ?? consumers.find(({ name }) => name === consumer);
  if (found === undefined) throw new GluttonyError("consumer.not_found", { consumer });
  if (usersOf(standing).includes(found)) return found;
  const names = found.ref?.package ?? "what cannot be read";
  throw new GluttonyError("plugin.consumer_uses_another", { plugin: standing.package, consumer, names });
}

function previousOf({ releases }: PluginStanding, version: string | undefined): string | null {
  return releases.find((release) => release.version === version)?.previous ?? null;
}

function requireRange(
  { package: plugin }: PluginStanding,
  version: string,
  { name, ref }: ConsumerUse,
): void {
  const range = ref?.range ?? null;
  if (mayPin(version, range)) return;
  throw new GluttonyError("plugin.pin_out_of_range", { plugin, version, consumer: name, range });
}

function noPrevious({ package: plugin }: PluginStanding, version: string | undefined): GluttonyError {
  return new GluttonyError("plugin.no_previous", { plugin, version: version ?? null });
}

function namesOf(users: readonly ConsumerUse[]): { readonly consumers: readonly string[] } {
  return { consumers: users.map(({ name }) => name) };
}
