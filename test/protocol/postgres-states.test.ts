import type { StatePlace } from "@gluttony/core";
import {
  createHandlerStates,
  createPool,
  createSecretBox,
  createSubjectHash,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { insertConsumer } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const masterKey = Buffer.alloc(32, 7).toString("base64");
const box = createSecretBox(masterKey);
const place: StatePlace = { consumerId: "7", handler: "@acme/a#onChange", key: "patient Kanarienvogel" };

describe.skipIf(stack().postgresUnavailable !== "")("what handlers remember", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_states");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const open = async (keysMax = 10_000) =>
    createHandlerStates(pool, { box, hash: await createSubjectHash(pool, masterKey), keysMax });

  test("is read back by every host, per consumer, handler and key; the last write counts", async () => {
    const [here, there] = [await open(), await open()];

    await here.set(place, '{"a":1}');
    await there.set(place, '{"a":2}');
    await here.set({ ...place, consumerId: "8" }, "8");
    await here.set({ ...place, handler: "@acme/a#other" }, "9");

    expect(await here.get(place)).toBe('{"a":2}');
    expect(await there.get({ ...place, consumerId: "8" })).toBe("8");
    expect(await there.get({ ...place, key: "another" })).toBeNull();
    await there.delete(place);
    expect(await here.get(place)).toBeNull();
    expect(await here.get({ ...place, handler: "@acme/a#other" })).toBe("9");
  });

  test("rests sealed, keys included", async () => {
    const states = await open();

    await states.set(place, '"Nachtigall"');

    const rows = await pool.query<{ text: string; value: Buffer }>(
      "select s::text as text, value from cdc.handler_state s",
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.text).not.toContain("Kanarienvogel");
    expect(rows[0]?.value.includes("Nachtigall")).toBe(false);
  });

  test("is bounded in keys, and known keys can still be written", async () => {
    const states = await open(3);
    for (const key of ["a", "b", "c"]) await states.set({ ...place, key }, "1");

    await expect(states.set({ ...place, key: "d" }, "1")).rejects.toMatchObject({ code: "state.full" });
    await states.set({ ...place, key: "b" }, "2");
    await states.delete({ ...place, key: "a" });
    await states.set({ ...place, key: "d" }, "3");

    expect(await states.get({ ...place, key: "b" })).toBe("2");
    expect(await states.get({ ...place, key: "d" })).toBe("3");
  });

  test("of writers of one new key at once all succeed, and one value is left", async () => {
    const states = await open();

    await Promise.all(Array.from({ length: 20 }, (_, at) => states.set(place, String(at))));

    expect(await pool.query("select from cdc.handler_state")).toHaveLength(1);
  });

  test("goes with its consumer", async () => {
    const states = await open();
    const id = await insertConsumer(pool, { name: "leaving", topic: "t", handlerFunc: "empi" });
    await states.set({ ...place, consumerId: id }, "1");
    await states.set(place, "2");

    await pool.query("delete from cdc.consumer where name = 'leaving'");

    expect(await states.get({ ...place, consumerId: id })).toBeNull();
    expect(await states.get(place)).toBe("2");
  });

  test("without a master key nothing is kept", async () => {
    const states = createHandlerStates(pool, { box: null, hash: await createSubjectHash(pool, null) });

    await expect(states.set(place, "1")).rejects.toMatchObject({ code: "secret.master_key_missing" });
  });
});
