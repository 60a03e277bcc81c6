/** Something that happened, without row values. */
export interface StoredEvent {
  readonly id: bigint;
  readonly at: Date;
  readonly topic: string;
  readonly kind: string;
  /** Null for what belongs to no consumer. */
  readonly consumerId: string | null;
  readonly subject: string | null;
  readonly detail: unknown;
}

/** What happened, on any host, in one order. Implemented by `@gluttony/postgres`. */
export interface EventStore {
  /** The oldest and the newest number that are kept; both 0 when there are none. */
  ends(): Promise<{ readonly oldest: bigint; readonly newest: bigint }>;
  /** Those after a number and those of missing numbers, in their order. */
  read(wish: {
    readonly after: bigint;
    readonly missing: readonly bigint[];
    readonly limit: number;
  }): Promise<readonly StoredEvent[]>;
  /** Calls back when there may be new ones, until the signal. */
  listen(onChange: () => void, signal: AbortSignal): Promise<void>;
}
