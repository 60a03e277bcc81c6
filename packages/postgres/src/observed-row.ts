import {
  type Cause,
  codes,
  type ObservedState,
  type ObservedStateName,
  observedStates,
  type PartitionObservation,
} from "@gluttony/model";

/** One row of `cdc.observed_state` as it is read. */
export interface ObservedRow {
  readonly consumerId: string;
  readonly hostId: string;
  readonly state: string;
  readonly since: Date;
  readonly cause: Cause | null;
  readonly revision: bigint;
  readonly release: string | null;
  readonly partitions: readonly PartitionObservation[];
  readonly lagMs: number | null;
  readonly retrying: number;
  readonly nextAttemptAt: Date | null;
  readonly updatedAt: Date;
  readonly isStale: boolean;
}

/** Pure. A host that went silent may be running, stopped or gone: its last word is not the truth any more. */
export function toObservedState(row: ObservedRow): ObservedState {
  const { updatedAt, isStale, ...rest } = row;
  if (!isStale) return { ...rest, state: stateNameOf(row.state) };
  return {
    ...rest,
    state: "unknown",
    since: updatedAt,
    cause: silentHost(row),
    lagMs: null,
    nextAttemptAt: null,
  };
}

/** A word that a newer host wrote is one that this version cannot explain. */
function stateNameOf(text: string): ObservedStateName {
  return observedStates.find((name) => name === text) ?? "unknown";
}

function silentHost(row: ObservedRow): Cause {
  const { title, remedy } = codes["host.silent"];
  return {
    code: "host.silent",
    title,
    facts: { host: row.hostId, lastState: row.state, lastSeen: row.updatedAt.toISOString() },
    faults: [],
    remedy,
  };
}
