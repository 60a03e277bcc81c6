import type { Failure } from "@gluttony/model";

/** Failed attempts of a consumer that one thing made, on all hosts together. None of it comes from a record. */
export interface SeenError {
  readonly fingerprint: string;
  readonly code: string;
  readonly kind: Failure["kind"];
  /** `package@version`; null when the records did not reach a handler. */
  readonly release: string | null;
  /** Places in the plugin's own files, the innermost first. */
  readonly frames: readonly string[];
  readonly count: bigint;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** The record that failed so last. */
  readonly sample: { readonly topic: string; readonly partition: number; readonly offset: bigint };
}

/** What fails, by what makes it. Implemented by `@gluttony/postgres`. */
export interface ErrorReader {
  /** Seen last first, at most 200. */
  list(consumerId: string): Promise<readonly SeenError[]>;
  /** Throws `consumer.error_unknown`. */
  get(consumerId: string, fingerprint: string): Promise<SeenError>;
}
