import { describe, expect, test } from "vitest";
import { startOtlpReceiver } from "../../packages/telemetry/test/otlp-receiver.ts";
import { startEchoingTarget } from "../support/canaries/echoing-target.ts";
import { fixturePlugin } from "../support/cells.ts";
import { until } from "../support/host.ts";
import { packPlugin } from "../support/pack-plugin.ts";
import { Scene } from "../support/scene.ts";
import { stack } from "../support/stack.ts";

const producer = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const traceparent = `00-${producer.traceId}-${producer.spanId}-01`;
const source = {
  connector: "postgresql",
  name: "his",
  db: "his",
  schema: "his",
  table: "patient",
  version: "3",
};
const asking = {
  op: "c",
  before: null,
  after: { id: 1, act: "ask", name: "A", national_id: "1" },
  source,
  ts_ms: 1,
};

describe.skipIf(stack().unavailable !== "")("a host that tells a collector", () => {
  test("continues the producer's trace over the attempt and its call to the dead letter", async () => {
    await using collector = await startOtlpReceiver();
    await using target = await startEchoingTarget();
    await using scene = await Scene.open({
      OMIGA_HOST: target.url,
      LOG_LEVEL: "trace",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "100",
    });
    const file = await packPlugin(fixturePlugin("careless"), scene.folder);
    await scene.installFile(file, "--grant", "${env:OMIGA_HOST}", "--grant-secret", "token=${secret:token}");
    await scene.host.start();
    const topic = await scene.makeTopic();
    const configuration = {
      handler: { url: target.url },
      delivery: { attemptsMax: 1, parkedPercentMax: 100 },
    };
    await scene.insert({
      name: "traced",
      handlerFunc: "@fixtures/careless",
      topic,
      configuration,
      group: "traced-group",
    });

    await scene.tools.send(topic, [{ key: "1", value: JSON.stringify(asking), headers: { traceparent } }]);
    const isParked = await scene.untilEnded("traced", "parked", 1);
    const isTold = await until(
      () => collector.spans().some(({ name }) => name === "INSERT cdc.dead_letter"),
      20_000,
    );

    expect([isParked, isTold]).toEqual([true, true]);
    const spans = collector.spans().filter(({ traceId }) => traceId === producer.traceId);
    const [attempt] = spans.filter(({ kind }) => kind === 5);
    const [call] = spans.filter(({ name }) => name === "POST");
    const [parked] = spans.filter(({ name }) => name === "INSERT cdc.dead_letter");
    expect(attempt).toMatchObject({
      name: `process ${topic}`,
      parentSpanId: producer.spanId,
      links: [producer],
      isError: true,
      attributes: { "messaging.consumer.group.name": "traced-group", "gluttony.consumer": "traced" },
    });
    expect(call).toMatchObject({ parentSpanId: attempt?.spanId, isError: true });
    expect(parked).toMatchObject({ parentSpanId: attempt?.spanId, isError: false });
  });
});
