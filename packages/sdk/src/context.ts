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
  /**
   * Runs a step unless the ledger says that it was done for this record, in whichever attempt, on whichever host;
   * then its remembered result is returned. `name` is a constant (`post-patient`), at most 64 characters of `a-z0-9-`.
   * The result is JSON of at most 4 KiB, or nothing.
   *
   * A step is claimed before it runs and noted after it. A process that dies in between leaves the outcome unknown:
   * the next attempt then runs the step again (`whenUnknown: "again"`, the default: for steps that a target recognises
   * by the idempotency key) or parks the record for a person (`"park"`: the step is never run twice). A step that
   * throws a `HandlerError` of any kind but `ambiguous` counts as not done; any other error as unknown.
   */
  once<Result extends OnceResult>(
    name: string,
    step: () => Promise<Result> | Result,
    options?: OnceOptions,
  ): Promise<Result>;
  /** What this handler remembers for this consumer, whichever record, release or host. */
  readonly state: HandlerState;
  /**
   * The value of a secret that the manifest asks for (`permissions.secrets`) and a person granted. Never put it into a log line,
   * an error or a result. Throws `HandlerError` of kind `config` when it is not granted or has no value.
   */
  secret(name: string): Promise<string>;
}

/**
 * A handler's memory: JSON values by key, kept by the host. A write is durable when it resolves, and the last one counts; two
 * records of different keys may write at the same time. Refused writes throw a `HandlerError` of kind `config`
 * (`state.key_invalid`, `state.value_invalid`, `state.full`); when the store cannot be reached, of kind `transient`.
 */
export interface HandlerState {
  /** The value, or nothing when there is none. */
  get(key: string): Promise<OnceResult>;
  /** At most 64 KiB of JSON, under a key of 1 to 200 characters; at most 10,000 keys for a consumer and handler. */
  set(key: string, value: OnceResult): Promise<void>;
  delete(key: string): Promise<void>;
}

/** What a step of `once` may return: JSON, or nothing. */
export type OnceResult =
  | undefined
  | null
  | boolean
  | number
  | string
  | readonly OnceResult[]
  | { readonly [name: string]: OnceResult };

/** What happens to a step whose outcome is unknown. */
export interface OnceOptions {
  readonly whenUnknown?: "again" | "park";
}
