/** A value that may be logged beside a message. Never a row value, a key or a person's name. */
export type LogFacts = { readonly [name: string]: string | number | boolean | null };

/** Writes to the host's log, tagged with plugin, consumer and record coordinates. */
export interface Logger {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
}

/** A request that the host performs on the handler's behalf. */
export interface TargetRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers?: { readonly [name: string]: string };
  /** Text or bytes; at most 8 MiB. */
  readonly body?: string | Uint8Array;
  /** Milliseconds for headers and body together; never beyond the attempt's own deadline. */
  readonly timeoutMs?: number;
}

/** A target's whole answer; at most 8 MiB of body. */
export interface TargetResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
  text(): string;
  /** Parses the body as JSON; throws a `HandlerError` of kind `transient` when it is not JSON. */
  json(): unknown;
}

/** What a handler is given beside the change. One context lives for one attempt. */
export interface HandlerContext<Config = unknown> {
  /** The consumer's settings for this handler, checked against the handler's schema. */
  readonly config: Config;
  readonly log: Logger;
  /** Aborted at the attempt's soft deadline, when the partition is revoked, and when the host stops. */
  readonly signal: AbortSignal;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The same in every attempt and after every restart; `fetch` sends it as `Idempotency-Key`. */
  readonly idempotencyKey: string;
  readonly consumer: string;
  /**
   * Calls a target through the host: granted origins only, no redirects, with a deadline and the idempotency
   * key. Throws `HandlerError` of kind `transient` (not reached), `ambiguous` (sent, no answer) or
   * `config` (origin not granted). An HTTP error status is an answer, not a throw.
   */
  fetch(url: string, request?: TargetRequest): Promise<TargetResponse>;
}
