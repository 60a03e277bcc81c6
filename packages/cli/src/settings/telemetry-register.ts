import type { SettingEntry } from "./setting-entry.ts";

/** What a collector of traces and metrics is told, and how. */
export const telemetryRegister: { readonly [name: string]: SettingEntry } = {
  OTEL_TRACES_EXPORTER: {
    meaning: "`otlp`: tell a collector of [traces](docs/guide/see-traces.md); `none`",
    default: "`otlp` with an endpoint",
  },
  OTEL_METRICS_EXPORTER: {
    meaning: "`otlp`: send it what `/metrics` serves, too; `none`",
    default: "`none`",
  },
  OTEL_SDK_DISABLED: { meaning: "`true`: tell no collector of anything", default: "`false`" },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    meaning: "URL of the collector, without the path of a signal",
    default: "`http://localhost:4318`",
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    meaning: "the whole URL for traces",
    default: "made of the one for all",
  },
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: {
    meaning: "the whole URL for metrics",
    default: "made of the one for all",
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: { meaning: "`http/protobuf` or `http/json`", default: "`http/protobuf`" },
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: { meaning: "the same for traces alone", default: "as for all" },
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: { meaning: "the same for metrics alone", default: "as for all" },
  OTEL_EXPORTER_OTLP_HEADERS: {
    meaning: "headers for the collector, as `name=value`, percent-encoded, comma separated",
    default: "none",
    isSecret: true,
  },
  OTEL_EXPORTER_OTLP_TIMEOUT: { meaning: "milliseconds for one export", default: "`10000`" },
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: { meaning: "the same for traces alone", default: "as for all" },
  OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: { meaning: "the same for metrics alone", default: "as for all" },
  OTEL_EXPORTER_OTLP_COMPRESSION: { meaning: "`gzip` or `none`", default: "`none`" },
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: { meaning: "the same for traces alone", default: "as for all" },
  OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: { meaning: "the same for metrics alone", default: "as for all" },
  OTEL_TRACES_SAMPLER: {
    meaning: "one of OpenTelemetry's six samplers",
    default: "1 % of attempts, all else",
  },
  OTEL_TRACES_SAMPLER_ARG: { meaning: "its share, 0 to 1", default: "`1`" },
  OTEL_BSP_MAX_QUEUE_SIZE: {
    meaning: "spans that wait at most; more are lost and counted",
    default: "`2048`",
  },
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: { meaning: "spans of one export at most", default: "`512`" },
  OTEL_BSP_SCHEDULE_DELAY: { meaning: "milliseconds between two exports of spans", default: "`5000`" },
  OTEL_METRIC_EXPORT_INTERVAL: { meaning: "milliseconds between two exports of metrics", default: "`60000`" },
  OTEL_SERVICE_NAME: { meaning: "the service's name", default: "`gluttony`" },
  OTEL_RESOURCE_ATTRIBUTES: {
    meaning: "more of what is said of this process, as `name=value`, comma separated",
    default: "none",
  },
};
