import type { CallStop } from "./call-stop.ts";
import type { CheckedAddress } from "./checked-address.ts";

/** One request as it goes out: checked, with the host's own headers. */
export interface Exchange {
  readonly address: CheckedAddress;
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array | null;
  readonly timeoutMs: number;
  readonly stop: CallStop | null;
  /** Who takes turns with others at the same target. */
  readonly party: string;
  /** Says why the exchange must not begin now; asked before the wait for a turn and when the turn has come. */
  readonly mayStart?: () => ExchangeFault | null;
  /** The same, asked with a connection in hand and right before the first byte is written. */
  readonly mayWrite?: () => ExchangeFault | null;
}

/** A whole answer; bodies are as they came, also when they are compressed. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
}

/** What went wrong with an exchange, before anybody judges it. */
export interface ExchangeFault {
  readonly reason:
    | "address_refused"
    | "aborted"
    | "busy"
    | "held_back"
    | "lease_lost"
    | "lost"
    | "timeout"
    | "too_large"
    | "unreadable";
  /** Whether the target may have seen the request. */
  readonly isSent: boolean;
  /** System or protocol error code; empty when there was none. */
  readonly errno: string;
  /** How long to wait at least, when that is known. */
  readonly retryAfterMs?: number;
}

/** How an exchange ended. */
export type Exchanged = { readonly answer: Answer } | { readonly fault: ExchangeFault };
