import type { Failure } from "./failure.ts";

export type DeadLetterState = "parked" | "replaying" | "replayed" | "discarded";

/** A record set aside, without its content: what lists may show. */
export interface DeadLetter {
  readonly id: string;
  readonly consumerId: string;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly state: DeadLetterState;
  readonly failure: Failure;
  readonly attempts: number;
  readonly release: string | null;
  readonly parkedAt: Date;
  readonly sizeBytes: number;
  /** Keyed hash of the ordering key; letters of one subject are replayed in the order of their offsets. */
  readonly subject: string;
  /** Parked only because an earlier record of its key is. */
  readonly isBehind: boolean;
  /** Whether the record's bytes are here, encrypted; else only where it lies in Kafka. */
  readonly holdsRecord: boolean;
  /** Times it was run again. */
  readonly replays: number;
  /** Why it was discarded; null otherwise. */
  readonly reason: string | null;
  /** What a person noted on it, at most 500 characters; null without a note. */
  readonly note: string | null;
}

/** What can happen to a dead letter. */
export const letterEventNames = [
  "parked",
  "replay_asked",
  "replay_failed",
  "replay_called_off",
  "replayed",
  "discarded",
  "restored",
] as const;
export type LetterEventName = (typeof letterEventNames)[number];

/** One thing that happened to a dead letter. */
export interface LetterEvent {
  readonly at: Date;
  readonly what: LetterEventName;
  /** The person, or the host that ran it; null where nobody in particular did. */
  readonly actor: string | null;
  /** Why it failed then; null when it did not. */
  readonly failureCode: string | null;
  /** Attempts up to then. */
  readonly attempts: number;
  readonly release: string | null;
  /** The order that it belonged to. */
  readonly orderId: string | null;
}

/** How many dead letters of one consumer there are of one kind. */
export interface DeadLetterStats {
  readonly consumer: string;
  readonly state: DeadLetterState;
  readonly failureCode: string;
  readonly count: number;
  readonly subjects: number;
  readonly oldestParkedAt: Date;
  readonly newestParkedAt: Date;
}

/** What a person asked to run again, and how far that is. */
export interface ReplayOrder {
  readonly id: string;
  readonly consumerId: string;
  readonly state: "running" | "done" | "stopped";
  readonly actor: string;
  readonly reason: string;
  /** Letters begun per second at most; null without a limit. */
  readonly perSecondMax: number | null;
  /** Failures after which the rest goes back to parked; null means never. */
  readonly failuresMax: number | null;
  readonly asked: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly askedAt: Date;
  readonly endedAt: Date | null;
}
