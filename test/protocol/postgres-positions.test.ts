import type { EndingCounts, Position } from "@gluttony/model";
import { createPool, createPositions, migrate, type Pool } from "@gluttony/postgres";
import type { Advance } from "@gluttony/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const none: EndingCounts = { done: 0, filtered: 0, skipped: 0, parked: 0, hole: 0 };
const huge = 9_007_199_254_740_993n;

describe.skipIf(stack().postgresUnavailable !== "")("positions", () => {
  let database: TestDatabase;
  let pool: Pool;
  let consumerId: string;

  beforeEach(async () => {
    database = await makeDatabase("pg_position");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    const [row] = await pool.query<{ id: string }>(
      "insert into cdc.consumer (name, handler_func) values ('c', 'empi') returning id::text as id",
    );
    consumerId = row?.id ?? "";
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const startAt = (partition: number, start: bigint): Position => ({
    topic: "t",
    topicId: "T1",
    partition,
    start,
    mark: start,
    endings: none,
    endedAbove: null,
    waiting: [],
    saves: 0n,
    partitionsAtStart: 6,
    isChosen: false,
  });
  const done = (partition: number, from: bigint, count: number, saves = 0n): Advance => ({
    partition,
    topicId: "T1",
    from,
    saves,
    to: from + BigInt(count),
    endings: { ...none, done: count },
    filteredByRule: new Map(),
    endedAbove: null,
    waiting: [],
  });
  const countOf = async (): Promise<unknown> =>
    (await pool.query("select count from cdc.consumer"))[0]?.["count"];

  test("what ended above the mark is kept beside it, also when the mark stays, and goes when it is caught up", async () => {
    const positions = createPositions(pool, "h1");
    const above = Uint8Array.from([0, 1, 255, 0, 7]);
    await positions.begin("9", startAt(3, 10n));

    const kept = await positions.advance("9", "t", [{ ...done(3, 10n, 0), endedAbove: above }]);
    const [first] = await positions.load("9", "t");
    await positions.advance("9", "t", [done(3, 10n, 2, 1n)]);
    const [second] = await positions.load("9", "t");

    expect(kept).toEqual(new Set([3]));
    expect(Uint8Array.from(first?.endedAbove ?? [])).toEqual(above);
    expect(second).toMatchObject({ mark: 12n, endedAbove: null });
  });

  test("while the mark stands, an owner whose time is over cannot put its map over that of the next one", async () => {
    const positions = createPositions(pool, "h1");
    await positions.begin("9", startAt(3, 10n));
    await positions.advance("9", "t", [{ ...done(3, 10n, 0), endedAbove: Uint8Array.of(0, 1) }]);
    const save = (saves: bigint, map: number): Promise<ReadonlySet<number>> =>
      positions.advance("9", "t", [{ ...done(3, 10n, 0, saves), endedAbove: Uint8Array.of(map) }]);

    const next = await save(1n, 2);
    const late = await save(1n, 3);

    expect([next, late]).toEqual([new Set([3]), new Set()]);
    const [position] = await positions.load("9", "t");
    expect(position).toMatchObject({ saves: 2n });
    expect(Uint8Array.from(position?.endedAbove ?? [])).toEqual(Uint8Array.of(2));
  });

  test("an account is kept exactly, beyond what JavaScript's numbers hold", async () => {
    const positions = createPositions(pool, "h1");
    await positions.begin(consumerId, startAt(0, huge));
    const endings = { done: 3, filtered: 2, skipped: 1, parked: 1, hole: 4 };

    const moved = await positions.advance(consumerId, "t", [
      {
        ...{ partition: 0, topicId: "T1", from: huge, to: huge + 11n, saves: 0n, endings },
        endedAbove: null,
        waiting: [],
        filteredByRule: new Map([
          ["tombstone", 1],
          ["operation", 1],
        ]),
      },
    ]);

    expect(moved).toEqual(new Set([0]));
    expect(await positions.load(consumerId, "t")).toEqual([
      { ...startAt(0, huge), mark: huge + 11n, saves: 1n, endings },
    ]);
    expect(await positions.filteredByRule(consumerId)).toEqual(
      new Map([
        ["operation", 1n],
        ["tombstone", 1n],
      ]),
    );
    expect(await countOf()).toBe(3n);
  });

  test("beginning again keeps what is there", async () => {
    const positions = createPositions(pool, "h1");
    await positions.begin(consumerId, startAt(0, 5n));

    await positions.begin(consumerId, { ...startAt(0, 9n), topicId: "T2" });

    expect(await positions.load(consumerId, "t")).toEqual([startAt(0, 5n)]);
  });

  test("only partitions that stand at the mark and topic seen are moved and counted", async () => {
    const positions = createPositions(pool, "h1");
    for (const partition of [0, 1, 2]) await positions.begin(consumerId, startAt(partition, 0n));

    const moved = await positions.advance(consumerId, "t", [
      { ...done(0, 7n, 2), filteredByRule: new Map([["tombstone", 5]]) },
      done(1, 0n, 2),
      { ...done(2, 0n, 2), topicId: "T2" },
      done(3, 0n, 2),
    ]);

    expect(moved).toEqual(new Set([1]));
    expect(await countOf()).toBe(2n);
    expect(await positions.filteredByRule(consumerId)).toEqual(new Map());
  });

  test("an account that does not add up is refused as a whole", async () => {
    const positions = createPositions(pool, "h1");
    await positions.begin(consumerId, startAt(0, 0n));

    const wrong = positions.advance(consumerId, "t", [{ ...done(0, 0n, 3), to: 5n }]);

    await expect(wrong).rejects.toMatchObject({
      code: "delivery.unbalanced",
      facts: { partitions: 1, offsets: "5", endings: 3 },
    });
    expect(await countOf()).toBe(0n);
    expect(await positions.load(consumerId, "t")).toEqual([startAt(0, 0n)]);
  });

  test("two owners that race lose and double nothing", async () => {
    const partitions = [0, 1, 2, 3];
    const rounds = 60;
    const setup = createPositions(pool, "h0");
    for (const partition of partitions) await setup.begin(consumerId, startAt(partition, 0n));
    const other = createPool({ connectionString: database.url });

    const run = async (owner: Pool, hostId: string, order: readonly number[]): Promise<number> => {
      const positions = createPositions(owner, hostId);
      let won = 0;
      for (let round = 0; round < rounds; round += 1) {
        const seen = new Map((await positions.load(consumerId, "t")).map((one) => [one.partition, one]));
        const advances = order.map((partition) => ({
          ...done(partition, seen.get(partition)?.mark ?? -1n, partition + 1, seen.get(partition)?.saves),
          endings: { ...none, done: partition, filtered: 1 },
          filteredByRule: new Map([[`rule ${(round + partition) % 3}`, 1]]),
        }));
        for (const partition of await positions.advance(consumerId, "t", advances)) won += partition + 1;
      }
      return won;
    };
    const won = await Promise.all([run(pool, "h1", partitions), run(other, "h2", partitions.toReversed())]);
    await other.close();

    const after = await setup.load(consumerId, "t");
    const marks = after.reduce((sum, one) => sum + Number(one.mark), 0);
    const rules = [...(await setup.filteredByRule(consumerId)).values()].reduce(
      (sum, count) => sum + count,
      0n,
    );
    expect(marks).toBe(won[0] + won[1]);
    expect(after.every((one) => one.mark === BigInt(one.endings.done + one.endings.filtered))).toBe(true);
    expect(await countOf()).toBe(BigInt(after.reduce((sum, one) => sum + one.endings.done, 0)));
    expect(rules).toBe(BigInt(after.reduce((sum, one) => sum + one.endings.filtered, 0)));
    expect(marks).toBeGreaterThan(rounds);
  });

  test("counting gives no revision", async () => {
    const positions = createPositions(pool, "h1");
    await positions.begin(consumerId, startAt(0, 0n));

    await positions.advance(consumerId, "t", [done(0, 0n, 5)]);

    expect(await pool.query("select revision from cdc.consumer_head")).toEqual([{ revision: 1n }]);
  });
});

describe.skipIf(stack().postgresUnavailable !== "")("positions of an adopted table", () => {
  test.each(["uuid", "text", "varchar(40)", "integer"])("an id of type %s is counted", async (type) => {
    await using database = await makeDatabase("pg_position");
    await using pool = createPool({ connectionString: database.url });
    const id = type === "integer" ? "7" : "6f1c7f0e-0000-4000-8000-000000000001";
    await database.execute(
      `create schema cdc; create table cdc.consumer (id ${type} primary key, name text, conn_string text,
         data_source text, capture_schema text, capture_table text, topic text, "group" text, handler_func text,
         global_key text[], is_valid boolean, count bigint, creation_time timestamptz, configuration jsonb);
       insert into cdc.consumer (id, name) values ('${id}', 'old');`,
    );
    await migrate(pool);
    const positions = createPositions(pool, "h1");
    const start = { topic: "t", topicId: "T1", partition: 0, start: 0n, mark: 0n, endings: none };
    await positions.begin(id, start);

    await positions.advance(id, "t", [
      {
        ...{ partition: 0, topicId: "T1", from: 0n, to: 4n, saves: 0n },
        endings: { ...none, done: 4 },
        filteredByRule: new Map(),
        endedAbove: null,
        waiting: [],
      },
    ]);

    expect(await pool.query("select count from cdc.consumer")).toEqual([{ count: 4n }]);
  });
});
