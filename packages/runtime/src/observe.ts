import type { Cause, ObservedStateName, PartitionObservation } from "@gluttony/model";
import { causeOfError, causeOfFailure } from "./cause.ts";
import { committedAtMsOf } from "./committed-at.ts";
import type { ConsumerRun } from "./consume.ts";
import type { OpenRecord } from "./open-record.ts";
import type { Partition } from "./partition.ts";

/** What a running consumer looks like from outside. */
export interface RunObservation {
  readonly state: ObservedStateName;
  readonly cause: Cause | null;
  readonly partitions: readonly PartitionObservation[];
  readonly lagMs: number | null;
  readonly retrying: number;
  readonly nextAttemptAt: Date | null;
}

/** The moment and what the broker says of the log. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly logEnds: ReadonlyMap<number, bigint>;
}

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
  };
  return { ...observation, ...stateOf(run, { failing, moment }) };
}

function stateOf(
  run: ConsumerRun,
  { failing, moment }: { readonly failing: readonly OpenRecord[]; readonly moment: Moment },
): { state: ObservedStateName; cause: Cause | null } {
  const [blocked] = run.assignment.blocked.values();
  if (blocked !== undefined) return { state: "blocked", cause: causeOfError(blocked) };
  if (run.health.blockedBy !== null) return { state: "blocked", cause: causeOfFailure(run.health.blockedBy) };
  if (run.health.trouble !== null) return { state: "recovering", cause: causeOfError(run.health.trouble) };
  const failure = failing[0]?.lastFailure;
  if (failure !== null && failure !== undefined)
    return { state: "recovering", cause: causeOfFailure(failure) };
  const isQuiet = run.openCount === 0 && moment.monotonicMs - run.lastEndedAtMs > idleAfterMs;
  return { state: isQuiet ? "idle" : "running", cause: null };
}

function lagOf(partition: Partition, logEnds: ReadonlyMap<number, bigint>): PartitionObservation {
  const { mark, next } = partition.tracker;
  const known = logEnds.get(partition.number) ?? next;
  const logEnd = known > next ? known : next;
  return {
    partition: partition.number,
    mark: String(mark),
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
