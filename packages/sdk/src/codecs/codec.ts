import type { Change } from "../change.ts";
import type { RawRecord } from "../record.ts";

/** A record that is not a change for a handler, with the name of the rule that leaves it out. */
export interface NotAChange {
  readonly notAChange:
    | "tombstone"
    | "heartbeat"
    | "transaction"
    | "message"
    | "notification"
    | "signal"
    | "schema_change";
}

/** Why a record could not be decoded: a registered code, and facts without any row value. */
export interface Undecodable {
  readonly undecodable: string;
  readonly detail: string;
  /** The column that does not fit; left out when no single one is to blame. */
  readonly path?: string;
}

/** What came of a record. */
export type Decoded = Change | NotAChange | Undecodable;

/** Turns raw records of one format into changes. Pure: no clock, no I/O, and it never throws. */
export interface Codec {
  readonly name: string;
  decode(record: RawRecord): Decoded;
}
