/** A connector as it is registered, as the watch saw it, and as it was measured last. */
export interface SourceStanding {
  readonly connector: string;
  /** Tells source tables apart; holds no user and no password. */
  readonly sourceIdentity: string;
  readonly topic: string;
  readonly consumerIds: readonly string[];
  /** Null until the watch has seen it. */
  readonly health: {
    readonly state: string;
    readonly since: Date;
    /** First line of what failed, scrubbed. */
    readonly failure: string | null;
    /** Codes of what blocks it in its source. */
    readonly findings: readonly string[];
    /** Names of options that somebody else changed. */
    readonly drift: readonly string[];
    readonly mends: number;
    readonly nextMendAt: Date | null;
    readonly isGivenUp: boolean;
  } | null;
  /** Null until it was measured. */
  readonly measure: SourceMeasure | null;
}

/** What a host measured of a connector and its source. Where a value is null, its reason says why. */
export interface SourceMeasure {
  readonly measuredAt: Date;
  /** Null when Kafka Connect did not answer. */
  readonly tasks: readonly { readonly id: number; readonly state: string }[] | null;
  readonly slot: {
    readonly isActive: boolean;
    readonly walStatus: string | null;
    readonly retainedBytes: bigint;
    readonly behindBytes: bigint | null;
  } | null;
  readonly slotReason: string | null;
  readonly heartbeatAt: Date | null;
  readonly heartbeatEveryMs: number | null;
  readonly heartbeatReason: string | null;
  readonly lastChangeAt: Date | null;
  readonly lastChangeReason: string | null;
}

/** Sums of one consumer since its first start. */
export interface ConsumerTotals {
  readonly consumerId: string;
  readonly done: bigint;
  readonly filtered: bigint;
  readonly skipped: bigint;
  readonly parked: bigint;
  readonly hole: bigint;
  readonly lettersOpen: bigint;
}

/** Sums of one consumer over the last seconds, over all hosts. */
export interface RecentCounts {
  readonly consumerId: string;
  readonly received: number;
  readonly done: number;
  readonly filtered: number;
  readonly skipped: number;
  readonly parked: number;
  readonly retried: number;
  readonly commitsFailed: number;
  readonly cellRestarts: number;
  readonly handlerMs: number;
  /** By the register's buckets of durations; the last one has no bound. */
  readonly handlerCounts: readonly number[];
  readonly ackMs: number;
  readonly ackCounts: readonly number[];
}

/** What the view of the whole chain is made of, beside rows and what the hosts see. Implemented by `@gluttony/postgres`. */
export interface OverviewReader {
  /** Of every registered connector. */
  standings(): Promise<readonly SourceStanding[]>;
  /** Of every consumer that has any, or of one. */
  totals(consumerId?: string): Promise<readonly ConsumerTotals[]>;
  /** Of those of these consumers that counted something in these last seconds. */
  counts(seconds: number, consumerIds: readonly string[]): Promise<readonly RecentCounts[]>;
  /** Records that each consumer ended in these last seconds; one that counted nothing has none. */
  ended(seconds: number): Promise<ReadonlyMap<string, number>>;
}
