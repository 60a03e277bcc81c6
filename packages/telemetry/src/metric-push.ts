import type { Logger } from "@gluttony/sdk";
import { ExportResultCode, millisToHrTime } from "@opentelemetry/core";
import type { Resource } from "@opentelemetry/resources";
import { metricExporter } from "./otlp.ts";
import { otlpMetrics } from "./otlp-metrics.ts";
import type { MetricPushSettings } from "./settings.ts";

/** What pushing needs. */
export interface MetricPushParts {
  readonly resource: Resource;
  readonly version: string;
  /** The same text as `/metrics` serves. */
  readonly exposition: () => Promise<string>;
  readonly log: Logger;
}

/** Sends what `/metrics` serves to a collector, again and again. What one export loses the next one makes good: all is cumulative. */
export class MetricPush {
  readonly #parts: MetricPushParts;
  readonly #exporter: ReturnType<typeof metricExporter>;
  readonly #startTime = millisToHrTime(Date.now());
  readonly #beat: NodeJS.Timeout;
  #isPushing = false;
  #isTaken = true;

  constructor({ collector, intervalMs }: MetricPushSettings, parts: MetricPushParts) {
    this.#parts = parts;
    this.#exporter = metricExporter(collector);
    this.#beat = setInterval(() => void this.push(), intervalMs);
    this.#beat.unref();
  }

  /** One export; left out while one is under way. Never rejects. */
  async push(): Promise<void> {
    if (this.#isPushing) return;
    this.#isPushing = true;
    const isTaken = await this.#export().catch(() => false);
    if (this.#isTaken && !isTaken) this.#parts.log.warn("metrics are not taken by the collector");
    this.#isTaken = isTaken;
    this.#isPushing = false;
  }

  /** Sends the last numbers. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    await this.push();
    await this.#exporter.shutdown();
  }

  async #export(): Promise<boolean> {
    const { resource, version, exposition } = this.#parts;
    const over = { startTime: this.#startTime, endTime: millisToHrTime(Date.now()) };
    const metrics = otlpMetrics(await exposition(), over);
    const told = { resource, scopeMetrics: [{ scope: { name: "gluttony", version }, metrics }] };
    return new Promise((resolve) =>
      this.#exporter.export(told, ({ code }) => resolve(code === ExportResultCode.SUCCESS)),
    );
  }
}
