import type { RecordView } from "../changes/record-view.ts";
import type { RecordOutcome } from "../record-ports.ts";

/** An outcome as it is answered. */
export interface OutcomeView extends Omit<RecordOutcome, "nextAttemptAt" | "behindOffset"> {
  readonly nextAttemptAt: string | null;
  readonly behindOffset: string | null;
}

/** A record of a consumer and what became of it. */
export interface FollowedRecord extends RecordView {
  readonly outcome: OutcomeView;
}

/** Field by field, so that nothing else gets out. Pure. */
export function outcomeView(outcome: RecordOutcome): OutcomeView {
  const { name, isEnded, sentence, next, rule, attempts, attemptsReason } = outcome;
  const { durationMs, durationReason, nextAttemptAt, behindOffset, deadLetter, code, target } = outcome;
  return {
    name,
    isEnded,
    sentence,
    next,
    rule,
    attempts,
    attemptsReason,
    durationMs,
    durationReason,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    deadLetter,
    code,
    target,
    behindOffset: behindOffset === null ? null : String(behindOffset),
  };
}
