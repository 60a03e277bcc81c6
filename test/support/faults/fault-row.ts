import type { Evidence } from "./evidence.ts";
import type { FaultScene } from "./fault-scene.ts";
import type { Behaviour } from "./faulty-target.ts";

/** A state with its cause, as the API must have shown it while the fault lasted. */
export interface Shown {
  readonly state: string;
  readonly code?: string | RegExp;
}

/** What must hold, beside what holds for every run. */
export interface Expectation {
  /** One of these is seen; an empty list stands for a fault that nobody sees. */
  readonly shows: readonly Shown[];
  /** Nothing can run while it lasts: then the API must not say `running` for long. */
  readonly stands?: boolean;
  /** Records parked in all; 0 unless said, and `any` where only the row itself can tell. */
  readonly parked?: number | { readonly atMost: number } | "any";
  /** Requests applied more than once; 0 unless said. */
  readonly duplicatesMax?: number;
  /** The fence is on: an older version never follows a newer one. */
  readonly isFenced?: boolean;
  /** Whether the consumer beside it must keep its pace; true unless said. */
  readonly sparesNeighbour?: boolean;
  /** Milliseconds in which it must be back, counted from the heal, or from the fault where nobody heals it. */
  readonly recoversWithinMs?: number;
  readonly recoversFrom?: "heal" | "fault";
  /** The consumer stays blocked, so nothing is drained; what was read must balance all the same. */
  readonly staysBlocked?: boolean;
  /** Milliseconds in which nothing may end although records wait; what a rebalance needs, where one is part of the fault. */
  readonly stallMaxMs?: number;
}

/** What a scene is made of. */
export interface SceneWish {
  readonly hosts?: number;
  readonly partitions?: number;
  readonly perSecond?: number;
  readonly subjects?: number;
  readonly delivery?: { readonly [name: string]: unknown };
  /** `configuration.handler`; the patient index's settings unless said. */
  readonly handler?: { readonly [name: string]: unknown };
  /** Folder below `test/fixtures/plugins`, and its package; the first-party `empi` unless said. */
  readonly plugin?: { readonly folder: string; readonly handlerFunc: string };
  readonly env?: { readonly [name: string]: string };
  /** What the target does before and after the fault; it accepts everything unless said. */
  readonly behaviour?: Behaviour;
  readonly topicConfig?: Readonly<Record<string, string>>;
  /** A broker or a Postgres that this scene alone uses, so that it can be ended. */
  readonly ownBroker?: boolean;
  readonly ownPostgres?: boolean;
  /** The Postgres of its own lies on a file system of this size. */
  readonly postgresDiskBytes?: number;
  /** The topic is not made. */
  readonly withoutTopic?: boolean;
}

/** One row of the fault matrix: what is done to a running system, and what must be true then. */
export interface FaultRow {
  /** Label of the row, such as `F51`. */
  readonly id: string;
  readonly title: string;
  /** In the quick subset that every test run holds. */
  readonly isQuick?: boolean;
  /** Takes many minutes, so it is run only when it is named. */
  readonly isLong?: boolean;
  /** Milliseconds that the whole run of the row may take. */
  readonly limitMs?: number;
  /** Milliseconds in which everything must be drained when nothing more is written; a minute and a half unless said. */
  readonly drainLimitMs?: number;
  /** What the product does not do yet; then the row is run only when it is named. */
  readonly pending?: string;
  /** Why this machine cannot run it; null when it can. */
  readonly lacks?: () => string | null;
  readonly scene?: SceneWish;
  /** The least time between fault and heal. */
  readonly holdMs?: number;
  readonly inject: (scene: FaultScene) => Promise<unknown>;
  readonly heal?: (scene: FaultScene) => Promise<unknown>;
  readonly expect: Expectation;
  /** Figures of this row beside those of every row, in one sentence for the table. */
  readonly figures?: (evidence: Evidence) => string;
  /** What only this row can check; each finding is a sentence. */
  readonly check?: (scene: FaultScene, evidence: Evidence) => Promise<readonly string[]>;
}
