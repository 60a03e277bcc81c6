import type { Cause, ObservedState } from "@gluttony/model";
import {
  createConnectorRegistry,
  createHosts,
  holdHostId,
  createObservations,
  createPool,
  createSecretBox,
  dropReplication,
  inspectTable,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const cause: Cause = {
  code: "target.unreachable",
  title: "The target cannot be reached",
  facts: { target: "http://empi" },
  faults: [],
  remedy: "See the target.",
};

describe.skipIf(stack().postgresUnavailable !== "")("what hosts tell each other", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_register");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const observed = (consumerId: string, hostId: string): ObservedState => ({
    ...{ consumerId, hostId, state: "recovering", since: new Date(1_700_000_000_000), cause },
    ...{ revision: 9_007_199_254_740_993n, release: "empi@1", lagMs: 12.5, retrying: 2 },
    partitions: [
      {
        partition: 0,
        mark: "9007199254740993",
        next: "9007199254740994",
        logEnd: "9007199254740999",
        lagRecords: "6",
        inFlight: 1,
      },
    ],
    nextAttemptAt: new Date(1_700_000_001_000),
  });

  test("states of many consumers are written at once and read as they were", async () => {
    const observations = createObservations(pool);
    const states = ["1", "2", "3"].map((id) => observed(id, "h1"));

    await observations.write(states);
    await observations.write([
      { ...observed("2", "h1"), state: "running", cause: null, nextAttemptAt: null },
    ]);
    await observations.write([]);

    expect(await observations.readStates("1")).toEqual([states[0]]);
    expect((await observations.readStates()).map((one) => one.state)).toEqual([
      "recovering",
      "running",
      "recovering",
    ]);
    await observations.forget("h1", ["1", "3"]);
    await observations.forget("h2", ["2"]);
    expect(await observations.readStates()).toMatchObject([{ consumerId: "2", cause: null }]);
  });

  test("targets that are held back are told with their times, and not when none is", async () => {
    const observations = createObservations(pool);
    const since = new Date(1_700_000_002_000);
    const targets = [{ target: "http://empi", breaker: "open", since, nextProbeAt: since }] as const;
    await observations.write([
      { ...observed("1", "h1"), targets },
      { ...observed("2", "h1"), targets: [] },
    ]);

    const [held, free] = await observations.readStates();
    await observations.write([observed("1", "h1")]);

    expect(held?.targets).toEqual(targets);
    expect(free?.targets).toBeUndefined();
    expect((await observations.readStates("1"))[0]?.targets).toBeUndefined();
  });

  test("what a silent host said last reads as unknown, with the reason", async () => {
    const observations = createObservations(pool);
    await observations.write([observed("1", "h1"), observed("1", "h2")]);
    await pool.query(
      "update cdc.observed_state set updated_at = now() - interval '16 s' where host_id = 'h1'",
    );

    const [silent, fresh] = await observations.readStates("1");

    expect(silent).toMatchObject({
      state: "unknown",
      cause: { code: "host.silent", facts: { host: "h1", lastState: "recovering" } },
      lagMs: null,
    });
    expect(fresh?.state).toBe("recovering");
  });

  test("hosts are seen while they beat", async () => {
    const hosts = createHosts(pool);
    const startedAt = new Date(1_700_000_000_000);

    await hosts.beat({ hostId: "h1", version: "0.1.0", startedAt });
    await hosts.beat({ hostId: "h1", version: "0.2.0", startedAt });

    expect(await hosts.list()).toMatchObject([{ hostId: "h1", version: "0.2.0", startedAt }]);
    await hosts.remove("h1");
    expect(await hosts.list()).toEqual([]);
  });

  test("an id is held by one process, and free the moment its holder is gone", async () => {
    const first = await holdHostId(pool, "h1");
    const second = await holdHostId(pool, "h1");
    const other = await holdHostId(pool, "h2");
    await first?.[Symbol.asyncDispose]();

    await vi.waitFor(async () => {
      await using again = await holdHostId(pool, "h1");
      expect(again?.hostId).toBe("h1");
    });

    expect([first?.hostId, second, other?.hostId]).toEqual(["h1", null, "h2"]);
    await other?.[Symbol.asyncDispose]();
  });

  test("a connector is remembered with its secret sealed", async () => {
    const registry = createConnectorRegistry(pool, createSecretBox("a passphrase of some length"));
    const connString = "postgres://u:hunter2@h/d";
    const connector = {
      ...{ name: "c1", consumerIds: ["1", "2"], sourceIdentity: "h/d", topic: "t", connString },
      ...{ slot: "s", publication: null, kind: "adopted" as const, applied: null },
    };

    await registry.upsert(connector);
    await registry.upsert({ ...connector, consumerIds: ["2"] });
    await registry.noteApplied("c1", { "tasks.max": "1" });

    const [entry, ...rest] = await registry.list();
    expect(rest).toEqual([]);
    expect(entry).toMatchObject({ name: "c1", consumerIds: ["2"], slot: "s", publication: null });
    expect(entry).toMatchObject({ kind: "adopted", applied: { "tasks.max": "1" } });
    expect(entry?.connString).toMatch(/^enc:v2:[0-9a-f]{8}:/);
    expect(entry === undefined ? null : registry.openConnString(entry)).toBe(connString);
    await registry.remove("c1");
    expect(await registry.list()).toEqual([]);
  });

  test("a lock lets one in at a time and is free again after a failure", async () => {
    const registry = createConnectorRegistry(pool, null);
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
      throw new Error("on purpose");
    };

    const outcomes = await Promise.allSettled([1, 2, 3].map(() => registry.withLock("c", work)));

    expect(most).toBe(1);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(["rejected", "rejected", "rejected"]);
  });

  test("a source's table is described as a connector needs it", async () => {
    await database.execute(
      `create table plain (b int, a int, primary key (a, b)); create table bare (x int);
       create table fully (x int primary key, y text); alter table fully replica identity full;
       create table indexed (x int primary key, y text not null unique);
       alter table indexed replica identity using index indexed_y_key;`,
    );

    const look = (table: string): Promise<unknown> => inspectTable(database.url, { schema: "public", table });

    expect(await look("plain")).toEqual({
      ...{ exists: true, primaryKey: ["a", "b"], replicaIdentity: "d", identityColumns: ["a", "b"] },
      ...{ columns: ["b", "a"], walLevel: "logical", canRead: true },
    });
    expect(await look("bare")).toMatchObject({ primaryKey: [], identityColumns: [] });
    expect(await look("fully")).toMatchObject({ replicaIdentity: "f", identityColumns: ["x", "y"] });
    expect(await look("indexed")).toMatchObject({
      replicaIdentity: "i",
      identityColumns: ["y"],
      primaryKey: ["x"],
    });
    expect(await look("nowhere")).toMatchObject({ exists: false, columns: [], walLevel: "logical" });
  });

  test("what a connector leaves behind is dropped, also when it is gone already", async () => {
    const slot = `${database.name}_slot`;
    await database.execute(`create table t (x int); create publication "Pub ""1" for table t`);
    await pool.query("select pg_create_logical_replication_slot($1, 'pgoutput')", [slot]);

    await dropReplication(database.url, { slot, publication: 'Pub "1' });
    await dropReplication(database.url, { slot, publication: 'Pub "1' });

    const left = await pool.query("select slot_name from pg_replication_slots where slot_name = $1", [slot]);
    expect(left).toEqual([]);
    expect(await pool.query("select pubname from pg_publication")).toEqual([]);
  });

  test("a source that is away is told without the connection string", async () => {
    const away = inspectTable("postgres://u:hunter2@127.0.0.1:1/secretdb", { schema: "s", table: "t" });

    const error = await away.catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: "connect.source_unreachable" });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/hunter2|secretdb/);
  });
});
