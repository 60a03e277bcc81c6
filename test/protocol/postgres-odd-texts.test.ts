import { codes, type ObservedState } from "@gluttony/model";
import { createConnectorBook, createConsumers, createObservations, type Pool } from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

/** What a handler, a worker or a source may say, and no text of a database holds; cut off in the middle of a character. */
const odd = `${"x".repeat(999)}\u{1f600}`.slice(0, 1_000) + "\u0000";
const kept = `${"x".repeat(999)}\ufffd\ufffd`;

describe.skipIf(stack().postgresUnavailable !== "")("a text that no database holds as it is", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await makeDatabase("pg_odd_texts");
    pool = await openMigrated(database.url);
  });
  afterAll(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  test("does not keep a host from telling how its consumers are", async () => {
    const observations = createObservations(pool);
    const { title, remedy } = codes["host.silent"];
    const state: ObservedState = {
      ...{ consumerId: "1", hostId: "h", state: "blocked", since: new Date(), revision: 1n, release: null },
      ...{ partitions: [], lagMs: null, retrying: 0, nextAttemptAt: null },
      cause: { code: "host.silent", title, remedy, facts: { seen: odd }, faults: [] },
    };

    await observations.write([state, { ...state, consumerId: "2", cause: null }]);
    const seen = await observations.readStates();

    expect(seen.map(({ cause }) => cause?.facts["seen"])).toEqual([kept, undefined]);
  });

  test("does not keep a change of state out of the history", async () => {
    const observations = createObservations(pool);
    const change = { consumerId: "1", hostId: "h", at: new Date(), state: "recovering", code: null } as const;

    await observations.remember([{ ...change, note: `${"x".repeat(499)}\u{1f600}` }]);

    expect((await observations.history("1"))[0]?.note).toBe(`${"x".repeat(499)}\ufffd`);
  });

  test("does not keep what a connector failed with from being known", async () => {
    const book = createConnectorBook(pool);
    const health = { connector: "c", state: "failed", sinceMs: 1, mends: 0, nextMendMs: null } as const;

    await book.save([{ ...health, pending: null, isGivenUp: false, failure: odd, drift: [], findings: [] }]);

    expect((await book.load())[0]?.failure).toBe(kept);
  });

  test("does not keep a consumer from being written", async () => {
    const draft = {
      connString: null,
      dataSource: null,
      captureSchema: null,
      captureTable: null,
      group: null,
    };
    const more = { topic: "t", handlerFunc: "empi", globalKey: ["id"], isValid: false };

    const row = await createConsumers(pool, { box: null }).create(
      { ...draft, ...more, name: "odd", configuration: { handler: { greeting: odd } } },
      "test",
    );

    expect(row.configuration).toEqual({ handler: { greeting: kept } });
  });
});
