import { createErrorBook, createHousekeeping, type ErrorStore, type Pool } from "@gluttony/postgres";
import { type ErrorCause, type ErrorGroup, fingerprintOf } from "@gluttony/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

function group(changes: Partial<ErrorGroup> = {}): ErrorGroup {
  const cause: ErrorCause = {
    ...{ code: "handler.threw", kind: "transient" as const, release: "empi@1.0.0" },
    frames: ["readPatient src/map.js:10:5"],
    ...changes,
  };
  return {
    ...cause,
    ...{ fingerprint: fingerprintOf(cause), count: 2, firstSeenAtMs: 1_000, lastSeenAtMs: 5_000 },
    sample: { topic: "t", partition: 3, offset: 9_007_199_254_740_993n },
    ...changes,
  };
}

describe.skipIf(stack().postgresUnavailable !== "")("errors by what made them", () => {
  let database: TestDatabase;
  let pool: Pool;
  let book: ErrorStore;
  let id: string;

  beforeEach(async () => {
    database = await makeDatabase("pg_errors");
    pool = await openMigrated(database.url);
    book = createErrorBook(pool);
    id = await insertConsumer(pool, { name: "ward", handlerFunc: "empi" });
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  test("what several hosts count is one group, with the first, the last and a sample", async () => {
    await Promise.all([
      book.add(id, [group()]),
      book.add(id, [group({ firstSeenAtMs: 500, lastSeenAtMs: 9_000 })]),
    ]);

    const [seen, ...others] = await book.list(id);

    expect(others).toEqual([]);
    expect(seen).toMatchObject({
      ...{ code: "handler.threw", release: "empi@1.0.0", frames: ["readPatient src/map.js:10:5"], count: 4n },
      ...{ firstSeenAt: new Date(500), lastSeenAt: new Date(9_000) },
      sample: { topic: "t", partition: 3, offset: 9_007_199_254_740_993n },
    });
    expect(await book.get(id, seen?.fingerprint ?? "")).toEqual(seen);
    await expect(book.get(id, "nothing")).rejects.toMatchObject({ code: "consumer.error_unknown" });
  });

  test("of one consumer the two hundred that were seen last are kept", async () => {
    const many = Array.from({ length: 230 }, (_, index) =>
      group({ code: `a.n${index}`, lastSeenAtMs: 10_000 + index, release: "" }),
    );
    for (let from = 0; from < many.length; from += 50) await book.add(id, many.slice(from, from + 50));

    const seen = await book.list(id);

    expect([seen.length, seen[0]?.code, seen.at(-1)?.code]).toEqual([200, "a.n229", "a.n30"]);
    expect(seen[0]?.release).toBeNull();
  });

  test("they go when they are old, and with their consumer; of nobody nothing is kept", async () => {
    const nowMs = Date.now();
    await book.add(id, [
      group({ lastSeenAtMs: nowMs }),
      group({ code: "a.old", lastSeenAtMs: nowMs - 31 * 86_400_000 }),
    ]);
    await book.add("999", [group()]);
    await book.add(id, []);

    expect(await createHousekeeping(pool).run()).toMatchObject({ errorsPurged: 1 });
    expect((await book.list(id)).map(({ code }) => code)).toEqual(["handler.threw"]);
    await pool.query("delete from cdc.consumer");
    expect(await book.list(id)).toEqual([]);
    expect(await book.list("999")).toEqual([]);
  });
});
