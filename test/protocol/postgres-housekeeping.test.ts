import type { StateChange } from "@gluttony/model";
import {
  createDeadLetters,
  createHousekeeping,
  createObservations,
  createPool,
  createSecretBox,
  migrate,
  type Pool,
  withAdvisoryLock,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parkedAt, parkedFailure } from "../support/parked-record.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const box = createSecretBox(Buffer.alloc(32, 7).toString("base64"));
const all = { partitions: [0], limit: 100 };

describe.skipIf(stack().postgresUnavailable !== "")("housekeeping", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_house");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const count = async (from: string): Promise<unknown> =>
    (await pool.query(`select count(*)::int as count from ${from}`))[0]?.["count"];

  test("the ledger keeps its days, and of each consumer the newest steps", async () => {
    await pool.query(
      `insert into cdc.once (consumer_id, idempotency_key, name, claimed_by, claimed_at)
       select c, n::text, 'x', '', now() - n * interval '1 hour'
       from unnest(array['1', '2', 'a b']) c, generate_series(0, 199) n`,
    );
    const byAge = await createHousekeeping(pool, { onceDays: 7 }).run();

    const byCount = await createHousekeeping(pool, { onceMax: 50 }).run();

    expect([byAge.stepsPurged, byCount.stepsPurged]).toEqual([3 * 32, 3 * 118]);
    expect(await count("cdc.once")).toBe(150);
    const kept = await pool.query(
      "select max(idempotency_key::int) as oldest from cdc.once where consumer_id = 'a b'",
    );
    expect(kept).toEqual([{ oldest: 49 }]);
    expect(await createHousekeeping(pool).run()).toMatchObject({ isRun: true, stepsPurged: 0 });
  });

  test("more than one statement's rows go in one run", async () => {
    await pool.query(
      `insert into cdc.fence (consumer_id, subject, position, updated_at)
       select '1', n::text, '\\x01', now() - interval '200 days' from generate_series(1, 12001) n`,
    );
    await pool.query(
      `insert into cdc.fence (consumer_id, subject, position, updated_at)
       select '2', n::text, '\\x01', now() - n * interval '1 hour' from generate_series(1, 12001) n where n < 4000`,
    );

    const counts = await createHousekeeping(pool, { fenceMax: 10 }).run();

    expect(counts.subjectsPurged).toBe(12_001 + 3_989);
    expect(await pool.query("select max(subject::int) as oldest from cdc.fence")).toEqual([{ oldest: 10 }]);
  });

  test("the history keeps its days and lines, and is read newest first", async () => {
    const observations = createObservations(pool);
    const line = (note: string, hoursAgo: number): StateChange => ({
      ...{ consumerId: "1", hostId: "h1", state: "recovering", code: "delivery.rejoined", note },
      at: new Date(Date.now() - hoursAgo * 3_600_000),
    });
    await observations.remember([line("old", 31 * 24), line("a", 3), line("b\u0000", 2), line("c", 1)]);
    await observations.remember([{ ...line("other", 0), consumerId: "2", state: "running", code: null }]);
    await observations.remember([]);

    const byAge = await createHousekeeping(pool).run();
    const byCount = await createHousekeeping(pool, { historyMax: 2 }).run();

    expect([byAge.historyPurged, byCount.historyPurged]).toEqual([1, 1]);
    expect((await observations.history("1")).map((one) => one.note)).toEqual(["c", "b"]);
    expect(await observations.history("1", 1)).toEqual([{ ...line("c", 1), at: expect.any(Date) }]);
    expect(await observations.history("2")).toMatchObject([{ state: "running", code: null }]);
  });

  test("closed letters are purged, and letters of a stopped order whose host died go back to a person", async () => {
    const letters = createDeadLetters(pool, { hostId: "h1", box });
    for (const offset of [1n, 2n, 3n]) await letters.park(parkedAt(offset));
    await letters.requestReplay({ consumerId: "7" }, { actor: "ada", failuresMax: 1 });
    const [first, second, third] = await letters.takeReplays("7", all);
    await letters.finishReplay(first?.id ?? "", parkedFailure);
    await letters.finishReplay(second?.id ?? "", null);
    await pool.query(
      `update cdc.dead_letter set finished_at = now() - interval '181 days' where finished_at is not null`,
    );
    const early = await createHousekeeping(pool).run();

    await pool.query("update cdc.dead_letter set taken_at = taken_at - interval '11 minutes'");
    const late = await createHousekeeping(pool).run();

    expect(early).toMatchObject({ lettersDeleted: 1, lettersErased: 0, lettersParkedAgain: 0 });
    expect(late).toMatchObject({ lettersParkedAgain: 1 });
    expect(await letters.get(third?.id ?? "")).toMatchObject({ state: "parked", holdsRecord: true });
  });

  test("letters and orders under way are left alone", async () => {
    const letters = createDeadLetters(pool, { hostId: "h1", box });
    await letters.park(parkedAt(1n));
    await letters.requestReplay({ consumerId: "7" }, { actor: "ada" });
    await pool.query("update cdc.dead_letter set parked_at = now() - interval '900 days'");
    await pool.query("update cdc.replay_order set asked_at = now() - interval '900 days'");

    const counts = await createHousekeeping(pool, { letterDays: 0 }).run();

    expect(counts).toMatchObject({
      lettersErased: 0,
      lettersDeleted: 0,
      lettersParkedAgain: 0,
      errorsPurged: 0,
      ordersDeleted: 0,
    });
    expect(await letters.takeReplays("7", all)).toHaveLength(1);
  });

  test("only one host is at it at a time", async () => {
    const counts = await withAdvisoryLock(pool, "gluttony housekeeping", () =>
      createHousekeeping(pool).run(),
    );
    const after = await createHousekeeping(pool).run();

    expect([counts.isRun, after.isRun]).toEqual([false, true]);
  });
});
