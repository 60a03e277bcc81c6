import type { AttemptResult } from "@gluttony/core";
import type { TargetWord } from "./breakers.ts";

/** Failures that say nothing of the target, and nothing of the record: the attempt was not really made. */
const notMade: ReadonlySet<string> = new Set([
  "handler.aborted",
  "handler.lease_lost",
  "target.breaker_open",
  "target.busy",
  "target.call_refused",
  "once.ledger_unavailable",
]);

/** Failures that say what became of a call to a target or a registry, and not what a handler made of it. */
function isOfCall(code: string): boolean {
  return code.startsWith("target.") || code === "registry.unavailable";
}

/** Whether a failed attempt counts against the record's limit. */
export function isMade(failureCode: string): boolean {
  return !notMade.has(failureCode);
}

/**
 * What an attempt says of each target that it called. A failure that may pass speaks against the target it names;
 * any other answer speaks for the target, also one that refuses a record. Pure.
 */
export function targetWordsOf(result: AttemptResult, record: string): ReadonlyMap<string, TargetWord> {
  const words = new Map<string, TargetWord>();
  const good = { isGood: true, isPlain: false, record, retryAfterMs: 0 };
  for (const { origin, isUp } of result.called ?? []) {
    words.set(origin, isUp ? good : { ...good, isGood: false, isPlain: true });
  }
  if (result.kind !== "failed" || result.failure.target === undefined) return words;
  const { kind, code, target, retryAfterMs = 0 } = result.failure;
  if (!isMade(code)) words.delete(target);
  else if (kind === "transient" || kind === "ambiguous") {
    const isPlain = isOfCall(code) || words.get(target)?.isPlain === true;
    words.set(target, { isGood: false, isPlain, record, retryAfterMs });
  } else words.set(target, good);
  return words;
}
