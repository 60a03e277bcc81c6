import type { LogFacts, Logger } from "@gluttony/sdk";
import type { SpanContext } from "@opentelemetry/api";
import type { CurrentSpan } from "./current-span.ts";
import { type OpenAttempts, placeOf } from "./open-attempts.ts";

/** The same log; a line that belongs to an attempt or a request says to which trace. */
export function tracedLog(
  log: Logger,
  { current, attempts }: { readonly current: CurrentSpan; readonly attempts: OpenAttempts },
): Logger {
  const traced = (facts: LogFacts): LogFacts => {
    const context = current.context ?? attemptOf(facts, attempts);
    return context === undefined ? facts : { ...facts, traceId: context.traceId, spanId: context.spanId };
  };
  return {
    debug: (message, facts = {}) => log.debug(message, traced(facts)),
    info: (message, facts = {}) => log.info(message, traced(facts)),
    warn: (message, facts = {}) => log.warn(message, traced(facts)),
    error: (message, facts = {}) => log.error(message, traced(facts)),
  };
}

function attemptOf(
  { consumer, topic, partition, offset }: LogFacts,
  attempts: OpenAttempts,
): SpanContext | undefined {
  if (typeof consumer !== "string" || typeof topic !== "string") return undefined;
  return attempts.at(placeOf(consumer, topic, { partition, offset }));
}
