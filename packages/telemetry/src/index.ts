export type {
  CollectorSettings,
  MetricPushSettings,
  SamplerSettings,
  TelemetrySettings,
  TraceSettings,
} from "./settings.ts";
export { startTelemetry } from "./telemetry.ts";
export type { Telemetry, TelemetryParts } from "./telemetry.ts";
export type { BeginningRequest, RequestSpan } from "./request-spans.ts";
