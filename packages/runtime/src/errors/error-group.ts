import { createHash } from "node:crypto";
import type { FailureKind } from "@gluttony/sdk";
import type { RecordCoordinates } from "@gluttony/sdk/codecs";

/** What failures have in common that count as one error. None of it comes from a record. */
export interface ErrorCause {
  readonly code: string;
  readonly kind: FailureKind;
  /** The release that was tried, as `package@version`; empty when the record did not reach a handler. */
  readonly release: string;
  /** Places in the plugin's own files, the innermost first. */
  readonly frames: readonly string[];
}

/** Failed attempts that one thing made. */
export interface ErrorGroup extends ErrorCause {
  readonly fingerprint: string;
  readonly count: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  /** The record that failed so last. */
  readonly sample: RecordCoordinates;
}

/** Keeps the errors of consumers. Implemented by `@gluttony/postgres`. */
export interface ErrorBook {
  /** Adds to what is known of one consumer; of each consumer the groups that were seen last are kept. */
  add(consumerId: string, groups: readonly ErrorGroup[]): Promise<void>;
}

/** The same text for the same cause on every host: 16 hexadecimal digits over code, release and frames. */
export function fingerprintOf({ code, release, frames }: ErrorCause): string {
  return createHash("sha256")
    .update(JSON.stringify([code, release, frames]), "utf8")
    .digest("hex")
    .slice(0, 16);
}
