import type { ConsumerRow } from "./consumer.ts";
import type { DesiredState } from "./state.ts";

/** What a person can ask of a consumer as a whole. */
export const steeringVerbs = ["start", "pause", "resume", "stop", "restart"] as const;
export type SteeringVerb = (typeof steeringVerbs)[number];

/** Who last said whether a consumer is to run, and why. */
export interface Steering {
  /** Whether it was paused, if it runs at all; a time in `until` ends that by itself. */
  readonly isPaused: boolean;
  /** When a pause ends; null for one that lasts until somebody resumes it. */
  readonly until: Date | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly at: Date;
  /** How often it was asked to begin anew. */
  readonly restarts: bigint;
}

/** What is asked of a consumer at this moment, wall clock in milliseconds. Pure. */
export function desiredStateOf(
  { isValid, steering }: Pick<ConsumerRow, "isValid" | "steering">,
  nowMs: number,
): DesiredState {
  if (!isValid) return "stopped";
  return pauseLeftMs(steering, nowMs) > 0 ? "paused" : "enabled";
}

/** Milliseconds for which a consumer that is to run stays paused: 0 when it is not, infinite without an end. Pure. */
export function pauseLeftMs(steering: Steering | undefined, nowMs: number): number {
  if (steering === undefined || !steering.isPaused) return 0;
  if (steering.until === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, steering.until.getTime() - nowMs);
}
