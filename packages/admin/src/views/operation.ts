import { type Cause, type Facts, isCode, type Operation } from "@gluttony/model";
import { causeOf } from "./cause.ts";

/** An operation as the API shows it. */
export interface OperationView {
  readonly id: string;
  readonly kind: string;
  readonly subject: { readonly kind: string; readonly id: string; readonly name: string };
  readonly actor: string;
  readonly reason: string | null;
  readonly wanted: unknown;
  readonly state: Operation["state"];
  readonly createdAt: string;
  readonly deadlineAt: string | null;
  readonly endedAt: string | null;
  readonly isCancellable: boolean;
  readonly result: Facts | null;
  /** Why it did not come to what was wanted. */
  readonly error: Cause | null;
}

export function operationView(operation: Operation): OperationView {
  const { subject, errorCode, result } = operation;
  return {
    id: operation.id,
    kind: operation.kind,
    subject: { kind: subject.kind, id: subject.id, name: subject.name },
    actor: operation.actor,
    reason: operation.reason,
    wanted: operation.wanted,
    state: operation.state,
    createdAt: operation.createdAt.toISOString(),
    deadlineAt: operation.deadlineAt?.toISOString() ?? null,
    endedAt: operation.endedAt?.toISOString() ?? null,
    isCancellable: operation.isCancellable && operation.state === "running",
    result,
    error: errorCode !== null && isCode(errorCode) ? causeOf(errorCode, result ?? {}) : null,
  };
}
