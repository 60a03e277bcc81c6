import { type AdminServer, createAdminServer } from "@gluttony/admin";
import { checkDraft } from "@gluttony/model";
import {
  createConsumers,
  createDeadLetters,
  createMetricPoints,
  createObservations,
  createOverviewFacts,
  createPositions,
  type Pool,
} from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminStoresOn } from "../support/admin-stores.ts";
import { openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const consumers = 200;
const partitions = 10;
const rounds = 20;

describe.skipIf(stack().postgresUnavailable !== "")("200 consumers of 10 partitions", () => {
  let database: TestDatabase;
  let pool: Pool;
  let server: AdminServer;
  let url: string;

  beforeAll(async () => {
    database = await makeDatabase("overview_size");
    pool = await openMigrated(database.url);
    await pool.query(
      `insert into cdc.consumer (name, topic, handler_func, global_key, is_valid, configuration)
       select 'c' || n, 't' || n, 'empi', '{id}', true, '{}' from generate_series(1, $1::int) n`,
      [consumers],
    );
    await pool.query(
      `insert into cdc.position (consumer_id, topic, topic_id, partition, start_offset, mark, done, host_id)
       select c.id::text, c.topic, 'T', p, 0, 1000, 1000, 'h' from cdc.consumer c, generate_series(0, $1::int - 1) p`,
      [partitions],
    );
    await pool.query(
      `insert into cdc.observed_state (consumer_id, host_id, state, since, revision, partitions, lag_ms, retrying)
       select c.id::text, 'h', 'running', now(), 1, (
         select jsonb_agg(jsonb_build_object('partition', p, 'mark', '1000', 'next', '1000', 'logEnd', '1010',
           'lagRecords', '10', 'inFlight', 0)) from generate_series(0, $1::int - 1) p), 50, 0
       from cdc.consumer c`,
      [partitions],
    );
    await pool.query(
      `insert into cdc.metric_point select c.id::text, 10, to_timestamp(floor(extract(epoch from now()) / 10) * 10) - s * interval '10 seconds',
         'h', 10, 10, 0, 0, 0, 0, 0, 0, 50, array_fill(1::bigint, array[15]), 50, array_fill(1::bigint, array[15]), 10, 50
       from cdc.consumer c, generate_series(-60, 299) s`,
    );
    await pool.query("analyze");
    const positions = createPositions(pool, "h");
    server = createAdminServer(
      {
        ...adminStoresOn(pool),
        consumers: createConsumers(pool, { box: null }),
        observations: createObservations(pool, { staleMs: 3_600_000 }),
        positions,
        deadLetters: createDeadLetters(pool, { hostId: "h", box: null }),
        overview: createOverviewFacts(pool),
        series: createMetricPoints(pool),
        filteredCounts: (id) => positions.filteredByRule(id),
        checkConsumer: checkDraft,
      },
      { host: "127.0.0.1", port: 0, version: "0" },
    );
    ({ url } = await server.listen());
  }, 60_000);
  afterAll(async () => {
    await server.close();
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  // The times are told, and not held to a limit: other tests run beside this one.
  test.each([
    ["consumers?limit=50", 50],
    ["overview?limit=50", 50],
    ["overview?limit=200", 200],
    ["consumers/c100/status", null],
    ["consumers/c100/metrics", null],
    ["alerts", 0],
  ])(
    "%s answers, and says in what time",
    async (path, items) => {
      const times: number[] = [];
      let body: unknown = null;
      for (let round = 0; round < rounds; round += 1) {
        const startedMs = performance.now();
        const answer = await fetch(`${url}/api/v1/${path}`);
        body = await answer.json();
        times.push(performance.now() - startedMs);
        expect(answer.status).toBe(200);
      }
      const sorted = times.toSorted((left, right) => left - right);
      const at = (share: number): string => (sorted[Math.floor(share * rounds)] ?? 0).toFixed(1);

      process.stdout.write(`${path}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms\n`);
      if (items !== null) expect(Reflect.get(Object(body), "items")).toHaveLength(items);
    },
    60_000,
  );

  test("all of them are counted, and none is taken for trouble", async () => {
    const overview: unknown = await (await fetch(`${url}/api/v1/overview?limit=1`)).json();

    expect(overview).toMatchObject({
      needAttention: 0,
      counts: { running: consumers },
      endedPerSecond: consumers,
    });
  });
});
