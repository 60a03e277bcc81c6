import type { Cause, ConsumerRow, ObservedStateName } from "@gluttony/model";
import { causeOf } from "./cause.ts";
import type { HostState } from "./host-state.ts";

/** The one state of a consumer that several hosts run. */
export interface MergedState {
  readonly state: ObservedStateName;
  /** Null when nobody recorded it. */
  readonly since: string | null;
  readonly cause: Cause | null;
  /** Whether every host that still speaks has applied the row's revision. */
  readonly isConverged: boolean;
}

/** What needs a person comes first, then what mends itself, then what is well. */
export const worstFirst: readonly ObservedStateName[] = [
  "failed",
  "blocked",
  "silent",
  "recovering",
  "degraded",
  "lagging",
  "unknown",
  "draining",
  "starting",
  "running",
  "idle",
  "paused",
  "stopped",
];

/** Merges what the hosts say: the worst state of those that still speak, the oldest of equals. Pure. */
export function mergedStateOf(row: ConsumerRow, hosts: readonly HostState[]): MergedState {
  const fresh = hosts.filter((host) => host.isFresh);
  const worst = (fresh.length > 0 ? fresh : hosts).toSorted(byGravity)[0];
  const isConverged = fresh.length > 0 && fresh.every((host) => host.revision === String(row.revision));
  if (!row.isValid && (fresh.length === 0 || worst?.state === "stopped")) {
    return { state: "stopped", since: worst?.since ?? null, cause: causeOfStop(row), isConverged };
  }
  if (worst === undefined) {
    return { state: "unknown", since: null, cause: causeOf("consumer.unobserved"), isConverged };
  }
  return { state: worst.state, since: worst.since, cause: worst.cause, isConverged };
}

function causeOfStop({ steering }: ConsumerRow): Cause {
  if (steering === undefined) return causeOf("consumer.stopped");
  const { actor, reason, at } = steering;
  return causeOf("consumer.stopped", { by: actor, reason, since: at.toISOString() });
}

function byGravity(left: HostState, right: HostState): number {
  const gravity = worstFirst.indexOf(left.state) - worstFirst.indexOf(right.state);
  return gravity !== 0 ? gravity : left.since.localeCompare(right.since);
}
