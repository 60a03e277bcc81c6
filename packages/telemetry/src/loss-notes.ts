import type { Logger } from "@gluttony/sdk";
import type { BoundedSpans, SpanCounts } from "./bounded-spans.ts";

/** Milliseconds between looks at what was lost. */
const lossBeatMs = 60_000;

/** Says once a minute how many spans were lost, as long as some are. */
export class LossNotes {
  readonly #spans: BoundedSpans;
  readonly #log: Logger;
  readonly #beat: NodeJS.Timeout;
  #said: SpanCounts = { sent: 0, lostToQueue: 0, lostToCollector: 0 };

  constructor(spans: BoundedSpans, log: Logger) {
    this.#spans = spans;
    this.#log = log;
    this.#beat = setInterval(() => this.#say(), lossBeatMs);
    this.#beat.unref();
  }

  close(): void {
    clearInterval(this.#beat);
    this.#say();
  }

  #say(): void {
    const { counts, waiting } = this.#spans;
    const [queue, collector] = [
      counts.lostToQueue - this.#said.lostToQueue,
      counts.lostToCollector - this.#said.lostToCollector,
    ];
    this.#said = counts;
    if (queue + collector === 0) return;
    this.#log.warn("spans were lost", {
      lostToQueue: queue,
      lostToCollector: collector,
      waiting,
      sent: counts.sent,
    });
  }
}
