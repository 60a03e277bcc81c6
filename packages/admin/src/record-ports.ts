import type { ConsumerRow } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";

/** What can have become of a record. */
export const outcomeNames = [
  "delivered",
  "filtered",
  "skipped",
  "parked",
  "replaying",
  "replayed",
  "discarded",
  "retrying",
  "waiting_behind",
  "in_flight",
  "not_fetched",
  "held_up",
  "not_accounted",
  "deleted",
] as const;
export type OutcomeName = (typeof outcomeNames)[number];

/** Why a number of an outcome is not known: nobody watched, no attempt was made, or it is not over. */
export type OutcomeGap = "not_noted" | "not_attempted" | "under_way";

/** What became of one record of one consumer, so far. Never a row value or a key. */
export interface RecordOutcome {
  readonly name: OutcomeName;
  /** Whether the delivery is through with it. A parked record may still be replayed. */
  readonly isEnded: boolean;
  /** One sentence for a person. */
  readonly sentence: string;
  /** What to do next; null when there is nothing to do. */
  readonly next: string | null;
  /** The rule that left it out. */
  readonly rule: string | null;
  readonly attempts: number | null;
  readonly attemptsReason: OutcomeGap | null;
  /** Of the latest attempt. */
  readonly durationMs: number | null;
  readonly durationReason: OutcomeGap | null;
  readonly nextAttemptAt: Date | null;
  /** The earlier record of its key that it waits behind. */
  readonly behindOffset: bigint | null;
  readonly deadLetter: string | null;
  /** Why its latest attempt failed. */
  readonly code: string | null;
  /** The origin of the target that it failed at. */
  readonly target: string | null;
}

/** What is remembered of one consumer's records, read at one moment. */
export interface OpenLedger {
  /** What had become of a record of the consumer's topic by then. */
  outcomeOf(record: RawRecord): Promise<RecordOutcome>;
}

/** Tells what became of records. No group is joined and nothing is changed. Composed in `serve`. */
export interface RecordLedger {
  /** Lets attempts be noted for the next minute: what nobody looks at is not. */
  watch(consumer: ConsumerRow): void;
  open(consumer: ConsumerRow): Promise<OpenLedger>;
}
