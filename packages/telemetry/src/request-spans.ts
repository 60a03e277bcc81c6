import { SpanKind } from "@opentelemetry/api";
import type { CurrentSpan } from "./current-span.ts";
import { servedAnswerWords, servedWords } from "./span-words.ts";
import type { Spans } from "./spans.ts";
import { parsedContext } from "./trace-context.ts";

/** A request to the admin API as it begins. */
export interface BeginningRequest {
  readonly id: string;
  readonly method: string;
  /** The pattern that was matched. */
  readonly route: string;
  /** As the caller sent it; null when it sent none. */
  readonly traceparent: string | null;
}

/** A request to the admin API under way. */
export interface RequestSpan {
  run(work: () => void): void;
  end(status: number): void;
}

/** What is asked for every few seconds by machines is told only when it fails or takes long. */
const askedByMachines: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/startupz", "/metrics"]);

/** Follows a request as a span, beneath the caller's own. */
export function beginRequest(
  { id, method, route, traceparent }: BeginningRequest,
  { spans, current }: { readonly spans: Spans; readonly current: CurrentSpan },
): RequestSpan {
  const parent = traceparent === null ? null : parsedContext(traceparent);
  const start = { kind: SpanKind.SERVER, parent, words: () => servedWords(method, route, id) };
  const name = `${method} ${route}`;
  const span = askedByMachines.has(route) ? spans.watch(name, start) : spans.begin(name, start);
  return {
    run: (work) => current.within(span.context, work),
    end: (status) => {
      span.end({ isError: status >= 500, words: servedAnswerWords(status) });
    },
  };
}
