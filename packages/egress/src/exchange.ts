/** One request as it goes out: checked, with the host's own headers. */
export interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | null;
}

/** A whole answer; bodies are as they came, also when they are compressed. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
}

/** What went wrong with an exchange, before anybody judges it. */
export interface ExchangeFault {
  readonly reason: "address_refused" | "aborted" | "busy" | "lost" | "timeout" | "too_large" | "unreadable";
  /** Whether the target may have seen the request. */
  readonly isSent: boolean;
  /** System or protocol error code; empty when there was none. */
  readonly errno: string;
}

/** How an exchange ended. */
export type Exchanged = { readonly answer: Answer } | { readonly fault: ExchangeFault };
