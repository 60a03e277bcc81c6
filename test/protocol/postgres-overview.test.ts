import {
  countAudit,
  createConnectorBook,
  createConnectorRegistry,
  createMetricPoints,
  createObservations,
  createOverviewFacts,
  createSourceMeasures,
  measureSlot,
  type MetricCounts,
  type Pool,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const counts: MetricCounts = {
  consumerId: "1",
  received: 10,
  done: 7,
  filtered: 1,
  skipped: 0,
  parked: 2,
  retried: 3,
  commitsFailed: 0,
  cellRestarts: 1,
  handlerMs: 50,
  handlerCounts: [1, 2, 0],
  ackMs: 20,
  ackCounts: [0, 0, 4],
  lagRecords: 9_007_199_254_740_993n,
  lagMs: 1_500,
};
const measured = {
  connector: "c1",
  tasks: [{ id: 0, state: "RUNNING" }],
  slot: { isActive: true, walStatus: "reserved", retainedBytes: 9_007_199_254_740_993n, behindBytes: null },
  slotReason: null,
  heartbeatAt: new Date("2026-01-01T00:00:00Z"),
  heartbeatEveryMs: 10_000,
  heartbeatReason: null,
  lastChangeAt: null,
  lastChangeReason: "no_record",
};

describe.skipIf(stack().postgresUnavailable !== "")("what the overview is made of", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_overview");
    pool = await openMigrated(database.url);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  test("series are added up over beats and hosts, in both steps", async () => {
    const points = createMetricPoints(pool);
    const span = { from: new Date(Date.now() - 600_000), to: new Date(Date.now() + 600_000) };

    await points.add("h1", [counts, { ...counts, consumerId: "2" }]);
    await points.add("h1", [{ ...counts, lagRecords: 4n, lagMs: null }]);
    await points.add("h2", [{ ...counts, lagMs: 2_000 }]);
    await points.add("h2", []);
    const coarse = await points.read("1", { stepS: 120, ...span });
    const fine = await points.read("1", { stepS: 10, ...span });

    const sum = (of: (point: MetricCounts) => number): number =>
      fine.reduce((total, point) => total + of(point), 0);
    // A test may run over the edge of a step.
    expect(coarse.length).toBeLessThanOrEqual(2);
    expect(sum(({ received }) => received)).toBe(30);
    expect(sum(({ cellRestarts }) => cellRestarts)).toBe(3);
    expect(sum(({ handlerCounts }) => handlerCounts[1] ?? 0)).toBe(6);
    expect(sum(({ ackCounts }) => ackCounts[2] ?? 0)).toBe(12);
    expect(Math.max(...coarse.map(({ lagMs }) => lagMs ?? 0))).toBe(2_000);
    expect(coarse[0]?.lagRecords).toBeGreaterThanOrEqual(9_007_199_254_740_993n);
  });

  test("the latest sums leave out the step under way, and the lags come oldest first", async () => {
    const points = createMetricPoints(pool);
    await points.add("h1", [counts]);

    await pool.query("update cdc.metric_point set at = at - interval '20 seconds' where step_s = 10");
    await pool.query("update cdc.metric_point set at = at - interval '2 minutes' where step_s = 120");
    await points.add("h1", [{ ...counts, received: 1_000, lagRecords: 5n }]);
    const latest = await points.latest(60);
    const ofAnother = await points.latest(60, ["another"]);
    const ended = await points.ended(60);
    const lags = await points.lags(900);

    expect(ended).toEqual(new Map([["1", counts.done + counts.filtered + counts.skipped + counts.parked]]));
    expect(latest).toMatchObject([{ consumerId: "1", received: 10, handlerCounts: [1, 2, 0] }]);
    expect(ofAnother).toEqual([]);
    expect(lags.get("1")?.at(-1)).toBe(5);
  });

  test("old points are dropped, each step after its own time", async () => {
    const points = createMetricPoints(pool);
    await points.add("h1", [counts]);
    await pool.query("update cdc.metric_point set at = at - interval '2 hours'");

    expect(await points.purge()).toBe(1);
    await pool.query("update cdc.metric_point set at = at - interval '23 hours'");
    expect(await points.purge()).toBe(1);
    expect(await pool.query("select from cdc.metric_point")).toEqual([]);
  });

  test("a source stands with its connector's health and its measure, each null until there is one", async () => {
    const registry = createConnectorRegistry(pool, null);
    const measures = createSourceMeasures(pool);
    const connector = {
      name: "c1",
      consumerIds: ["1", "2"],
      sourceIdentity: "postgresql:db:5432/his/his.person",
      topic: "persons",
      connString: null,
      slot: "s",
      publication: "s",
      kind: "made",
      applied: null,
    } as const;
    await registry.upsert(connector);

    const before = await measures.standings();
    await createConnectorBook(pool).save([
      {
        connector: "c1",
        state: "failed",
        sinceMs: 1_700_000_000_000,
        mends: 2,
        nextMendMs: null,
        pending: null,
        isGivenUp: true,
        failure: "first line",
        drift: [],
        findings: ["source.table_rights"],
      },
    ]);
    await measures.save([measured, { ...measured, connector: "gone" }]);
    await measures.save([{ ...measured, tasks: null }]);
    const after = await measures.standings();

    const { connector: _name, ...told } = measured;
    expect(before).toMatchObject([{ connector: "c1", consumerIds: ["1", "2"], health: null, measure: null }]);
    expect(after).toMatchObject([
      {
        health: {
          state: "failed",
          isGivenUp: true,
          failure: "first line",
          findings: ["source.table_rights"],
        },
        measure: { ...told, tasks: null },
      },
    ]);
    expect(await pool.query("select from cdc.source_measure")).toHaveLength(1);
  });

  test("sums of endings and open letters are of all consumers or of one", async () => {
    const id = await insertConsumer(pool, { name: "a", handlerFunc: "empi", topic: "t" });
    await pool.query(
      `insert into cdc.position (consumer_id, topic, topic_id, partition, start_offset, mark, done, filtered, host_id)
       values ($1, 't', 'T', 0, 0, 10, 8, 2, 'h'), ($1, 't', 'T', 1, 0, 5, 5, 0, 'h'), ('other', 't', 'T', 0, 0, 1, 1, 0, 'h')`,
      [id],
    );
    const facts = createOverviewFacts(pool);

    const all = await facts.totals();
    const one = await facts.totals(id);

    expect(all.map(({ consumerId }) => consumerId).toSorted()).toEqual([id, "other"].toSorted());
    expect(one).toEqual([
      { consumerId: id, done: 13n, filtered: 2n, skipped: 0n, parked: 0n, hole: 0n, lettersOpen: 0n },
    ]);
  });

  test("a cell is read as it was seen, and not told of a silent host", async () => {
    const observations = createObservations(pool);
    const cell = { state: "ready", crashes: 2, residentBytes: null, heartbeatAgeMs: 4 } as const;
    const state = {
      consumerId: "1",
      hostId: "h",
      state: "running",
      since: new Date(0),
      cause: null,
      revision: 1n,
      release: null,
      partitions: [],
      lagMs: null,
      retrying: 0,
      nextAttemptAt: null,
    } as const;

    await observations.write([
      { ...state, cell },
      { ...state, consumerId: "2" },
    ]);
    const [first, second] = await observations.readStates();
    await pool.query("update cdc.observed_state set updated_at = now() - interval '1 minute'");
    const [silent] = await observations.readStates("1");

    expect(first?.cell).toEqual(cell);
    expect(second).not.toHaveProperty("cell");
    expect(silent).not.toHaveProperty("cell");
  });

  test("entries of the audit are counted once", async () => {
    const { head } = await countAudit(pool, null);
    await insertConsumer(pool, { name: "a", handlerFunc: "empi" });

    const first = await countAudit(pool, head);
    const second = await countAudit(pool, first.head);

    expect(first.counts).toEqual([{ action: "consumer.create", result: "done", count: 1 }]);
    expect(second.counts).toEqual([]);
  });

  test("a slot that is not there is null; a source that is away is told by its code", async () => {
    expect(await measureSlot(database.url, "no_such_slot")).toBeNull();
    await expect(measureSlot("postgres://u:p@127.0.0.1:1/d", "s")).rejects.toMatchObject({
      code: "connect.source_unreachable",
    });
  });
});
