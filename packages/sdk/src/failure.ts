/**
 * Why an attempt did not succeed, which alone decides what happens next:
 * `transient` and `ambiguous` wait and retry in place, `record` is parked at once,
 * `auth` and `config` block the consumer, since they fail every record alike.
 * `ambiguous` means the request was sent and no answer came: it may have been applied.
 */
export type FailureKind = "transient" | "ambiguous" | "record" | "auth" | "config";

/** What a handler may say about a failure beside its kind. */
export interface HandlerErrorOptions {
  /** The least time to wait before the next attempt, milliseconds; as a target's `Retry-After` asks. */
  readonly retryAfterMs?: number;
  /** A dotted, stable code such as `empi.rejected`, shown in lists; never built from row values. */
  readonly code?: string;
  /** The target that failed, as its origin; set by `context.fetch`. */
  readonly target?: string;
  readonly cause?: unknown;
}

/**
 * The one error a handler throws on purpose. The message is shown to operators, so it must never hold a row
 * value or a person's name. Decided by `kind`, not by class: two copies of the SDK may be loaded.
 */
export class HandlerError extends Error {
  readonly kind: FailureKind;
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  readonly target: string | undefined;

  constructor(kind: FailureKind, message: string, options: HandlerErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "HandlerError";
    this.kind = kind;
    this.code = options.code ?? `handler.${kind}`;
    this.retryAfterMs = options.retryAfterMs;
    this.target = options.target;
  }
}
