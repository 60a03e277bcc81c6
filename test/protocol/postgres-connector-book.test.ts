import { type ConnectorHealthRow, type Pool, createConnectorBook } from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openMigrated } from "../support/sql.ts";
import { type TestDatabase, makeDatabase, stack } from "../support/stack.ts";

const health: ConnectorHealthRow = {
  connector: "c1",
  state: "failed",
  sinceMs: 1_700_000_000_123,
  mends: 2,
  nextMendMs: 1_700_000_005_000,
  pending: "restart_failed",
  isGivenUp: false,
  failure: "first line",
  drift: ["poll.interval.ms"],
  findings: ["source.table_rights"],
};

describe.skipIf(stack().postgresUnavailable !== "")("what is remembered of connectors", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_connectors");
    pool = await openMigrated(database.url);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  test("is read as it was written, and forgotten with its connector", async () => {
    const book = createConnectorBook(pool);
    const other = {
      ...health,
      connector: "c2",
      nextMendMs: null,
      pending: null,
      failure: null,
      drift: [],
      findings: [],
    };

    await book.save([health, other]);
    await book.save([{ ...health, mends: 3 }, other]);
    const both = await book.load();
    await book.save([other]);

    expect(both).toEqual([{ ...health, mends: 3 }, other]);
    expect(await book.load()).toEqual([other]);
  });

  test("tells what was done, newest first, and drops what is older than a month", async () => {
    const book = createConnectorBook(pool);
    const event = { connector: "c1", hostId: "h", at: new Date(), deed: "restart_failed", note: "" };
    const old = { ...event, at: new Date(Date.now() - 40 * 86_400_000), outcome: "old" };

    await book.note([old, { ...event, outcome: "asked" }]);
    await book.note([
      { ...event, outcome: "recovered" },
      { ...event, connector: "c2", outcome: "asked" },
    ]);

    expect((await book.events("c1")).map(({ outcome }) => outcome)).toEqual(["recovered", "asked"]);
    expect(await book.events("c1", 1)).toHaveLength(1);
  });

  test("lets one host watch at a time, and the next one when the first has ended or failed", async () => {
    const book = createConnectorBook(pool);
    let free = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });

    const first = book.whileAlone(() => held.then(() => "first"));
    await expect.poll(() => book.whileAlone(async () => "second")).toBeNull();
    free();

    expect(await first).toBe("first");
    await expect(book.whileAlone(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await book.whileAlone(async () => "third")).toBe("third");
  });
});
