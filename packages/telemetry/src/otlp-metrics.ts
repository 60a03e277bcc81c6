import { type MetricEntry, metricEntries } from "@gluttony/model";
import { type HrTime, ValueType } from "@opentelemetry/api";
import { AggregationTemporality, DataPointType, type MetricData } from "@opentelemetry/sdk-metrics";
import { parseExposition, type Sample } from "./exposition.ts";

/** The moments between which was counted. */
export interface MetricSpan {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

const units: { readonly [unit in MetricEntry["unit"]]: string } = {
  records: "{record}",
  seconds: "s",
  bytes: "By",
  one: "1",
};

/** What `/metrics` serves, as OTLP tells it: the same names, types and labels. Pure. */
export function otlpMetrics(exposition: string, over: MetricSpan): MetricData[] {
  const samples = grouped(parseExposition(exposition));
  return Object.entries(metricEntries).flatMap(([name, entry]) => {
    const found = samples.get(name) ?? [];
    return found.length === 0 ? [] : [metricOf(name, entry, { samples: found, over })];
  });
}

/** By the registered name: a histogram's lines have endings of their own. */
function grouped(samples: readonly Sample[]): ReadonlyMap<string, readonly Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const name = Object.hasOwn(metricEntries, sample.name)
      ? sample.name
      : sample.name.replace(/_(?:bucket|sum|count)$/, "");
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [sample]);
    else known.push(sample);
  }
  return groups;
}

interface Counted {
  readonly samples: readonly Sample[];
  readonly over: MetricSpan;
}

function metricOf(name: string, { type, help, unit }: MetricEntry, { samples, over }: Counted): MetricData {
  const shared = {
    descriptor: { name, description: help, unit: units[unit], valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (type === "histogram")
    return { ...shared, dataPointType: DataPointType.HISTOGRAM, dataPoints: histogramsOf(samples, over) };
  const dataPoints = samples.map(({ labels, value }) => ({ ...over, attributes: labels, value }));
  return type === "counter"
    ? { ...shared, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...shared, dataPointType: DataPointType.GAUGE, dataPoints };
}

type HistogramPoints = Extract<MetricData, { readonly dataPointType: DataPointType.HISTOGRAM }>["dataPoints"];

/** Prometheus counts up to a bound, OTLP between two. */
function histogramsOf(samples: readonly Sample[], over: MetricSpan): HistogramPoints {
  const series = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { le: _bound, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    const known = series.get(key);
    if (known === undefined) series.set(key, [sample]);
    else known.push(sample);
  }
  return [...series.values()].map((lines) => {
    const buckets = lines
      .filter(({ name }) => name.endsWith("_bucket"))
      .map(({ labels, value }) => ({ bound: boundOf(labels["le"]), upTo: value }))
      .toSorted((left, right) => left.bound - right.bound);
    const { le: _bound, ...attributes } = lines[0]?.labels ?? {};
    return {
      ...over,
      attributes,
      value: {
        buckets: {
          boundaries: buckets.map(({ bound }) => bound).filter(Number.isFinite),
          counts: buckets.map(({ upTo }, at) => upTo - (buckets[at - 1]?.upTo ?? 0)),
        },
        sum: valueOf(lines, "_sum"),
        count: valueOf(lines, "_count"),
      },
    };
  });
}

function boundOf(written: string | undefined): number {
  return written === undefined || written === "+Inf" ? Number.POSITIVE_INFINITY : Number(written);
}

function valueOf(lines: readonly Sample[], ending: string): number {
  return lines.find(({ name }) => name.endsWith(ending))?.value ?? 0;
}
