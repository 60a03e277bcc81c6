import { readdirSync, readFileSync } from "node:fs";
import {
  createDeadLetters,
  createPool,
  createPositions,
  createSecretBox,
  migrate,
  migrationStatus,
  type Pool,
  requireMigrated,
} from "@gluttony/postgres";
import type { ReplayRequest } from "@gluttony/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const offsetsOf = (requests: readonly ReplayRequest[]): readonly bigint[] =>
  requests.map((request) => request.record.offset);

/** The numbers of all files there are. */
const numbers = readdirSync("packages/postgres/sql")
  .map((name) => Number(name.slice(0, 4)))
  .toSorted((left, right) => left - right);

describe.skipIf(stack().postgresUnavailable !== "")("migrating", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_migrate");
    pool = createPool({ connectionString: database.url });
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const columnsOf = async (): Promise<Record<string, string>> => {
    const rows = await pool.query<{ name: string; type: string }>(
      `select attname::text as name, format_type(atttypid, atttypmod) as type from pg_attribute
       where attrelid = 'cdc.consumer'::regclass and attnum > 0 and not attisdropped order by attnum`,
    );
    return Object.fromEntries(rows.map((row) => [row.name, row.type]));
  };

  test("an empty database gets the whole schema, and a second run finds nothing to do", async () => {
    const before = await migrationStatus(pool);

    const ran = await migrate(pool);
    const again = await migrate(pool);

    expect(ran.map((step) => step.number)).toEqual(numbers);
    expect(before.pending).toEqual(ran);
    expect(again).toEqual([]);
    expect((await migrationStatus(pool)).applied).toHaveLength(numbers.length);
    expect(await columnsOf()).toEqual({
      id: "bigint",
      name: "text",
      conn_string: "text",
      data_source: "text",
      capture_schema: "text",
      capture_table: "text",
      topic: "text",
      group: "text",
      handler_func: "text",
      global_key: "text[]",
      is_valid: "boolean",
      count: "bigint",
      creation_time: "timestamp with time zone",
      configuration: "jsonb",
    });
  });

  test("asking what would run changes nothing", async () => {
    await migrationStatus(pool);

    const [row] = await pool.query<{ schema: string | null }>(
      "select to_regnamespace('cdc')::text as schema",
    );
    expect(row?.schema).toBeNull();
    await expect(requireMigrated(pool)).rejects.toMatchObject({ code: "database.not_migrated" });
  });

  test("two hosts that migrate at once run each file once", async () => {
    const other = createPool({ connectionString: database.url });

    const [mine, theirs] = await Promise.all([migrate(pool), migrate(other)]);
    await other.close();

    expect([mine.length, theirs.length].toSorted((a, b) => a - b)).toEqual([0, numbers.length]);
    await requireMigrated(pool);
  });

  test("a database of a newer version is refused", async () => {
    await migrate(pool);
    await pool.query("insert into cdc.migration (number, name, sha256) values (99, '0099-later', 'x')");

    const refusal = migrate(pool);

    await expect(refusal).rejects.toMatchObject({
      code: "database.newer_schema",
      facts: { unknown: ["0099-later"] },
    });
  });

  test("a file that differs from the one that ran is refused", async () => {
    await migrate(pool);
    await pool.query("update cdc.migration set sha256 = 'x' where number = 2");

    const refusal = migrate(pool);

    await expect(refusal).rejects.toMatchObject({
      code: "database.migration_changed",
      facts: { changed: ["0002-position"] },
    });
  });

  const legacyTable = (id: string): string => `
    create schema cdc;
    create table cdc.consumer (
      id ${id}, name varchar(64), conn_string text, data_source varchar, capture_schema varchar,
      capture_table varchar, topic text, "group" text, handler_func text, global_key text[], is_valid boolean,
      count bigint, creation_time timestamptz, configuration jsonb, remark text
    );`;

  test.each([
    ["bigint", "bigint generated always as identity primary key", "default"],
    ["uuid", "uuid primary key default gen_random_uuid()", "default"],
    ["text", "text primary key", "'one'"],
    ["uuid without a default", "uuid", "'6f1c7f0e-0000-4000-8000-000000000001'"],
    ["integer of a sequence", "serial primary key", "default"],
  ])("a table whose id is %s is adopted with its rows", async (_name, id, value) => {
    await database.execute(`${legacyTable(id)}
      insert into cdc.consumer (id, name, conn_string, handler_func, is_valid, count, remark)
      values (${value}, 'old', 'postgres://u:hunter2@h/d', 'empi', true, 41, 'kept');`);
    const columns = await columnsOf();

    await migrate(pool);

    const rows = await pool.query(
      `select c.name, c.count, c.remark, h.revision, r.operation, r.row ->> 'conn_string' as mark,
         r.row::text as text from cdc.consumer c
       join cdc.consumer_head h on h.consumer_id = c.id::text
       join cdc.consumer_revision r using (consumer_id, revision)`,
    );
    expect(rows).toEqual([
      expect.objectContaining({ name: "old", count: 41n, remark: "kept", revision: 1n, operation: "adopt" }),
    ]);
    expect(rows[0]).toMatchObject({ mark: "(clear)" });
    expect(JSON.stringify(rows[0]?.["text"])).not.toContain("hunter2");
    expect(await columnsOf()).toEqual(columns);
    await expect(pool.query("insert into cdc.consumer (name) values ('old')")).rejects.toMatchObject({
      code: "database.failed",
    });
  });

  test("a table with missing and mistyped columns is refused, with all of them, and left alone", async () => {
    await database.execute(
      `create schema cdc; create table cdc.consumer (id bigint, name text, count integer, is_valid text);
       insert into cdc.consumer values (1, 'old', 7, 'yes');`,
    );

    const refusal = await migrate(pool).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ code: "database.adopt_mismatch" });
    expect(refusal).toMatchObject({
      faults: expect.arrayContaining([
        { path: "count", message: "has the type integer", suggestion: "bigint" },
        { path: "is_valid", message: "has the type text", suggestion: "boolean" },
        { path: "topic", message: "is missing", suggestion: "text" },
      ]),
    });
    expect((refusal as { faults: unknown[] }).faults).toHaveLength(12);
    expect(await pool.query("select name, count from cdc.consumer")).toEqual([{ name: "old", count: 7 }]);
    const [left] = await pool.query("select to_regclass('cdc.consumer_head')::text as head");
    expect(left).toEqual({ head: null });
  });

  test("a table with repeated names is refused without telling the names", async () => {
    await database.execute(`${legacyTable("bigint generated always as identity")}
      insert into cdc.consumer (name) values ('twin'), ('twin');`);

    const refusal = await migrate(pool).catch((error: unknown) => error);

    expect(refusal).toMatchObject({
      code: "database.adopt_mismatch",
      facts: { columns: ["name is repeated in 1 rows"] },
    });
    expect(String(refusal)).not.toContain("twin");
  });

  test("an adopted unique index on the name is not made twice", async () => {
    await database.execute(
      `${legacyTable("bigint primary key")} create unique index my_own on cdc.consumer (name);`,
    );

    await migrate(pool);

    const indexes = await pool.query(
      "select indexname from pg_indexes where schemaname = 'cdc' and tablename = 'consumer' and indexdef like '%(name)'",
    );
    expect(indexes).toEqual([{ indexname: "my_own" }]);
  });

  test("replays that were asked for before there were orders go on under one", async () => {
    await migrateTo(6);
    await pool.query(
      `insert into cdc.dead_letter (consumer_id, topic, topic_id, partition, "offset", state, failure_kind,
         failure_code, failure_message, attempts, idempotency_key, record_ts, is_encrypted, size_bytes)
       select '7', 't', 'T1', 0, n, case when n < 3 then 'replaying' else 'parked' end, 'record', 'x.y', '', 1,
         n::text, 0, true, 0 from generate_series(1, 4) n`,
    );
    await pool.query(
      `insert into cdc.position (consumer_id, topic, topic_id, partition, start_offset, mark, done, host_id)
       values ('7', 't', 'T1', 0, 5, 9, 4, 'h1')`,
    );
    const box = createSecretBox("a key of some length");

    const ran = await migrate(pool);

    expect(ran.map((step) => step.number)).toEqual(numbers.filter((number) => number >= 7));
    const letters = createDeadLetters(pool, { hostId: "h1", box });
    expect(await letters.orders()).toMatchObject([{ consumerId: "7", state: "running", asked: 2 }]);
    expect(await letters.takeReplays("7", { partitions: [0], limit: 9 }).then(offsetsOf)).toEqual([1n, 2n]);
    expect(await createPositions(pool, "h1").load("7", "t")).toMatchObject([
      { mark: 9n, waiting: [], isChosen: false },
    ]);
  });

  /** What an older version left behind: the first files and their record. */
  const migrateTo = async (last: number): Promise<void> => {
    await migrate(pool);
    const rows = await pool.query<{ number: number; name: string; sha256: string }>(
      "select number, name, sha256 from cdc.migration where number <= $1 order by number",
      [last],
    );
    await pool.query("drop schema cdc cascade");
    await database.execute(
      `create schema cdc; create table cdc.migration (number integer primary key, name text not null,
         sha256 text not null, applied_at timestamptz not null default now());`,
    );
    for (const { number, name, sha256 } of rows) {
      await database.execute(readFileSync(`packages/postgres/sql/${name}.sql`, "utf8"));
      await pool.query("insert into cdc.migration (number, name, sha256) values ($1, $2, $3)", [
        number,
        name,
        sha256,
      ]);
    }
  };

  test("an unreachable server is told without its address's password", async () => {
    const nowhere = createPool({
      connectionString: "postgres://u:hunter2@127.0.0.1:1/d",
      connectTimeoutMs: 500,
    });

    const error = await nowhere.query("select 1").catch((thrown: unknown) => thrown);
    await nowhere.close();

    expect(error).toMatchObject({ code: "database.unreachable" });
    expect(JSON.stringify(error)).not.toContain("hunter2");
  });
});
