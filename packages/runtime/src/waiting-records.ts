import type { WaitingRecord } from "@gluttony/model";
import type { OpenRecord } from "./open-record.ts";
import type { Partition } from "./partition.ts";

/** Waiting records remembered per partition; further ones begin to count anew after a restart. */
const rememberedMax = 1_000;
/** Offsets behind a waiting record that are named. */
const behindMax = 100;

/** What waits in one partition for its next attempt, to be remembered beside the mark. Pure. */
export function waitingRecordsOf(
  partition: Partition,
  lanes: Iterable<readonly OpenRecord[]>,
  subjectOf: (open: OpenRecord) => string,
): readonly WaitingRecord[] {
  const waiting: WaitingRecord[] = [];
  for (const [first, ...later] of lanes) {
    if (first === undefined || first.partition !== partition || first.replayId !== null) continue;
    if (first.lastFailure === null || first.failingSinceMs === null) continue;
    const { kind, code, target } = first.lastFailure;
    waiting.push({
      offset: first.record.offset,
      attempts: first.attempts,
      charged: first.charged,
      nextAttemptAtMs: first.nextAttemptAtMs ?? 0,
      failingSinceMs: first.failingSinceMs,
      failure: { kind, code, ...(target === undefined ? {} : { target }) },
      subject: subjectOf(first),
      behind: later
        .filter((open) => open.partition === partition)
        .slice(0, behindMax)
        .map((open) => open.record.offset),
    });
    if (waiting.length >= rememberedMax) break;
  }
  return waiting;
}

/** Gives a record that is read again the attempts it had; answers the milliseconds it still has to wait. */
export function restoreWaiting(open: OpenRecord, wallMs: number, waitMaxMs: number): number {
  const remembered = open.partition.restored.get(open.record.offset);
  if (remembered === undefined) return 0;
  open.partition.restored.delete(open.record.offset);
  open.attempts = remembered.attempts;
  open.charged = remembered.charged;
  open.failingSinceMs = remembered.failingSinceMs;
  open.lastFailure = { ...remembered.failure, message: "It failed before the consumer started anew." };
  open.nextAttemptAtMs = remembered.nextAttemptAtMs;
  // A clock that was set back must not hold a record for days.
  return Math.min(waitMaxMs, Math.max(0, remembered.nextAttemptAtMs - wallMs));
}
