import type { AccountRow } from "../delivery-scene.ts";
import type { TargetEntry } from "./faulty-target.ts";
import type { Sample } from "./timeline.ts";
import type { TopicTruth } from "./topic-truth.ts";

/** One dead letter as the database holds it. */
export interface Letter {
  readonly partition: number;
  readonly offset: bigint;
  readonly code: string;
  readonly state: string;
}

/** Something the nemesis did. Times are monotonic milliseconds. */
export interface Deed {
  readonly atMs: number;
  readonly what: string;
}

/** When the parts of a run began. */
export interface Phases {
  readonly startedAtMs: number;
  /** From here the neighbour's pace is its control. */
  readonly controlAtMs: number;
  readonly injectedAtMs: number;
  readonly healedAtMs: number;
  /** Null when it never came back. */
  readonly recoveredAtMs: number | null;
  /** When nothing more was written. */
  readonly quietAtMs: number;
  /** Null when it was never drained. */
  readonly drainedAtMs: number | null;
}

/** Everything that one run left behind; the checkers look at nothing else. */
export interface Evidence {
  readonly phases: Phases;
  readonly deeds: readonly Deed[];
  readonly timeline: readonly Sample[];
  readonly journal: readonly TargetEntry[];
  readonly neighbour: readonly TargetEntry[];
  /** What was written for the neighbour, and when. */
  readonly neighbourSends: readonly { readonly atMs: number; readonly count: number }[];
  /** Records handed to the broker. */
  readonly sent: number;
  /** Empty when the topic cannot be read any more. */
  readonly truth: TopicTruth;
  readonly account: readonly AccountRow[];
  /** `cdc.consumer.count`. */
  readonly count: bigint;
  readonly letters: readonly Letter[];
  /** Where the marker was found that only the target may see. */
  readonly leaks: readonly string[];
}
