import { appendAudit } from "./audit.ts";
import type { LetterSelection } from "./letter-selection.ts";
import type { Queries } from "./pool.ts";

/** What a person did to dead letters. */
export interface LettersDeed {
  readonly action: "dead-letter.replay" | "dead-letter.discard" | "dead-letter.restore";
  readonly actor: string;
  readonly reason: string | null;
  readonly consumerId: string | null;
  readonly selection: LetterSelection;
  readonly count: number;
}

/** Ids of letters that one entry names; of more it tells the number. */
const namedMax = 50;

/** Adds a person's deed to the audit, in the transaction that does it. */
export function noteLetters(queries: Queries, deed: LettersDeed): Promise<void> {
  const { action, actor, reason, consumerId, selection, count } = deed;
  const named = "ids" in selection ? { deadLetters: selection.ids.slice(0, namedMax) } : filterOf(selection);
  return appendAudit(queries, {
    actor,
    action,
    targetKind: "consumer",
    targetId: consumerId,
    reason,
    detail: { count, ...named },
    result: "done",
  });
}

function filterOf(selection: Exclude<LetterSelection, { readonly ids: readonly string[] }>): {
  readonly [name: string]: string | number | null;
} {
  return {
    failureCode: selection.failureCode ?? null,
    partition: selection.partition ?? null,
    subject: selection.subject ?? null,
    parkedBefore: selection.parkedBefore?.toISOString() ?? null,
    parkedAfter: selection.parkedAfter?.toISOString() ?? null,
  };
}
