import { type AdminServer, type ConnectorPorts, createAdminServer } from "@gluttony/admin";
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
import { fillLargeHouse, largeBoard, largeHouse } from "../support/large-house.ts";
import { openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const warmUps = 10;
const rounds = 20;
const { consumers, partitions } = largeHouse;

describe.skipIf(stack().postgresUnavailable !== "")(
  `${consumers} consumers of ${partitions} partitions`,
  () => {
    let database: TestDatabase;
    let pool: Pool;
    let server: AdminServer;
    let url: string;

    beforeAll(async () => {
      database = await makeDatabase("overview_size");
      pool = await openMigrated(database.url);
      await fillLargeHouse(pool);
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
          connectors: { board: largeBoard(pool) } as ConnectorPorts,
          filteredCounts: (id) => positions.filteredByRule(id),
          checkConsumer: checkDraft,
        },
        { host: "127.0.0.1", port: 0, version: "0" },
      );
      ({ url } = await server.listen());
    }, 120_000);
    afterAll(async () => {
      await server.close();
      await pool.close();
      await database[Symbol.asyncDispose]();
    });

    // The times are told, and not held to a limit: other tests run beside this one.
    test.each([
      ["consumers", 50],
      ["consumers?limit=200", 200],
      ["consumers?state=blocked", 0],
      ["overview", 50],
      ["overview?limit=200", 200],
      ["connectors", 50],
      ["connectors?limit=200", 200],
      ["dead-letters", 50],
      ["dead-letters?state=parked&limit=200", 200],
      ["dead-letters?consumer=c100", 50],
      ["dead-letters/stats", 2 * consumers],
      ["replay-orders", 0],
      ["audit", 50],
      ["audit?limit=200", 200],
      ["audit?actor=user:u7", 50],
      ["operations", 50],
      ["operations?state=running&limit=200", largeHouse.awaited],
      ["operations?consumer=c100", 10],
      ["alerts", 0],
      ["plugins", null],
      ["releases", null],
      ["users", null],
      ["tokens", null],
      ["secrets", null],
      ["consumers/c100/status", null],
      ["consumers/c100/accounting", null],
      ["consumers/c100/metrics", null],
      ["consumers/c100/positions", null],
      ["consumers/c100/history", null],
      ["consumers/c100/revisions", null],
      ["consumers/c100/errors", null],
    ])(
      "%s answers, and says in what time",
      async (path, items) => {
        // A process that has just started compiles what it runs.
        for (let round = 0; round < warmUps; round += 1) await (await fetch(`${url}/api/v1/${path}`)).text();
        const times: number[] = [];
        const ownBefore = process.cpuUsage();
        let body = "";
        for (let round = 0; round < rounds; round += 1) {
          const startedMs = performance.now();
          const answer = await fetch(`${url}/api/v1/${path}`);
          body = await answer.text();
          times.push(performance.now() - startedMs);
          expect(answer.status, body).toBe(200);
        }
        const own = process.cpuUsage(ownBefore);
        const sorted = times.toSorted((left, right) => left - right);
        const at = (share: number): string =>
          (sorted[Math.floor(share * rounds)] ?? 0).toFixed(1).padStart(6);

        const ownMs = ((own.user + own.system) / 1_000 / rounds).toFixed(1).padStart(5);
        process.stdout.write(
          `${path.padEnd(36)} p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  processor ${ownMs} ms  ${body.length} bytes\n`,
        );
        if (items !== null) expect(JSON.parse(body).items).toHaveLength(items);
      },
      60_000,
    );

    test("all of them are counted, and none is taken for trouble", async () => {
      const overview: unknown = await (await fetch(`${url}/api/v1/overview?limit=1`)).json();

      expect(overview).toMatchObject({
        needAttention: 0,
        counts: { running: consumers },
        endedPerSecond: consumers,
        lettersOpen: String(largeHouse.letters / 20),
      });
    });
  },
);
