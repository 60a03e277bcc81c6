import type { PluginChange } from "./plan-deed.ts";
import type { PluginStanding, ReleaseStanding } from "./plugin-standing.ts";

/** How a plugin stands once the changes are made. Pure; the rows are written by whoever keeps them. */
export function applyChanges(standing: PluginStanding, changes: readonly PluginChange[]): PluginStanding {
  return changes.reduce(applyOne, standing);
}

function applyOne(standing: PluginStanding, change: PluginChange): PluginStanding {
  switch (change.do) {
    case "activate": {
      const sequence = 1n + greatest(standing.releases);
      const { previous } = change;
      return withRelease(standing, change.version, { isActive: true, sequence, previous });
    }
    case "deactivate":
      return withRelease(standing, change.version, { isActive: false });
    case "pin":
      return withPin(standing, change.consumerId, { version: change.version, previous: change.previous });
    case "unpin":
      return withPin(standing, change.consumerId, null);
    case "remove":
      return {
        ...standing,
        releases: standing.releases.filter(({ version }) => version !== change.version),
      };
  }
}

function withRelease(
  standing: PluginStanding,
  version: string,
  differs: Partial<ReleaseStanding>,
): PluginStanding {
  const releases = standing.releases.map((one) => (one.version === version ? { ...one, ...differs } : one));
  return { ...standing, releases };
}

function withPin(
  standing: PluginStanding,
  consumerId: string,
  pin: PluginStanding["consumers"][number]["pin"],
): PluginStanding {
  const consumers = standing.consumers.map((one) => (one.id === consumerId ? { ...one, pin } : one));
  return { ...standing, consumers };
}

function greatest(releases: readonly ReleaseStanding[]): bigint {
  return releases.reduce(
    (most, { sequence }) => (sequence !== null && sequence > most ? sequence : most),
    0n,
  );
}
