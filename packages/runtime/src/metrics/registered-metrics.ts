import { durationBuckets, metricEntries, type MetricLabel, type MetricName } from "@gluttony/model";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Makes metrics as they are registered, and no others. */
export class RegisteredMetrics {
  readonly #registry = new Registry();

  counter<Name extends MetricName>(name: Name): Counter<MetricLabel<Name>> {
    return new Counter<MetricLabel<Name>>(this.#configOf(name));
  }

  gauge<Name extends MetricName>(name: Name): Gauge<MetricLabel<Name>> {
    return new Gauge<MetricLabel<Name>>(this.#configOf(name));
  }

  histogram<Name extends MetricName>(name: Name): Histogram<MetricLabel<Name>> {
    return new Histogram<MetricLabel<Name>>({ ...this.#configOf(name), buckets: [...durationBuckets] });
  }

  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #configOf<Name extends MetricName>(
    name: Name,
  ): { name: string; help: string; labelNames: MetricLabel<Name>[]; registers: [Registry] } {
    const { help, labels } = metricEntries[name];
    // The register's type says which labels each name has; its plain form has lost that.
    return { name, help, labelNames: [...labels] as MetricLabel<Name>[], registers: [this.#registry] };
  }
}
