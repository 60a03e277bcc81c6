import type { Facts, Fault } from "./error.ts";

/** What was asked of a consumer: by `is_valid`, and by who paused it. */
export const desiredStates = ["enabled", "paused", "stopped"] as const;
export type DesiredState = (typeof desiredStates)[number];

/**
 * What is seen of a consumer on one host. Every state but `running` and `idle` names its cause; `degraded` runs on with
 * the handler it had, because the one that is wanted now cannot be started; `paused` keeps its place in the group and calls nobody.
 */
export const observedStates = [
  "starting",
  "running",
  "idle",
  "lagging",
  "degraded",
  "recovering",
  "blocked",
  "failed",
  "silent",
  "draining",
  "paused",
  "stopped",
  "unknown",
] as const;
export type ObservedStateName = (typeof observedStates)[number];

/** Why a state is what it is, and what to do. `code` is registered or a plugin's own. */
export interface Cause {
  readonly code: string;
  readonly title: string;
  readonly facts: Facts;
  readonly faults: readonly Fault[];
  readonly remedy: string;
}

/** One partition as its owner sees it. Offsets are texts: they exceed what JSON numbers hold. */
export interface PartitionObservation {
  readonly partition: number;
  readonly mark: string;
  /** The offset to be read next. */
  readonly next: string;
  readonly logEnd: string;
  readonly lagRecords: string;
  readonly inFlight: number;
}

/** What one host sees of one consumer. */
export interface ObservedState {
  readonly consumerId: string;
  readonly hostId: string;
  readonly state: ObservedStateName;
  readonly since: Date;
  readonly cause: Cause | null;
  /** The row's revision that this host has applied. */
  readonly revision: bigint;
  readonly release: string | null;
  readonly partitions: readonly PartitionObservation[];
  /** Milliseconds since the source's commit of the oldest change not yet ended; null when none waits. */
  readonly lagMs: number | null;
  readonly retrying: number;
  readonly nextAttemptAt: Date | null;
  /** Targets whose breaker is not closed; left out when there is none. */
  readonly targets?: readonly TargetObservation[];
  /** The cell that runs the handler; left out when there is none. */
  readonly cell?: CellStanding;
}

/** A cell as its host sees it. */
export interface CellStanding {
  readonly state: "starting" | "ready" | "backing-off" | "quarantined" | "closed";
  /** Processes that died since the cell was started. */
  readonly crashes: number;
  /** Null while no process runs. */
  readonly residentBytes: number | null;
  /** Milliseconds; null while no process runs. */
  readonly heartbeatAgeMs: number | null;
}

/** A target that calls are held back from. */
export interface TargetObservation {
  /** Its origin. */
  readonly target: string;
  readonly breaker: "open" | "probing";
  readonly since: Date;
  /** When the next call is let through. */
  readonly nextProbeAt: Date;
}

/** One line of a consumer's history: a state it came to, or something that was done to mend it. */
export interface StateChange {
  readonly consumerId: string;
  readonly hostId: string;
  readonly at: Date;
  readonly state: ObservedStateName;
  /** Registered code of the cause, or of what was done; null when the state needs none. */
  readonly code: string | null;
  /** One sentence without row values. */
  readonly note: string;
}
