import { expect, test } from "vitest";
import { Metrics } from "@gluttony/runtime";
import { type MetricSpan, otlpMetrics } from "../src/otlp-metrics.ts";
import { startTelemetry } from "../src/telemetry.ts";
import { silentLog } from "./attempt-scene.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";

const over: MetricSpan = { startTime: [1, 0], endTime: [2, 0] };

test("a counter, a gauge and a histogram keep their names, labels and numbers", () => {
  const text = [
    "# HELP gluttony_retries_total Attempts.",
    'gluttony_retries_total{consumer="a\\"b",code="target.busy"} 7',
    'gluttony_consumer_lag_records{consumer="p",topic="t",partition="0"} 12',
    'gluttony_handler_duration_seconds_bucket{le="0.001",consumer="p"} 1',
    'gluttony_handler_duration_seconds_bucket{le="0.005",consumer="p"} 4',
    'gluttony_handler_duration_seconds_bucket{le="+Inf",consumer="p"} 5',
    'gluttony_handler_duration_seconds_sum{consumer="p"} 1.5',
    'gluttony_handler_duration_seconds_count{consumer="p"} 5',
    "somebody_elses_total 4",
  ].join("\n");

  const metrics = new Map(otlpMetrics(text, over).map((metric) => [metric.descriptor.name, metric]));

  expect([...metrics.keys()].toSorted()).toEqual([
    "gluttony_consumer_lag_records",
    "gluttony_handler_duration_seconds",
    "gluttony_retries_total",
  ]);
  expect(metrics.get("gluttony_retries_total")).toMatchObject({
    isMonotonic: true,
    dataPoints: [{ attributes: { consumer: 'a"b', code: "target.busy" }, value: 7 }],
  });
  expect(metrics.get("gluttony_consumer_lag_records")?.dataPoints).toMatchObject([{ value: 12 }]);
  expect(metrics.get("gluttony_handler_duration_seconds")?.dataPoints).toMatchObject([
    {
      attributes: { consumer: "p" },
      value: { buckets: { boundaries: [0.001, 0.005], counts: [1, 3, 1] }, sum: 1.5, count: 5 },
    },
  ]);
});

test("a collector gets what the registry holds", async () => {
  await using receiver = await startOtlpReceiver();
  const metrics = new Metrics("1.2.3");
  metrics.metersOf({ id: "1", name: "persons" }).retried("target.busy");
  const collector = {
    url: `${receiver.url}/v1/metrics`,
    protocol: "http/json",
    headers: { authorization: "Bearer of-the-test" },
    timeoutMs: 2_000,
    compression: "none",
  } as const;
  const telemetry = startTelemetry(
    { resource: { "service.name": "gluttony" }, traces: null, metrics: { collector, intervalMs: 60_000 } },
    { version: "1.2.3", exposition: async () => (await metrics.text()).body, log: silentLog },
  );

  await telemetry.close();

  const [sent] = receiver.received;
  expect(sent).toMatchObject({ path: "/v1/metrics", headers: { authorization: "Bearer of-the-test" } });
  expect(sent?.body.toString("utf8")).toContain("gluttony_retries_total");
  expect(sent?.body.toString("utf8")).toContain("gluttony_build_info");
});
