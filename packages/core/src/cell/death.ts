import type { AttemptResult, CalledTarget } from "./cell.ts";

/** Why a cell's process ended without being asked to. */
export interface Death {
  readonly code: "plugin.crashed" | "plugin.memory" | "plugin.protocol_violation" | "handler.deadline";
  /** What was seen, without row values. */
  readonly detail: string;
  /** Milliseconds on the monotonic clock. */
  readonly at: number;
  /** Attempts without an outcome at the end. */
  readonly outstanding: number;
  /** Nothing died: the host put another process in its place. */
  readonly isPlanned?: boolean;
}

/** An attempt that has no outcome because the process died. */
export interface Lost {
  readonly kind: "lost";
  readonly death: Death;
  /** Whether the attempt may be what killed the process, so that it must be tried alone. */
  readonly isSuspect: boolean;
  /** Whether no other attempt was in flight. */
  readonly wasAlone: boolean;
  /** Whether it is certain that this attempt missed its hard deadline by its own fault. */
  readonly missedDeadline: boolean;
  /** Targets that had answered calls of the attempt. */
  readonly called?: readonly CalledTarget[];
}

/** What one process makes of an attempt. */
export type ProcessAnswer = AttemptResult | Lost;

/** Why the host itself ends the process, and whether the cell's loop still turned. */
export interface KillReason {
  readonly code: Death["code"];
  readonly detail: string;
  readonly isLoopAlive: boolean;
}
