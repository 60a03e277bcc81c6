import type { PluginChange } from "./plan-deed.ts";
import type { ConsumerUse, PluginStanding, ReleaseStanding } from "./plugin-standing.ts";

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
      return withUse(standing, change.consumerId, {
        pin: { version: change.version, previous: change.previous, insteadOf: change.insteadOf },
      });
    case "unpin":
      return withUse(standing, change.consumerId, { pin: null });
    case "shadow":
      return withUse(standing, change.consumerId, { shadow: change.version });
    case "unshadow":
      return withUse(standing, change.consumerId, { shadow: null });
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

function withUse(
  standing: PluginStanding,
  consumerId: string,
  differs: Partial<Pick<ConsumerUse, "pin" | "shadow">>,
): PluginStanding {
  const consumers = standing.consumers.map((one) => (one.id === consumerId ? { ...one, ...differs } : one));
  return { ...standing, consumers };
}

function greatest(releases: readonly ReleaseStanding[]): bigint {
  return releases.reduce(
    (most, { sequence }) => (sequence !== null && sequence > most ? sequence : most),
    0n,
  );
}
