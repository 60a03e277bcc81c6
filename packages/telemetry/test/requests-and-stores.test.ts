import { GluttonyError } from "@gluttony/model";
import type { DeadLetters, ParkedRecord, Positions } from "@gluttony/runtime";
import { expect, test } from "vitest";
import type { FollowedClient } from "../src/traced-connect.ts";
import { attemptIn, attemptOf, hostOf, patient, telemetryTo, tracesTo } from "./attempt-scene.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";

const caller = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };

function positionsOf(advance: Positions["advance"]): Positions {
  return { load: async () => [], begin: async () => undefined, advance };
}

test("a request is a span beneath its caller's, and a call to Connect is one beneath it", async () => {
  await using receiver = await startOtlpReceiver();
  const telemetry = telemetryTo(tracesTo(receiver.url));
  const followed: FollowedClient = { request: async () => ({ status: 409 }) };
  const connect = telemetry.connect(followed, ["http://connect.example:8083"]);
  const span = telemetry.requests?.begin({
    id: "r-1",
    method: "POST",
    route: "/api/v1/connectors/:name",
    traceparent: `00-${caller.traceId}-${caller.spanId}-01`,
  });

  await new Promise<void>((resolve) =>
    span?.run(() => {
      void connect
        .request({
          url: "http://connect.example:8083/connectors/his-secret-name/status?expand=info",
          method: "GET",
        })
        .then(() => connect.request({ url: "http://chat.example/hook/token", method: "POST" }))
        .then(() => resolve());
    }),
  );
  span?.end(201);
  await telemetry.close();

  const spans = receiver.spans();
  const server = spans.find(({ kind }) => kind === 2);
  const client = spans.find(({ kind }) => kind === 3);
  expect(spans).toHaveLength(2);
  expect(server).toMatchObject({
    name: "POST /api/v1/connectors/:name",
    traceId: caller.traceId,
    parentSpanId: caller.spanId,
    isError: false,
    attributes: {
      "http.route": "/api/v1/connectors/:name",
      "http.response.status_code": 201,
      "gluttony.request.id": "r-1",
    },
  });
  expect(client).toMatchObject({
    name: "GET /connectors/{name}/status",
    traceId: caller.traceId,
    parentSpanId: server?.spanId,
    isError: true,
    attributes: { "url.template": "/connectors/{name}/status", "error.type": "409", "server.port": 8083 },
  });
});

test("probes are told only when they fail", async () => {
  await using receiver = await startOtlpReceiver();
  const telemetry = telemetryTo(tracesTo(receiver.url));
  const probe = { id: "p", method: "GET", route: "/readyz", traceparent: null };

  telemetry.requests?.begin(probe).end(200);
  telemetry.requests?.begin(probe).end(503);
  await telemetry.close();

  expect(receiver.spans()).toMatchObject([{ isError: true, attributes: { "error.type": "503" } }]);
});

test("moves of marks are told only when they fail, with the code alone", async () => {
  await using receiver = await startOtlpReceiver();
  const telemetry = telemetryTo(tracesTo(receiver.url));
  const failing = positionsOf(async () => {
    throw new GluttonyError("database.unreachable", { seen: patient });
  });
  const well = positionsOf(async () => new Set([0]));

  await telemetry.positions(well).advance("1", "t", []);
  await expect(telemetry.positions(failing).advance("1", "t", [])).rejects.toThrow();
  await telemetry.close();

  expect(receiver.spans()).toMatchObject([
    { name: "UPDATE cdc.position", isError: true, attributes: { "error.type": "database.unreachable" } },
  ]);
  expect(Buffer.concat(receiver.received.map(({ body }) => body)).includes("7318840291")).toBe(false);
});

test("a record that is set aside is told beneath the attempt that failed", async () => {
  await using receiver = await startOtlpReceiver();
  const telemetry = telemetryTo(
    tracesTo(receiver.url, { sampler: { name: "parentbased_always_off", ratio: 0 } }),
  );
  const failure = { kind: "record", code: "target.rejected", message: patient } as const;
  const { host } = hostOf(async () => ({ kind: "failed", failure }));
  const letters: DeadLetters = {
    park: async () => undefined,
    takeReplays: async () => [],
    finishReplay: async () => ({ firstOpen: null }),
    parkedSubjects: async () => new Map(),
  };
  const request = attemptOf();

  await attemptIn(telemetry.plugins(host), request);
  await telemetry.deadLetters(letters).park({
    consumerId: "1",
    topicId: "t",
    record: request.record,
    failure,
    attempts: 1,
    release: "empi@1.0.0",
    idempotencyKey: request.idempotencyKey,
    subject: patient,
    isBehind: false,
    bytes: "encrypted",
  } satisfies ParkedRecord);
  await telemetry.close();

  const [attempt, parked] = receiver.spans();
  expect(parked).toMatchObject({
    name: "INSERT cdc.dead_letter",
    parentSpanId: attempt?.spanId,
    traceId: attempt?.traceId,
  });
  expect(Buffer.concat(receiver.received.map(({ body }) => body)).includes("7318840291")).toBe(false);
});
