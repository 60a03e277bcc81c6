import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";
import {
  AlwaysOnSampler,
  type IdGenerator,
  RandomIdGenerator,
  type Sampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Resource } from "@opentelemetry/resources";

/** Milliseconds from which work is told although it was not sampled. */
export const slowMs = 1_000;

/** What is known when work begins. */
export interface SpanStart {
  readonly kind: SpanKind;
  readonly parent: SpanContext | null;
  readonly links?: readonly SpanContext[];
  /** Asked only for what is told. */
  readonly words: () => Attributes;
}

/** How work ended. */
export interface SpanEnd {
  readonly isError: boolean;
  readonly words: Attributes;
}

/** Work under way. */
export interface OpenSpan {
  /** For whoever is called meanwhile. */
  readonly context: SpanContext;
  /** Ends it; answers the context under which it is told, null when it is not. */
  end(end: SpanEnd): SpanContext | null;
}

/** What spans are made with. */
export interface SpanMeans {
  readonly sampler: Sampler;
  readonly resource: Resource;
  readonly processor: SpanProcessor;
  readonly version: string;
}

/**
 * Makes spans. Whether work is recorded is decided at its beginning by the sampler; what was not, and failed or took long, is told
 * afterwards under the ids that it had.
 */
export class Spans {
  readonly #provider: TracerProvider;
  readonly #sampled: Tracer;
  readonly #retold: Tracer;
  readonly #ids = new GivenIds();

  constructor({ sampler, resource, processor, version }: SpanMeans) {
    const shared = { resource, spanProcessors: [processor] };
    this.#provider = new TracerProvider({ ...shared, sampler });
    this.#sampled = this.#provider.getTracer("gluttony", version);
    const always = { ...shared, sampler: new AlwaysOnSampler(), idGenerator: this.#ids };
    this.#retold = new TracerProvider(always).getTracer("gluttony", version);
  }

  /** Begins work that the sampler decides about. */
  begin(name: string, start: SpanStart): OpenSpan {
    const startedMs = performance.now();
    const span = this.#sampled.startSpan(name, optionsOf(start), contextOf(start.parent));
    if (span.isRecording()) {
      span.setAttributes(start.words());
      return { context: span.spanContext(), end: (end) => ended(span, end) };
    }
    const context = span.spanContext();
    return { context, end: (end) => this.#tellIfWorth(name, { start, startedMs, context }, end) };
  }

  /** Begins work that is told only when it fails or takes long: there is much of it, and all of it alike. */
  watch(name: string, start: SpanStart): OpenSpan {
    const startedMs = performance.now();
    const context = this.#ids.fresh(start.parent);
    return { context, end: (end) => this.#tellIfWorth(name, { start, startedMs, context }, end) };
  }

  /** Tells what waits, then nothing more. */
  close(): Promise<void> {
    return this.#provider.shutdown();
  }

  #tellIfWorth(name: string, { start, startedMs, context }: Untold, end: SpanEnd): SpanContext | null {
    const tookMs = performance.now() - startedMs;
    if (!end.isError && tookMs < slowMs) return null;
    this.#ids.give(context);
    const options = { ...optionsOf(start), startTime: Date.now() - tookMs };
    const span = this.#retold.startSpan(name, options, contextOf(start.parent));
    span.setAttributes(start.words());
    return ended(span, end);
  }
}

interface Untold {
  readonly start: SpanStart;
  readonly startedMs: number;
  readonly context: SpanContext;
}

function ended(span: Span, { isError, words }: SpanEnd): SpanContext {
  span.setAttributes(words);
  // Never with a message: it may quote a row.
  if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  return span.spanContext();
}

function optionsOf({ kind, links = [] }: SpanStart): {
  kind: SpanKind;
  links: { context: SpanContext }[];
} {
  return { kind, links: links.map((context) => ({ context })) };
}

function contextOf(parent: SpanContext | null): Context {
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** Gives a span that is told afterwards the ids that were handed on while it ran. */
class GivenIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #given: SpanContext | null = null;

  give(context: SpanContext): void {
    this.#given = context;
  }

  fresh(parent: SpanContext | null): SpanContext {
    return {
      traceId: parent?.traceId ?? this.#random.generateTraceId(),
      spanId: this.#random.generateSpanId(),
      traceFlags: TraceFlags.NONE,
    };
  }

  readonly generateTraceId = (): string => this.#given?.traceId ?? this.#random.generateTraceId();
  readonly generateSpanId = (): string => this.#given?.spanId ?? this.#random.generateSpanId();
}
