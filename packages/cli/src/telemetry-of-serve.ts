import type { AdminCollaborators } from "@gluttony/admin";
import type { ConnectorsCollaborators } from "@gluttony/connect";
import type { HttpClient } from "@gluttony/egress";
import type { KafkaTopics } from "@gluttony/kafka";
import { createMetricPoints, createOverviewFacts } from "@gluttony/postgres";
import type { Metrics } from "@gluttony/runtime";
import { watchAlerts } from "./alert-watch.ts";
import { alertingOf } from "./alerting-of-serve.ts";
import { keepSeries, keepSharedMetrics, type SeriesParts } from "./series-of-serve.ts";
import { keepSourceMeasures } from "./source-measures.ts";
import type { Stores } from "./stores.ts";

/** What measuring needs of a host. */
export interface TelemetryParts extends SeriesParts {
  readonly topics: KafkaTopics;
}

/** Measures sources, keeps the series, shows what all hosts share and watches the rules of alerts, until the signal. */
export async function keepTelemetry(
  connectorsWith: ConnectorsCollaborators,
  parts: TelemetryParts,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([
    keepSourceMeasures(connectorsWith, parts, signal),
    keepSeries(parts, signal),
    keepSharedMetrics(parts, signal),
    watchAlerts({ ...parts, http: connectorsWith.http }, signal),
  ]);
}

/** What the API asks of measures, series and alerts, on real parts. */
export function telemetryPorts({
  stores,
  metrics,
  http,
}: {
  readonly stores: Stores;
  readonly metrics: Metrics;
  readonly http: HttpClient;
}): Pick<AdminCollaborators, "alerting" | "metrics" | "onAnswer" | "overview" | "series"> {
  return {
    alerting: alertingOf(stores, http),
    metrics: () => metrics.text(),
    onAnswer: (route, answer) => metrics.host.answered(route, answer),
    overview: createOverviewFacts(stores.pool),
    series: createMetricPoints(stores.pool),
  };
}
