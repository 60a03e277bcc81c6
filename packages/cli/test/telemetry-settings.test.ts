import { describe, expect, test } from "vitest";
import { secretsOfSettings } from "../src/known-secrets.ts";
import { parseEnvironment } from "../src/parse-environment.ts";

const files: { readonly [path: string]: string } = {
  "/run/headers": "authorization=Bearer%20canary-token-77\n",
};
const readFile = (path: string): string => files[path] ?? "";
const parse = (env: { readonly [name: string]: string }) => parseEnvironment({ env, readFile });
const toldBy = (env: { readonly [name: string]: string }) => parse(env).settings.telemetry;

test("nothing is told unless it is asked for", () => {
  expect(toldBy({})).toBeNull();
  expect(toldBy({ OTEL_SERVICE_NAME: "x", OTEL_TRACES_EXPORTER: "none" })).toBeNull();
  expect(toldBy({ OTEL_SDK_DISABLED: "true", OTEL_TRACES_EXPORTER: "otlp" })).toBeNull();
});

test("an address is enough for traces, with OpenTelemetry's own defaults", () => {
  const told = toldBy({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" });

  expect(told).toEqual({
    resource: {},
    traces: {
      collector: {
        url: "http://collector:4318/v1/traces",
        protocol: "http/protobuf",
        headers: {},
        timeoutMs: 10_000,
        compression: "none",
      },
      sampler: { name: "default", ratio: 1 },
      queueMax: 2_048,
      batchMax: 512,
      delayMs: 5_000,
    },
    metrics: null,
  });
});

test("what is said for one signal goes before what is said for all", () => {
  const told = toldBy({
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_METRICS_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://all:4318",
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://traces/here",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "http/protobuf",
    OTEL_EXPORTER_OTLP_TIMEOUT: "2000",
    OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.25",
    OTEL_METRIC_EXPORT_INTERVAL: "15000",
    OTEL_SERVICE_NAME: "cdc",
    OTEL_RESOURCE_ATTRIBUTES: "site=north%20wing,service.name=overruled",
  });

  const shared = { timeoutMs: 2_000, compression: "gzip" };
  expect(told).toMatchObject({
    resource: { site: "north wing", "service.name": "cdc" },
    traces: {
      collector: { ...shared, url: "https://traces/here", protocol: "http/json" },
      sampler: { name: "parentbased_traceidratio", ratio: 0.25 },
    },
    metrics: {
      collector: { ...shared, url: "http://all:4318/v1/metrics", protocol: "http/protobuf" },
      intervalMs: 15_000,
    },
  });
});

describe("headers", () => {
  const env = { OTEL_TRACES_EXPORTER: "otlp", OTEL_EXPORTER_OTLP_HEADERS_FILE: "/run/headers" };

  test("may come from a file, and are known as secrets", () => {
    const { settings, faults } = parse(env);

    expect(faults).toEqual([]);
    expect(settings.telemetry?.traces?.collector.headers).toEqual({
      authorization: "Bearer canary-token-77",
    });
    expect(secretsOfSettings(settings)).toContain("Bearer canary-token-77");
  });

  test.each(["no pair", "=x", "a=%zz", "a=b%0d%0ax: y"])("%j is a fault that is not repeated", (written) => {
    const { faults } = parse({ OTEL_TRACES_EXPORTER: "otlp", OTEL_EXPORTER_OTLP_HEADERS: written });

    expect(faults).toMatchObject([{ path: "OTEL_EXPORTER_OTLP_HEADERS" }]);
    expect(faults[0]?.message).not.toContain(written);
  });
});

test.each([
  [{ OTEL_TRACES_EXPORTER: "console" }, "OTEL_TRACES_EXPORTER", "otlp"],
  [{ OTEL_METRICS_EXPORTER: "prometheus" }, "OTEL_METRICS_EXPORTER", "otlp"],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"],
  [{ OTEL_EXPORTER_OTLP_COMPRESSION: "brotli" }, "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"],
  [{ OTEL_EXPORTER_OTLP_TIMEOUT: "10s" }, "OTEL_EXPORTER_OTLP_TIMEOUT", "10000"],
  [{ OTEL_TRACES_SAMPLER: "parentbased_traceid_ratio" }, "OTEL_TRACES_SAMPLER", "parentbased_traceidratio"],
  [{ OTEL_TRACES_SAMPLER_ARG: "2" }, "OTEL_TRACES_SAMPLER_ARG", "0.1"],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: "0" }, "OTEL_BSP_MAX_QUEUE_SIZE", "2048"],
  [{ OTEL_RESOURCE_ATTRIBUTES: "site" }, "OTEL_RESOURCE_ATTRIBUTES", "site=north,rack=4"],
  [
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://user:secret@collector" },
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "http://localhost:4318",
  ],
])("%j is a fault, with what to write instead", (env, path, suggestion) => {
  const { faults } = parse({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318", ...env });

  expect(faults).toMatchObject([{ path, suggestion }]);
});
