import { createHash } from "node:crypto";
import { GluttonyError } from "@gluttony/model";
import type { LetterPlan, LetterSet } from "../letter-ports.ts";
import type { LetterSelection } from "../ports.ts";

/** Milliseconds for which a plan may be applied. */
export const letterPlanValidMs = 900_000;

/** What is to be done to which letters. */
export interface LetterWish {
  readonly deed: "replay" | "discard";
  readonly selection: LetterSelection;
  /** Also letters that failed five replays. */
  readonly isForced: boolean;
}

/** A plan as it was shown: its end and its hash, which stands for all of it. */
export interface ShownLetterPlan {
  readonly expiresAt: string;
  readonly hash: string;
}

/** Covers what would be done, to exactly which letters, and until when. Pure. */
export function letterPlanHash(wish: LetterWish, { count, digest }: LetterSet, expiresAt: string): string {
  const { deed, selection, isForced } = wish;
  const text = JSON.stringify([deed, selection, isForced, count, digest, expiresAt]);
  return createHash("sha256").update(text, "utf8").digest("hex").slice(0, 32);
}

/** Makes the plan of what was counted. Pure. */
export function shownLetterPlan(wish: LetterWish, plan: LetterPlan, expiresAt: string): object {
  const { consumerId, set, byFailureCode, byPartition, keys, followers, leftOut } = plan;
  const { deed, isForced } = wish;
  const hash = letterPlanHash(wish, set, expiresAt);
  const { count } = set;
  return {
    deed,
    consumerId,
    count,
    isForced,
    byFailureCode,
    byPartition,
    keys,
    followers,
    leftOut,
    expiresAt,
    hash,
  };
}

/**
 * Judges the letters that were really taken by the plan that was shown; undefined where none was. Throws
 * `dead_letter.plan_stale` when they are others, or the plan is too old.
 */
export function confirmationOf(
  wish: LetterWish,
  shown: ShownLetterPlan | undefined,
): ((set: LetterSet) => void) | undefined {
  if (shown === undefined) return undefined;
  if (Date.parse(shown.expiresAt) <= Date.now())
    throw new GluttonyError("dead_letter.plan_stale", { expiredAt: shown.expiresAt });
  return (set) => {
    if (letterPlanHash(wish, set, shown.expiresAt) === shown.hash) return;
    throw new GluttonyError("dead_letter.plan_stale", { letters: set.count });
  };
}
