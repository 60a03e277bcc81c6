import type { WatchMemory } from "./decide-restart.ts";

/** One thing that was done for a connector, or what it came to. */
export interface ConnectorEvent {
  readonly connector: string;
  readonly hostId: string;
  readonly at: Date;
  /** `restart_failed`, `restart_all`, `make_again`. */
  readonly deed: string;
  /** `asked`, `refused`, `recovered`, `failed_again`, `gave_up`. */
  readonly outcome: string;
  /** A code or a scrubbed line; no values. */
  readonly note: string;
}

/** A connector as the watch last saw it. */
export interface ConnectorHealth extends WatchMemory {
  readonly connector: string;
  /** First line of what failed, scrubbed. */
  readonly failure: string | null;
  /** Names of options that somebody else changed. */
  readonly drift: readonly string[];
  /** Codes of what blocks it in its source, or of why the source could not be looked at. */
  readonly findings: readonly string[];
}

/** What the watch remembers, so that any host can go on with it. Implemented by `@gluttony/postgres`. */
export interface WatchBook {
  /** Runs `work` unless another host does just now; null then. */
  whileAlone<T>(work: () => Promise<T>): Promise<T | null>;
  load(): Promise<readonly ConnectorHealth[]>;
  /** Replaces everything that is remembered. */
  save(seen: readonly ConnectorHealth[]): Promise<void>;
  note(events: readonly ConnectorEvent[]): Promise<void>;
}
