import { type Fault, nearestName } from "@gluttony/model";
import type { CollectorSettings, SamplerSettings, TelemetrySettings } from "@gluttony/telemetry";
import { type NumberRule, numberOf } from "./number-setting.ts";

type Read = (name: string) => string | null;

const protocols = ["http/protobuf", "http/json"] as const;
const compressions = ["gzip", "none"] as const;
const samplers = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;
/** What is said for one kind of telemetry alone goes before what is said for all. */
const names = {
  traces: {
    endpoint: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    protocol: "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    timeout: "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    compression: "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
  },
  metrics: {
    endpoint: "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    protocol: "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
    timeout: "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
    compression: "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION",
  },
  all: {
    endpoint: "OTEL_EXPORTER_OTLP_ENDPOINT",
    protocol: "OTEL_EXPORTER_OTLP_PROTOCOL",
    timeout: "OTEL_EXPORTER_OTLP_TIMEOUT",
    compression: "OTEL_EXPORTER_OTLP_COMPRESSION",
  },
} as const;
type Signal = "traces" | "metrics";
const localCollector = "http://localhost:4318";

const queueRule: NumberRule = { path: "OTEL_BSP_MAX_QUEUE_SIZE", unit: "spans", max: 65_536, default: 2_048 };
const batchRule: NumberRule = {
  path: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
  unit: "spans",
  max: 8_192,
  default: 512,
};
const delayRule: NumberRule = {
  path: "OTEL_BSP_SCHEDULE_DELAY",
  unit: "milliseconds",
  max: 600_000,
  default: 5_000,
};
const intervalRule: NumberRule = {
  path: "OTEL_METRIC_EXPORT_INTERVAL",
  unit: "milliseconds",
  max: 3_600_000,
  default: 60_000,
};
const timeoutMsMax = 60_000;
const timeoutMsDefault = 10_000;

/**
 * What OpenTelemetry's own names ask for; null when they ask for nothing. Traces are told when an address or `OTEL_TRACES_EXPORTER=otlp`
 * is given, metrics with `OTEL_METRICS_EXPORTER=otlp`. `headers` may come from a file and hold a token: no fault repeats them.
 */
export function telemetrySettingsOf(
  { read, headers }: { readonly read: Read; readonly headers: string | null },
  faults: Fault[],
): TelemetrySettings | null {
  const isDisabled = read("OTEL_SDK_DISABLED")?.toLowerCase() === "true";
  const isAddressed = read(names.all.endpoint) ?? read(names.traces.endpoint);
  const hasTraces = isOtlp("OTEL_TRACES_EXPORTER", read, faults) ?? isAddressed !== null;
  const hasMetrics = isOtlp("OTEL_METRICS_EXPORTER", read, faults) ?? false;
  if (isDisabled || (!hasTraces && !hasMetrics)) return null;
  const sent = headersOf(headers, faults);
  const of = (signal: Signal): CollectorSettings => collectorOf(signal, { read, headers: sent }, faults);
  return {
    resource: resourceOf(read, faults),
    traces: hasTraces
      ? {
          collector: of("traces"),
          sampler: samplerOf(read, faults),
          queueMax: numberOf(read(queueRule.path), queueRule, faults),
          batchMax: numberOf(read(batchRule.path), batchRule, faults),
          delayMs: numberOf(read(delayRule.path), delayRule, faults),
        }
      : null,
    metrics: hasMetrics
      ? { collector: of("metrics"), intervalMs: numberOf(read(intervalRule.path), intervalRule, faults) }
      : null,
  };
}

/** The values of headers as they are written, which are secrets. Pure. */
export function headerSecrets(settings: TelemetrySettings | null): readonly string[] {
  const collectors = [settings?.traces?.collector, settings?.metrics?.collector];
  return collectors.flatMap((collector) => Object.values(collector?.headers ?? {}));
}

/** Null when nothing is said. */
function isOtlp(path: string, read: Read, faults: Fault[]): boolean | null {
  const written = read(path);
  if (written === null) return null;
  if (written === "otlp") return true;
  if (written !== "none") faults.push({ path, message: "Must be otlp or none.", suggestion: "otlp" });
  return false;
}

function collectorOf(
  signal: Signal,
  { read, headers }: { readonly read: Read; readonly headers: CollectorSettings["headers"] },
  faults: Fault[],
): CollectorSettings {
  const nameOf = (setting: keyof typeof names.all): string =>
    read(names[signal][setting]) === null ? names.all[setting] : names[signal][setting];
  const timeoutRule: NumberRule = {
    path: nameOf("timeout"),
    unit: "milliseconds",
    max: timeoutMsMax,
    default: timeoutMsDefault,
  };
  return {
    url: urlOf(signal, read, faults),
    protocol: oneOf(nameOf("protocol"), { read, known: protocols }, faults) ?? "http/protobuf",
    headers,
    timeoutMs: numberOf(read(timeoutRule.path), timeoutRule, faults),
    compression: oneOf(nameOf("compression"), { read, known: compressions }, faults) ?? "none",
  };
}

/** A signal's own address is whole; the one for all gets the signal's path. */
function urlOf(signal: Signal, read: Read, faults: Fault[]): string {
  const path = names[signal].endpoint;
  const own = read(path);
  if (own !== null) return checkedUrl(path, own, faults);
  const base = checkedUrl(names.all.endpoint, read(names.all.endpoint) ?? localCollector, faults);
  return `${base.replace(/\/+$/, "")}/v1/${signal}`;
}

function checkedUrl(path: string, written: string, faults: Fault[]): string {
  const url = URL.canParse(written) ? new URL(written) : null;
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (url !== null && isHttp && url.username === "" && url.password === "") return written;
  faults.push({
    path,
    message: "Must be an http or https address without a user in it.",
    suggestion: localCollector,
  });
  return localCollector;
}

function oneOf<Word extends string>(
  path: string,
  { read, known }: { readonly read: Read; readonly known: readonly Word[] },
  faults: Fault[],
): Word | null {
  const written = read(path);
  if (written === null) return null;
  const found = known.find((word) => word === written);
  if (found !== undefined) return found;
  faults.push({
    path,
    message: `Must be one of: ${known.join(", ")}.`,
    suggestion: nearestName(written, known) ?? known[0] ?? "",
  });
  return null;
}

function samplerOf(read: Read, faults: Fault[]): SamplerSettings {
  const name = oneOf("OTEL_TRACES_SAMPLER", { read, known: samplers }, faults) ?? "default";
  const written = read("OTEL_TRACES_SAMPLER_ARG");
  const ratio = written === null ? 1 : Number(written);
  if (ratio >= 0 && ratio <= 1) return { name, ratio };
  faults.push({
    path: "OTEL_TRACES_SAMPLER_ARG",
    message: "Must be a number from 0 to 1.",
    suggestion: "0.1",
  });
  return { name, ratio: 1 };
}

function resourceOf(read: Read, faults: Fault[]): { readonly [name: string]: string } {
  const path = "OTEL_RESOURCE_ATTRIBUTES";
  const written = pairsOf(read(path));
  if (written === null) {
    faults.push({ path, message: "Must be name=value, comma separated.", suggestion: "site=north,rack=4" });
  }
  const name = read("OTEL_SERVICE_NAME");
  return { ...written, ...(name === null ? {} : { "service.name": name }) };
}

function headersOf(written: string | null, faults: Fault[]): { readonly [name: string]: string } {
  const headers = pairsOf(written);
  if (headers !== null && Object.values(headers).every((value) => /^[\t\x20-\x7e]*$/.test(value)))
    return headers;
  const message = "Must be name=value, comma separated, with values percent-encoded.";
  faults.push({ path: "OTEL_EXPORTER_OTLP_HEADERS", message, suggestion: "authorization=Bearer%20TOKEN" });
  return {};
}

/** As W3C writes baggage; null when it cannot be read. */
function pairsOf(written: string | null): { readonly [name: string]: string } | null {
  const pairs: [string, string][] = [];
  for (const pair of (written ?? "").split(",").filter((part) => part.trim() !== "")) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    if (at < 1 || !/^[\w.-]+$/.test(name)) return null;
    try {
      pairs.push([name, decodeURIComponent(pair.slice(at + 1).trim())]);
    } catch {
      return null;
    }
  }
  return Object.fromEntries(pairs);
}
