import type { PluginChange, PluginUser, SeenPlugin, SeenRelease, UsedPlugin } from "../plugin-ports.ts";

/** A shadow's counts as texts. */
function shadowView(shadow: PluginUser["shadow"]): object | null {
  if (shadow === null) return null;
  const { version, counts } = shadow;
  return {
    version,
    counts: counts.map(({ kind, live, shadow: own, count }) => ({
      kind,
      live,
      shadow: own,
      count: String(count),
    })),
  };
}

function pinView(pin: PluginUser["pin"]): object | null {
  return pin === null ? null : { version: pin.version, previous: pin.previous, insteadOf: pin.insteadOf };
}

function userView({ id, name, handler, served, pin, shadow }: PluginUser): object {
  return { id, name, handler, served, pin: pinView(pin), shadow: shadowView(shadow) };
}

/** A release as lists show it. */
export function releaseSummaryView(seen: SeenRelease): object {
  const { version, state, isActive, previous, verification, hosts, isComplete, fences } = seen;
  return {
    version,
    state,
    isActive,
    previous,
    verification: verification === null ? null : { from: verification.from, level: verification.level },
    hosts: hosts.map(({ hostId, isReady, code }) => ({ hostId, isReady, code })),
    isComplete,
    fences:
      fences === null
        ? null
        : { holding: fences.holding, missing: fences.missing, refusedFor: fences.refusedFor },
  };
}

/** A plugin with those of its users that the caller may see, by their ids; of the others the number. */
export function pluginView(
  { package: name, releases, users }: SeenPlugin,
  visible: ReadonlySet<string>,
): object {
  const seen = users.filter(({ id }) => visible.has(id));
  return {
    package: name,
    releases: releases.map(releaseSummaryView),
    users: seen.map(userView),
    hiddenUsers: users.length - seen.length,
  };
}

/** One release in full: what it asks for and what was granted. Where a secret lies is not told. */
export function pluginReleaseView(packageName: string, seen: SeenRelease): object | null {
  const { release } = seen;
  if (release === null) return null;
  const { handlers, permissions, limits, protocols, needs, node, isolation } = release.manifest;
  return {
    package: packageName,
    ...releaseSummaryView(seen),
    treeHash: release.treeHash,
    handlers: handlers.map(({ name, title, batch }) => ({ name, title, batchMax: batch?.max ?? null })),
    asks: { net: permissions.net, secrets: permissions.secrets ?? [] },
    granted: { net: release.grantedNet, secrets: Object.keys(release.grantedSecrets ?? {}) },
    limits: { memoryMb: limits.memoryMb },
    protocols,
    needs,
    node: node ?? null,
    isolation: isolation ?? null,
  };
}

/** The plugin of one consumer's handler. */
export function usedPluginView(used: UsedPlugin): object {
  const { package: name, isShipped, handler, served, pin, shadow } = used;
  return { package: name, isShipped, handler, served, pin: pinView(pin), shadow: shadowView(shadow) };
}

/** One row that a deed changed. */
export function pluginChangeView({ do: deed, version, consumerId, previous }: PluginChange): object {
  return {
    do: deed,
    ...(version === undefined ? {} : { version }),
    ...(consumerId === undefined ? {} : { consumerId }),
    ...(previous === undefined ? {} : { previous }),
  };
}
