import { OTLPExporterBase } from "@opentelemetry/otlp-exporter-base";
import {
  createOtlpHttpExportDelegate,
  httpAgentFactoryFromOptions,
} from "@opentelemetry/otlp-exporter-base/node-http";
import {
  JsonMetricsSerializer,
  JsonTraceSerializer,
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from "@opentelemetry/otlp-transformer";
import type { ResourceMetrics } from "@opentelemetry/sdk-metrics";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { CollectorSettings } from "./settings.ts";

/** Exports under way at once; beyond, an export fails at once. */
const exportsAtOnce = 4;

/** Sends spans by OTLP over HTTP. */
export function spanExporter(collector: CollectorSettings): OTLPExporterBase<ReadableSpan[]> {
  const serializer = collector.protocol === "http/json" ? JsonTraceSerializer : ProtobufTraceSerializer;
  const helper = TraceExporterMetricsHelper;
  const type = `otlp_${nameOf(collector)}_span_exporter`;
  return new OTLPExporterBase(
    createOtlpHttpExportDelegate(optionsOf(collector), serializer, type, helper, undefined),
  );
}

/** Sends metrics by OTLP over HTTP. */
export function metricExporter(collector: CollectorSettings): OTLPExporterBase<ResourceMetrics> {
  const serializer = collector.protocol === "http/json" ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  const helper = MetricsExporterMetricsHelper;
  const type = `otlp_${nameOf(collector)}_metric_exporter`;
  return new OTLPExporterBase(
    createOtlpHttpExportDelegate(optionsOf(collector), serializer, type, helper, undefined),
  );
}

function nameOf({ protocol }: CollectorSettings): string {
  return protocol === "http/json" ? "http_json" : "http";
}

function optionsOf(collector: CollectorSettings): Parameters<typeof createOtlpHttpExportDelegate>[0] {
  const { url, protocol, headers, timeoutMs, compression } = collector;
  const type = protocol === "http/json" ? "application/json" : "application/x-protobuf";
  return {
    url,
    // A fresh object each time: the library writes into it.
    headers: async () => ({ ...headers, "Content-Type": type }),
    timeoutMillis: timeoutMs,
    compression,
    concurrencyLimit: exportsAtOnce,
    agentFactory: httpAgentFactoryFromOptions({ keepAlive: true }),
    userAgent: "gluttony",
  };
}
