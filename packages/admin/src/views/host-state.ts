import type { Cause, ObservedState, ObservedStateName, PartitionObservation } from "@gluttony/model";

/** What one host sees of one consumer, and whether it is still to be believed. */
export interface HostState {
  readonly hostId: string;
  readonly state: ObservedStateName;
  readonly since: string;
  readonly cause: Cause | null;
  /** False when the host said nothing for too long; then its partitions are the last it told. */
  readonly isFresh: boolean;
  /** The row's revision that this host has applied. */
  readonly revision: string;
  readonly release: string | null;
  readonly retrying: number;
  readonly nextAttemptAt: string | null;
  readonly lagMs: number | null;
  readonly partitions: readonly PartitionObservation[];
}

/** Projects one host's word. */
export function hostStateOf(seen: ObservedState): HostState {
  return {
    hostId: seen.hostId,
    state: seen.state,
    since: seen.since.toISOString(),
    cause: seen.cause,
    isFresh: seen.cause?.code !== "host.silent",
    revision: String(seen.revision),
    release: seen.release,
    retrying: seen.retrying,
    nextAttemptAt: seen.nextAttemptAt?.toISOString() ?? null,
    lagMs: seen.lagMs,
    partitions: seen.partitions,
  };
}
