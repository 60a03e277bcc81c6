import type { WaitingRecord } from "@gluttony/model";
import { failureKindOf } from "./failure-kind.ts";

/** A waiting record as it rests: offsets are texts, for they exceed what JSON's numbers hold. */
export interface StoredWaiting extends Omit<WaitingRecord, "offset" | "behind"> {
  readonly offset: string;
  readonly behind: readonly string[];
}

/** Null when none waits. Field by field, so that nothing of a record's content can slip in. */
export function storedWaiting(waiting: readonly WaitingRecord[]): readonly StoredWaiting[] | null {
  if (waiting.length === 0) return null;
  return waiting.map((one) => ({
    offset: String(one.offset),
    attempts: one.attempts,
    charged: one.charged,
    nextAttemptAtMs: one.nextAttemptAtMs,
    failingSinceMs: one.failingSinceMs,
    failure: {
      kind: one.failure.kind,
      code: one.failure.code,
      ...(one.failure.target === undefined ? {} : { target: one.failure.target }),
    },
    subject: one.subject,
    behind: one.behind.map(String),
  }));
}

/** The records as the runtime knows them. We wrote the column ourselves, so its form is certain. */
export function toWaiting(stored: readonly StoredWaiting[] | null): readonly WaitingRecord[] {
  return (stored ?? []).map((one) => ({
    ...one,
    offset: BigInt(one.offset),
    failure: { ...one.failure, kind: failureKindOf(one.failure.kind) },
    behind: one.behind.map(BigInt),
  }));
}
