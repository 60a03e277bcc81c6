import { isSpanContextValid, type SpanContext } from "@opentelemetry/api";
import { parseTraceParent, TRACE_PARENT_HEADER } from "@opentelemetry/core";
import type { RawRecord } from "@gluttony/sdk/codecs";

/** A header longer than this is none of W3C's. */
const traceparentBytesMax = 128;

/** The context that a record's producer gave it; null when it gave none, or none that can be read. Pure. */
export function producerOf(headers: RawRecord["headers"]): SpanContext | null {
  for (const { name, value } of headers) {
    if (name.toLowerCase() !== TRACE_PARENT_HEADER || value === null) continue;
    if (value.byteLength > traceparentBytesMax) return null;
    return parsedContext(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1"));
  }
  return null;
}

/** A `traceparent` as it is written; null when it cannot be read. Pure. */
export function parsedContext(traceparent: string): SpanContext | null {
  const context = parseTraceParent(traceparent.trim());
  return context !== null && isSpanContextValid(context) ? { ...context, isRemote: true } : null;
}

/** As W3C writes it. Pure. */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, "0")}`;
}

/** A handler that wrote one itself knows better. Pure. */
export function hasTraceparent(headers: { readonly [name: string]: string }): boolean {
  for (const name in headers) if (name.toLowerCase() === TRACE_PARENT_HEADER) return true;
  return false;
}
