import {
  type ConsumerRow,
  desiredStateOf,
  type DesiredState,
  type Facts,
  type ObservedStateName,
  type Operation,
  type OperationEnding,
  type WantedRun,
} from "@gluttony/model";
import type { HostState } from "../views/host-state.ts";
import { mergedStateOf } from "../views/merged-state.ts";

/** What is asked and seen of the consumer now; no row when it was deleted. */
export interface SeenRun {
  readonly row: ConsumerRow | null;
  readonly hosts: readonly HostState[];
  readonly nowMs: number;
}

/** The states in which what was asked has become so. */
const reached: { readonly [desired in DesiredState]: readonly ObservedStateName[] } = {
  enabled: ["running", "idle", "lagging", "degraded"],
  paused: ["paused"],
  stopped: ["stopped"],
};

/** Says how an operation on a consumer as a whole ended, by what is asked and seen now; null while it goes on. Pure. */
export function judgeRun(
  { createdAt, deadlineAt }: Operation,
  wanted: WantedRun,
  { row, hosts, nowMs }: SeenRun,
): OperationEnding | null {
  const at = new Date(nowMs);
  if (row === null) return { state: "failed", at, result: {}, errorCode: "consumer.not_found" };
  const { state, since, cause } = mergedStateOf(row, hosts);
  const seen: Facts = { state, since, cause: cause?.code ?? null };
  if (reached[wanted.desired].includes(state) && isApplied(wanted, hosts)) {
    const sinceMs = since === null ? nowMs : Date.parse(since);
    // A state that was there before was seen to be so only now.
    const reachedAt = sinceMs > createdAt.getTime() ? new Date(sinceMs) : at;
    return { state: "done", at: reachedAt, result: seen, errorCode: null };
  }
  if (desiredStateOf(row, nowMs) !== wanted.desired) {
    return { state: "cancelled", at, result: seen, errorCode: "operation.superseded" };
  }
  if (deadlineAt === null || nowMs < deadlineAt.getTime()) return null;
  return { state: "failed", at, result: seen, errorCode: "operation.timed_out" };
}

/** Whether every host that still speaks has applied the revision; where none does, nothing runs. */
function isApplied({ desired, revision }: WantedRun, hosts: readonly HostState[]): boolean {
  const fresh = hosts.filter((host) => host.isFresh);
  if (fresh.length === 0) return desired === "stopped";
  return fresh.every((host) => BigInt(host.revision) >= BigInt(revision));
}
