import { type Pool, readMigrationFacts, readServerFacts, readTableFacts } from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

describe.skipIf(stack().postgresUnavailable !== "")("what a diagnostics bundle tells of the database", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await makeDatabase("diagnostics");
    pool = await openMigrated(database.url);
    await insertConsumer(pool, { name: "canary-name", handlerFunc: "empi", topic: "t" });
  });
  afterAll(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  test("each table has its sizes, and no row is told", async () => {
    const tables = await readTableFacts(pool);

    expect(tables.find(({ table }) => table === "consumer")).toMatchObject({ bytes: expect.any(BigInt) });
    expect(tables.length).toBeGreaterThan(30);
    expect(JSON.stringify(tables, (_, one) => (typeof one === "bigint" ? String(one) : one))).not.toContain(
      "canary-name",
    );
  });

  test("every migration ran, with the hash of its file", async () => {
    const { applied, pending } = await readMigrationFacts(pool);

    expect(pending).toEqual([]);
    expect(applied[0]).toMatchObject({
      name: "0001-consumer",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("sessions are counted without what they run", async () => {
    const { settings, sessions } = await readServerFacts(pool);

    expect(settings.map(({ name }) => name)).toContain("server_version");
    expect(sessions.some(({ count }) => count > 0n)).toBe(true);
    expect(Object.keys(sessions[0] ?? {})).not.toContain("query");
  });
});
