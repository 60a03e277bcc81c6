import type { Facts } from "./error.ts";
import type { DesiredState } from "./state.ts";

export const operationStates = ["running", "done", "failed", "cancelled"] as const;
export type OperationState = (typeof operationStates)[number];

/** Something that was asked for and takes its time; it outlives the host that was asked. */
export interface Operation {
  readonly id: string;
  /** What is done, noun first: `consumer.pause`. */
  readonly kind: string;
  readonly subject: OperationSubject;
  readonly actor: string;
  readonly reason: string | null;
  /** What is to become so; its form belongs to the kind. */
  readonly wanted: unknown;
  readonly state: OperationState;
  readonly createdAt: Date;
  /** When it counts as failed; null for work that has no limit. */
  readonly deadlineAt: Date | null;
  readonly endedAt: Date | null;
  readonly isCancellable: boolean;
  /** What it came to; null while it runs. */
  readonly result: Facts | null;
  /** Registered code of why it did not come to what was wanted. */
  readonly errorCode: string | null;
}

/** What an operation is about. */
export interface OperationSubject {
  readonly kind: string;
  readonly id: string;
  /** As it was called when the operation was asked for. */
  readonly name: string;
}

/** How an operation ended. */
export interface OperationEnding {
  readonly state: Exclude<OperationState, "running">;
  readonly at: Date;
  readonly result: Facts;
  readonly errorCode: string | null;
}

/** What an operation on a consumer as a whole waits for. */
export interface WantedRun {
  readonly desired: DesiredState;
  /** The revision that every host must have applied; text, as JSON has it. */
  readonly revision: string;
  /** What was asked before, so that it can be taken back. */
  readonly before: { readonly desired: DesiredState; readonly until: string | null };
}
