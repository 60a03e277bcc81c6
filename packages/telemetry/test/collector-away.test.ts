import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { attemptIn, attemptOf, hostOf, silentLog, telemetryTo, tracesTo } from "./attempt-scene.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";

interface Loss {
  readonly lostToQueue: number;
  readonly lostToCollector: number;
}

/** Tells 500 attempts and answers what the log said was lost. */
async function tellMany(
  url: string,
  bounds: { readonly queueMax: number; readonly timeoutMs: number },
): Promise<{ readonly loss: Loss; readonly results: number }> {
  const losses: Loss[] = [];
  const log = { ...silentLog, warn: (_message: string, facts = {}) => void losses.push(facts as Loss) };
  const traces = tracesTo(url, { queueMax: bounds.queueMax, batchMax: 50, delayMs: 20 });
  const telemetry = telemetryTo(
    { ...traces, collector: { ...traces.collector, timeoutMs: bounds.timeoutMs } },
    log,
  );
  const { host } = hostOf(async () => ({ kind: "done" }));
  const traced = telemetry.plugins(host);
  let results = 0;

  for (let at = 0; at < 500; at += 1) {
    const { kind } = await attemptIn(traced, attemptOf());
    if (kind === "done") results += 1;
  }
  await telemetry.close();

  return { loss: losses.at(-1) ?? { lostToQueue: 0, lostToCollector: 0 }, results };
}

test("a collector that is away harms no attempt, and every span that is lost is counted", async () => {
  const receiver = await startOtlpReceiver();
  const { url } = receiver;
  await receiver[Symbol.asyncDispose]();

  const { loss, results } = await tellMany(url, { queueMax: 100, timeoutMs: 200 });

  expect(results).toBe(500);
  expect(loss.lostToQueue + loss.lostToCollector).toBe(500);
  expect(loss.lostToQueue).toBeGreaterThan(0);
});

test("a collector that never answers harms no attempt, and what waits is bounded", async () => {
  await using receiver = await startOtlpReceiver();
  receiver.answer(null);

  const { loss, results } = await tellMany(receiver.url, { queueMax: 100, timeoutMs: 200 });

  expect(results).toBe(500);
  expect(loss.lostToQueue + loss.lostToCollector).toBe(500);
});

test("spans that a collector refuses are counted as lost, and later ones are taken again", async () => {
  await using receiver = await startOtlpReceiver();
  receiver.answer(400);
  const warn = vi.fn();
  const telemetry = telemetryTo(tracesTo(receiver.url), { ...silentLog, warn });
  const { host } = hostOf(async () => ({ kind: "done" }));
  const traced = telemetry.plugins(host);

  await attemptIn(traced, attemptOf());
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1), { timeout: 5_000 });
  await sleep(50);
  receiver.answer(200);
  await attemptIn(traced, attemptOf());
  await telemetry.close();

  expect(receiver.received).toHaveLength(2);
  expect(warn).toHaveBeenCalledWith("spans were lost", {
    lostToQueue: 0,
    lostToCollector: 1,
    waiting: 0,
    sent: 1,
  });
});
