import type { Failure } from "@gluttony/model";
import type { ExchangeFault } from "./exchange.ts";

/**
 * Judges what went wrong with an exchange. Whatever happened after the target may have seen the request is ambiguous: it
 * may have been applied, and the retry carries the same idempotency key. Messages hold the origin and error codes, never
 * a path, a query or a body. Pure.
 */
export function failureOf(fault: ExchangeFault, origin: string): Failure {
  const errno = fault.errno === "" ? "" : ` (${fault.errno})`;
  const unanswered = fault.isSent ? "ambiguous" : "transient";
  const failure = (kind: Failure["kind"], code: string, what: string): Failure => ({
    kind,
    code,
    message: `${origin} ${what}${errno}.`,
    target: origin,
  });
  switch (fault.reason) {
    case "address_refused":
      return failure("config", "target.address_refused", "leads to an address that is refused");
    case "held_back":
      return {
        ...failure("transient", "target.breaker_open", "is not called for now"),
        ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }),
      };
    case "lease_lost": {
      // The target had no part in it, so none is named.
      const message = "The hold on the partition had lapsed, so nothing was sent.";
      return { kind: "transient", code: "handler.lease_lost", message };
    }
    case "busy":
      return failure("transient", "target.busy", "has too many calls waiting");
    case "too_large":
      return failure("record", "target.answer_too_large", "answered more than the limit");
    case "unreadable":
      return failure(unanswered, "target.answer_invalid", "answered what is not HTTP");
    case "aborted":
      return failure(unanswered, "target.timeout", "had not answered when the attempt was ended");
    case "timeout":
      if (!fault.isSent) return failure("transient", "target.unreachable", "could not be reached in time");
      return failure("ambiguous", "target.timeout", "did not answer in time");
    case "lost":
      if (!fault.isSent) return failure("transient", "target.unreachable", "could not be reached");
      return failure("ambiguous", "target.reset", "closed the connection before its answer was whole");
  }
}
