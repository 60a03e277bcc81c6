import type { DeadLetter, Failure, LetterEvent } from "@gluttony/model";

/** A dead letter without its content, with numbers as texts. */
export interface DeadLetterView extends Omit<DeadLetter, "offset" | "parkedAt"> {
  readonly offset: string;
  readonly parkedAt: string;
}

/** Projects field by field, so that a store's additions never leak out. */
export function deadLetterView(letter: DeadLetter): DeadLetterView {
  return {
    id: letter.id,
    consumerId: letter.consumerId,
    consumer: letter.consumer,
    topic: letter.topic,
    partition: letter.partition,
    offset: String(letter.offset),
    state: letter.state,
    failure: failureView(letter.failure),
    attempts: letter.attempts,
    release: letter.release,
    parkedAt: letter.parkedAt.toISOString(),
    sizeBytes: letter.sizeBytes,
    subject: letter.subject,
    isBehind: letter.isBehind,
    holdsRecord: letter.holdsRecord,
    replays: letter.replays,
    reason: letter.reason,
    note: letter.note,
  };
}

/** One thing that happened to a letter. */
export function letterEventView({
  at,
  what,
  actor,
  failureCode,
  attempts,
  release,
  orderId,
}: LetterEvent): object {
  return { at: at.toISOString(), what, actor, failureCode, attempts, release, orderId };
}

function failureView({ kind, code, message, retryAfterMs, target }: Failure): Failure {
  return {
    kind,
    code,
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(target === undefined ? {} : { target }),
  };
}
