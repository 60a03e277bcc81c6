import {
  type Cause,
  type CellStanding,
  codes,
  type ObservedState,
  type ObservedStateName,
  observedStates,
  type PartitionObservation,
  type TargetObservation,
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
  /** Times are texts, as JSON has them. */
  readonly targets: readonly StoredTarget[] | null;
  readonly cell: CellStanding | null;
  readonly updatedAt: Date;
  readonly isStale: boolean;
}

interface StoredTarget extends Omit<TargetObservation, "since" | "nextProbeAt"> {
  readonly since: string;
  readonly nextProbeAt: string;
}

/** Pure. A host that went silent may be running, stopped or gone: its last word is not the truth any more. */
export function toObservedState(row: ObservedRow): ObservedState {
  const { updatedAt, isStale, targets, cell, ...rest } = row;
  if (!isStale)
    return {
      ...rest,
      state: stateNameOf(row.state),
      ...targetsOf(targets),
      ...(cell === null ? {} : { cell }),
    };
  return {
    ...rest,
    state: "unknown",
    since: updatedAt,
    cause: silentHost(row),
    lagMs: null,
    nextAttemptAt: null,
  };
}

function targetsOf(stored: readonly StoredTarget[] | null): Pick<ObservedState, "targets"> {
  if (stored === null || stored.length === 0) return {};
  const targets = stored.map((one) => ({
    target: one.target,
    breaker: one.breaker,
    since: new Date(one.since),
    nextProbeAt: new Date(one.nextProbeAt),
  }));
  return { targets };
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
