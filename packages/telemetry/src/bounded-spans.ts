import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace";

/** What became of spans since the start. */
export interface SpanCounts {
  readonly sent: number;
  /** Not taken, because as many waited as may. */
  readonly lostToQueue: number;
  /** Sent, and the collector did not take them in time. */
  readonly lostToCollector: number;
}

/** Bounds of what waits for the collector. */
export interface SpanBounds {
  readonly queueMax: number;
  readonly batchMax: number;
  readonly delayMs: number;
  /** Milliseconds after which the next batch goes although this one was not answered. */
  readonly exportTimeoutMs: number;
}

/**
 * Spans on their way to the collector. Never waits and never throws: what does not fit into the queue, or is not taken, is lost and
 * counted.
 */
export class BoundedSpans implements SpanProcessor {
  readonly #batches: BatchSpanProcessor;
  readonly #queueMax: number;
  #waiting = 0;
  #sent = 0;
  #lostToQueue = 0;
  #lostToCollector = 0;

  constructor(exporter: SpanExporter, { queueMax, batchMax, delayMs, exportTimeoutMs }: SpanBounds) {
    this.#queueMax = queueMax;
    this.#batches = new BatchSpanProcessor({
      exporter: {
        export: (spans, done) => this.#export(spans, { exporter, done }),
        shutdown: () => exporter.shutdown(),
      },
      // The bound is kept here, where the loss is counted; the library's own is never reached.
      maxQueueSize: queueMax + 1,
      maxExportBatchSize: Math.min(batchMax, queueMax),
      scheduledDelayMillis: delayMs,
      exportTimeoutMillis: exportTimeoutMs,
    });
  }

  get counts(): SpanCounts {
    return {
      sent: this.#sent,
      lostToQueue: this.#lostToQueue,
      lostToCollector: this.#lostToCollector,
    };
  }

  /** Spans that have not been handed to the collector yet. */
  get waiting(): number {
    return this.#waiting;
  }

  onStart(): void {
    // Only ended spans wait.
  }

  onEnd(span: ReadableSpan): void {
    if (this.#waiting >= this.#queueMax) {
      this.#lostToQueue += 1;
      return;
    }
    this.#waiting += 1;
    this.#batches.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#batches.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#batches.shutdown();
  }

  #export(
    spans: ReadableSpan[],
    { exporter, done }: { readonly exporter: SpanExporter; readonly done: (result: ExportResult) => void },
  ): void {
    this.#waiting -= spans.length;
    exporter.export(spans, (result) => {
      if (result.code === ExportResultCode.SUCCESS) this.#sent += spans.length;
      else this.#lostToCollector += spans.length;
      // Told as done in either case: a failure was counted, and the library would only log it.
      done({ code: ExportResultCode.SUCCESS });
    });
  }
}
