import { expect, test } from "vitest";
import { attemptIn, attemptOf, callTo, hostOf, patient, telemetryTo, tracesTo } from "./attempt-scene.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";

const producer = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const traceparent = `00-${producer.traceId}-${producer.spanId}-01`;
const failed = {
  kind: "failed",
  failure: { kind: "record", code: `about ${patient}`, message: `No such patient: ${patient}` },
} as const;

test("an attempt is a span beneath its producer's, with the record's coordinates", async () => {
  await using receiver = await startOtlpReceiver();
  const telemetry = telemetryTo(tracesTo(receiver.url));
  const { host } = hostOf(async () => ({ kind: "done" }));

  await attemptIn(telemetry.plugins(host), attemptOf({ traceparent }));
  await telemetry.close();

  const [span] = receiver.spans();
  expect(span).toMatchObject({
    name: "process his.public.person",
    kind: 5,
    traceId: producer.traceId,
    parentSpanId: producer.spanId,
    links: [producer],
    isError: false,
    resource: { "service.name": "gluttony", "service.instance.id": "host-1" },
  });
  expect(span?.attributes).toMatchObject({
    "messaging.system": "kafka",
    "messaging.operation.name": "process",
    "messaging.operation.type": "process",
    "messaging.destination.name": "his.public.person",
    "messaging.destination.partition.id": "3",
    "messaging.kafka.offset": 42,
    "gluttony.consumer": "persons",
    "gluttony.release": "empi@1.0.0",
    "gluttony.attempt": 2,
    "gluttony.outcome": "done",
  });
  expect(span?.attributes).not.toHaveProperty("messaging.kafka.message.key");
});

test("a call of the handler is a span beneath its attempt, and the target is told which", async () => {
  await using receiver = await startOtlpReceiver();
  const telemetry = telemetryTo(tracesTo(receiver.url));
  const { host, called } = hostOf(async (_request, { targets }) => {
    await targets.call(callTo("http://empi.example:8080"));
    return { kind: "done" };
  });

  await attemptIn(telemetry.plugins(host), attemptOf({ traceparent }));
  await telemetry.close();

  const spans = receiver.spans();
  const attempt = spans.find(({ kind }) => kind === 5);
  const call = spans.find(({ kind }) => kind === 3);
  expect(call).toMatchObject({ name: "POST", traceId: producer.traceId, parentSpanId: attempt?.spanId });
  expect(call?.attributes).toEqual({
    "http.request.method": "POST",
    "server.address": "empi.example",
    "server.port": 8080,
    "http.response.status_code": 200,
  });
  expect(called[0]?.headers).toMatchObject({ traceparent: `00-${producer.traceId}-${call?.spanId}-01` });
});

test("a traceparent that the handler wrote itself stays", async () => {
  await using receiver = await startOtlpReceiver();
  const telemetry = telemetryTo(tracesTo(receiver.url));
  const { host, called } = hostOf(async (_request, { targets }) => {
    await targets.call(callTo("http://empi.example", { TraceParent: traceparent }));
    return { kind: "done" };
  });

  await attemptIn(telemetry.plugins(host), attemptOf());
  await telemetry.close();

  expect(called[0]?.headers).toMatchObject({ TraceParent: traceparent });
  expect(called[0]?.headers).not.toHaveProperty("traceparent");
});

test.each([
  "nonsense",
  "00-00000000000000000000000000000000-0000000000000000-01",
  patient,
  "0".repeat(4_000),
])("a traceparent that cannot be read begins a new trace: %s", async (unreadable) => {
  await using receiver = await startOtlpReceiver();
  const telemetry = telemetryTo(tracesTo(receiver.url));
  const { host } = hostOf(async () => ({ kind: "done" }));

  await attemptIn(telemetry.plugins(host), attemptOf({ traceparent: unreadable }));
  await telemetry.close();

  const [span] = receiver.spans();
  expect(span?.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
  expect(span?.links).toEqual([]);
  expect(span?.parentSpanId ?? "").toBe("");
});

test("an attempt that was not sampled and fails is told under the ids that its target saw", async () => {
  await using receiver = await startOtlpReceiver();
  const telemetry = telemetryTo(tracesTo(receiver.url, { sampler: { name: "always_off", ratio: 0 } }));
  const { host, called } = hostOf(async (_request, { targets }) => {
    await targets.call(callTo("http://empi.example"));
    return failed;
  });

  const result = await attemptIn(telemetry.plugins(host), attemptOf());
  await telemetry.close();

  expect(result).toEqual(failed);
  const spans = receiver.spans();
  expect(spans).toHaveLength(1);
  expect(spans[0]).toMatchObject({
    isError: true,
    attributes: { "error.type": "plugin", "gluttony.failure.kind": "record" },
  });
  expect(called[0]?.headers["traceparent"]?.split("-")[1]).toBe(spans[0]?.traceId);
  expect(called[0]?.headers["traceparent"]?.endsWith("-00")).toBe(true);
});

test("an attempt that was not sampled and went well is not told", async () => {
  await using receiver = await startOtlpReceiver();
  const telemetry = telemetryTo(tracesTo(receiver.url, { sampler: { name: "always_off", ratio: 0 } }));
  const { host } = hostOf(async () => ({ kind: "done" }));

  await attemptIn(telemetry.plugins(host), attemptOf());
  await telemetry.close();

  expect(receiver.received).toEqual([]);
});

test("one attempt of a hundred is told where nothing else is said", async () => {
  await using receiver = await startOtlpReceiver();
  const telemetry = telemetryTo(tracesTo(receiver.url, { sampler: { name: "default", ratio: 1 } }));
  const { host } = hostOf(async () => ({ kind: "done" }));
  const traced = telemetry.plugins(host);

  for (let at = 0; at < 2_000; at += 1) await attemptIn(traced, attemptOf());
  await telemetry.close();

  // Twenty are expected; a fair share is never as far off as this.
  expect(receiver.spans().length).toBeGreaterThan(0);
  expect(receiver.spans().length).toBeLessThan(100);
});

test.each(["http/json", "http/protobuf"] as const)(
  "nothing of a patient is in what a collector gets by %s",
  async (protocol) => {
    await using receiver = await startOtlpReceiver();
    const traces = tracesTo(receiver.url);
    const telemetry = telemetryTo({
      ...traces,
      collector: { ...traces.collector, protocol, compression: "gzip" },
    });
    const { host } = hostOf(async (_request, { targets }) => {
      await targets.call(callTo("http://empi.example"));
      return failed;
    });
    const traced = telemetry.plugins(host);

    await attemptIn(traced, attemptOf({ traceparent }));
    await attemptIn(traced, attemptOf({ value: null }));
    await telemetry.close();

    const all = Buffer.concat(receiver.received.map(({ body }) => body));
    expect(all.includes("his.public.person")).toBe(true);
    expect(all.includes("gluttony.outcome")).toBe(true);
    for (const form of [
      patient,
      "甄金雀",
      "7318840291",
      encodeURIComponent("甄金雀"),
      Buffer.from(patient).toString("base64"),
    ])
      expect(all.includes(form), form).toBe(false);
  },
);

test("a log line of an attempt under way says its trace, and others do not", async () => {
  await using receiver = await startOtlpReceiver();
  const lines: { readonly [name: string]: unknown }[] = [];
  const note = (_message: string, facts = {}): void => void lines.push(facts);
  const telemetry = telemetryTo(tracesTo(receiver.url));
  const log = telemetry.log({ debug: note, info: note, warn: note, error: note });
  const coordinates = { consumer: "persons", topic: "his.public.person", partition: 3, offset: "42" };
  const { host } = hostOf(async () => {
    log.info("in the handler", coordinates);
    log.info("of another record", { ...coordinates, offset: "43" });
    return { kind: "done" };
  });

  await attemptIn(telemetry.plugins(host), attemptOf({ traceparent }));
  log.info("after it", coordinates);
  await telemetry.close();

  const [span] = receiver.spans();
  expect(lines).toEqual([
    { ...coordinates, traceId: span?.traceId, spanId: span?.spanId },
    { ...coordinates, offset: "43" },
    coordinates,
  ]);
});
