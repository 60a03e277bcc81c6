import type { ShadowCount } from "./shadow/shadow-tally.ts";

/** A release that failed for a consumer, and the one that serves it again. */
export interface TakenBack {
  readonly consumerId: string;
  readonly package: string;
  readonly failed: string;
  readonly servesAgain: string;
  readonly attempts: number;
  /** Attempts that failed by the release's own fault. */
  readonly faults: number;
}

/** Makes what one host took back hold on every host, and after a restart. Implemented by `@gluttony/postgres`. */
export interface TakeBacks {
  /** Does nothing when the failed release does not serve the consumer any more. Throws GluttonyError (`plugin.*`, `database.*`). */
  remember(taken: TakenBack): Promise<void>;
}

/** Keeps what shadows come to. Implemented by `@gluttony/postgres`. */
export interface ShadowBook {
  /**
   * Adds to the counts of a consumer's shadow; those of another version than the one that shadows it now are left out. Null: of whatever
   * shadows it.
   */
  add(consumerId: string, version: string | null, counts: readonly ShadowCount[]): Promise<void>;
}
