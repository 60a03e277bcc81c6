import {
  type Cause,
  GluttonyError,
  type ObservedStateName,
  type PartitionObservation,
  type TargetObservation,
} from "@gluttony/model";
import { causeOfError, causeOfFailure } from "./cause.ts";
import { committedAtMsOf } from "./committed-at.ts";
import type { ConsumerRun } from "./consume.ts";
import type { OpenRecord } from "./open-record.ts";
import type { Partition } from "./partition.ts";
import { stateOfError } from "./state-of-error.ts";

/** What a running consumer looks like from outside. */
export interface RunObservation {
  readonly state: ObservedStateName;
  readonly cause: Cause | null;
  readonly partitions: readonly PartitionObservation[];
  readonly lagMs: number | null;
  readonly retrying: number;
  readonly nextAttemptAt: Date | null;
  readonly targets: readonly TargetObservation[];
}

/** What is said of a consumer that does not run. */
export const nothingSeen: Omit<RunObservation, "state" | "cause"> & { readonly release: null } = {
  release: null,
  partitions: [],
  lagMs: null,
  retrying: 0,
  nextAttemptAt: null,
  targets: [],
};

/** The moment and what the broker says of the log. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly logEnds: ReadonlyMap<number, bigint>;
  /** Milliseconds since the group's coordinator last answered; beyond a limit the brokers count as away. */
  readonly heartbeatAgeMs: number;
  /** Targets of this host that calls are held back from. */
  readonly targets: readonly TargetObservation[];
}

/** Milliseconds without a heartbeat after which the brokers are said to be away. */
const heartbeatAgeMaxMs = 5_000;
/** Milliseconds without an ending after which a consumer with nothing to do is called idle. */
const idleAfterMs = 5_000;

/** Looks at a run without changing it. */
export function observe(run: ConsumerRun, moment: Moment): RunObservation {
  const { partitions } = run.assignment;
  const failing = partitions.flatMap((partition) =>
    [...partition.open.values()].filter((open) => open.lastFailure !== null),
  );
  const lag = partitions.map((partition) => lagOf(partition, moment.logEnds));
  const observation = {
    partitions: lag,
    lagMs: lagMsOf(partitions, moment.wallMs),
    retrying: failing.length,
    nextAttemptAt: nextAttemptOf(failing),
    targets: targetsOf(failing, moment.targets),
  };
  const isBehind = lag.some((partition) => partition.next !== partition.logEnd);
  return { ...observation, ...stateOf(run, { failing, moment, targets: observation.targets, isBehind }) };
}

function stateOf(
  run: ConsumerRun,
  { failing, moment, targets, isBehind }: Failing,
): { state: ObservedStateName; cause: Cause | null } {
  const { pausedBy } = run;
  if (pausedBy !== null && run.assignment.hasBegun && moment.heartbeatAgeMs <= heartbeatAgeMaxMs)
    return { state: run.runningCount === 0 ? "paused" : "draining", cause: causeOfError(pausedBy) };
  const [blocked] = run.assignment.blocked.values();
  if (blocked !== undefined) return { state: "blocked", cause: causeOfError(blocked) };
  if (moment.heartbeatAgeMs > heartbeatAgeMaxMs) {
    const facts = { lastHeartbeatAgeMs: Math.round(moment.heartbeatAgeMs) };
    return { state: "recovering", cause: causeOfError(new GluttonyError("kafka.unreachable", facts)) };
  }
  if (run.health.blockedBy !== null) return { state: "blocked", cause: causeOfFailure(run.health.blockedBy) };
  const { trouble } = run.health;
  if (trouble !== null) return { state: stateOfError(trouble.code), cause: causeOfError(trouble) };
  const [held] = targets;
  if (held !== undefined) return { state: "recovering", cause: causeOfTarget(held) };
  const failure = failing[0]?.lastFailure;
  if (failure !== null && failure !== undefined)
    return { state: "recovering", cause: causeOfFailure(failure) };
  const isQuiet = run.openCount === 0 && moment.monotonicMs - run.lastEndedAtMs > idleAfterMs && !isBehind;
  return { state: isQuiet ? "idle" : "running", cause: null };
}

interface Failing {
  readonly failing: readonly OpenRecord[];
  readonly moment: Moment;
  readonly targets: readonly TargetObservation[];
  /** Whether the log holds more than was read. */
  readonly isBehind: boolean;
}

/** Those of the host's held targets that this consumer's records wait for. */
function targetsOf(
  failing: readonly OpenRecord[],
  held: readonly TargetObservation[],
): readonly TargetObservation[] {
  const wanted = new Set(failing.map((open) => open.lastFailure?.target));
  return held.filter(({ target }) => wanted.has(target));
}

function causeOfTarget({ target, breaker, since, nextProbeAt }: TargetObservation): Cause {
  const facts = { target, breaker, since: since.toISOString(), nextProbeAt: nextProbeAt.toISOString() };
  return causeOfError(new GluttonyError("target.breaker_open", facts));
}

function lagOf(partition: Partition, logEnds: ReadonlyMap<number, bigint>): PartitionObservation {
  const { mark, next } = partition.tracker;
  const known = logEnds.get(partition.number) ?? next;
  const logEnd = known > next ? known : next;
  return {
    partition: partition.number,
    mark: String(mark),
    next: String(next),
    logEnd: String(logEnd),
    lagRecords: String(logEnd - mark),
    inFlight: partition.open.size,
  };
}

function lagMsOf(partitions: readonly Partition[], wallMs: number): number | null {
  const ages = partitions.flatMap((partition) => {
    const [oldest] = partition.open.values();
    return oldest === undefined ? [] : [Math.max(0, wallMs - committedAtMsOf(oldest.record))];
  });
  return ages.length === 0 ? null : Math.max(...ages);
}

function nextAttemptOf(failing: readonly OpenRecord[]): Date | null {
  const planned = failing.flatMap((open) => (open.nextAttemptAtMs === null ? [] : [open.nextAttemptAtMs]));
  return planned.length === 0 ? null : new Date(Math.min(...planned));
}
