// Composes one consumer's run as the supervisor does, on the real stores, source and target caller, without a cell.
import { createTargetCaller } from "@gluttony/egress";
import { InlineCell } from "@gluttony/core";
import { createKafkaSources } from "@gluttony/kafka";
import { parseConsumer } from "@gluttony/model";
import {
  createConsumers,
  createDeadLetters,
  createFence,
  createPool,
  createPositions,
  createSubjectHash,
} from "@gluttony/postgres";
import { Metrics, systemClock, TargetBreakers } from "@gluttony/runtime";
import { targetResponse } from "../../../packages/core/dist/cell/target-response.js";
import { ConsumerRun } from "../../../packages/runtime/dist/consume.js";
import { none, post } from "../gluttony-cell/plugin/index.js";

const { DATABASE_URL, KAFKA_HOST, DATASYNC_HOST, BENCH_CONSUMER, BENCH_HANDLER } = process.env;
const stopBudgetMs = 8_000;

/** One list for all calls, as a cell's host has it: what is known of a list is remembered by the list. */
const grantedOrigins = [DATASYNC_HOST];
const silent = () => {};
const log = { debug: silent, info: silent, warn: console.error, error: console.error };
const pool = createPool({ connectionString: DATABASE_URL });
const breakers = new TargetBreakers(systemClock, Math.random);
const targets = createTargetCaller(
  { concurrencyPerOrigin: Number(process.env.GLUTTONY_TARGET_CONCURRENCY) },
  { gate: breakers },
);
const rows = await createConsumers(pool, { box: null }).list();
const parsed = parseConsumer(rows.find(({ name }) => name === BENCH_CONSUMER));
if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
const { consumer } = parsed;
const { deadlineMs, graceMs } = consumer.delivery;
const cell = new InlineCell("inline", [post, none], { log, fetch: fetchDirectly });
const source = createKafkaSources({ brokers: [KAFKA_HOST], clientId: "bench-inline", log }).create({
  topic: consumer.topic,
  group: consumer.group,
  fetchWaitMs: 500,
});
const run = new ConsumerRun(
  {
    source,
    cell,
    positions: createPositions(pool, "bench-inline"),
    deadLetters: createDeadLetters(pool, { hostId: "bench-inline", box: null }),
    fence: createFence(pool),
    schemas: null,
    subjects: await createSubjectHash(pool, process.env.GLUTTONY_MASTER_KEY),
    breakers,
    clock: systemClock,
    random: Math.random,
    log,
    meters: new Metrics("bench").metersOf(consumer.name),
  },
  {
    consumer,
    cellConsumer: {
      id: consumer.id,
      name: consumer.name,
      revision: consumer.revision,
      handler: BENCH_HANDLER,
      config: { url: DATASYNC_HOST },
      deadlineMs,
      graceMs,
    },
  },
);
process.once("SIGTERM", () => void run.stop(stopBudgetMs));
await run.run();
breakers.close();
await targets.close();
await pool.close();

/** What stands behind `context.fetch` in a cell, without the pipe. */
async function fetchDirectly(url, request = {}) {
  const body = request.body === undefined ? null : Buffer.from(request.body);
  const response = await targets.call({
    url,
    method: request.method ?? "GET",
    headers: request.headers ?? {},
    body,
    timeoutMs: deadlineMs,
    idempotencyKey: "bench",
    consumer: BENCH_CONSUMER,
    grantedOrigins,
    // The cell's deadline ends an attempt; a call has none of its own here.
    stop: null,
  });
  if ("failure" in response) throw Object.assign(new Error(response.failure.message), response.failure);
  return targetResponse(response);
}
