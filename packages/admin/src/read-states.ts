import type { ObservedState } from "@gluttony/model";
import type { AdminCollaborators } from "./ports.ts";

/**
 * What hosts say of a page's consumers, with their partitions. Those are most of what hosts say, so a list reads everything else
 * of all first, and this for what it shows; a state stays the one that the list was sorted and filtered by.
 */
export async function withPartitions(
  seen: readonly ObservedState[],
  consumerIds: readonly string[],
  { observations }: Pick<AdminCollaborators, "observations">,
): Promise<readonly ObservedState[]> {
  if (consumerIds.length === 0) return [];
  const shown = new Set(consumerIds);
  const full = await observations.readStates(consumerIds);
  const partitionsOf = new Map(full.map((one) => [placeOf(one), one.partitions]));
  return seen
    .filter(({ consumerId }) => shown.has(consumerId))
    .map((one) => ({ ...one, partitions: partitionsOf.get(placeOf(one)) ?? [] }));
}

function placeOf({ consumerId, hostId }: ObservedState): string {
  return `${consumerId}\u0000${hostId}`;
}
