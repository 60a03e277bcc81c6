import type { ConsumerDraft } from "@gluttony/model";
import {
  classifyConnString,
  createConsumers,
  createPool,
  createSecretBox,
  migrate,
  type Pool,
  protectConnStrings,
  resolveConnString,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const clear = "postgres://reader:hunter2@db.example/his";
const box = createSecretBox("a passphrase of some length");
const draft: ConsumerDraft = {
  name: "patients",
  connString: null,
  dataSource: "postgresql",
  captureSchema: "his",
  captureTable: "patient",
  topic: null,
  group: null,
  handlerFunc: "empi",
  globalKey: ["patient_id"],
  isValid: true,
  configuration: { delivery: { concurrency: 4 } },
};

describe.skipIf(stack().postgresUnavailable !== "")("cdc.consumer", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_consumer");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const insertByHand = (name: string): Promise<unknown> =>
    pool.query(
      "insert into cdc.consumer (name, topic, handler_func, is_valid) values ($1, 't', 'empi', true)",
      [name],
    );

  test("four columns are enough for a consumer written by hand", async () => {
    await insertByHand("by hand");

    const [row] = await createConsumers(pool, { box }).list();

    expect(row).toMatchObject({
      name: "by hand",
      topic: "t",
      handlerFunc: "empi",
      isValid: true,
      count: 0n,
      globalKey: [],
      configuration: {},
      revision: 1n,
      connString: null,
    });
    expect(row?.creationTime).toBeInstanceOf(Date);
  });

  test("every change by plain SQL is a revision with its actor, and counting is none", async () => {
    const consumers = createConsumers(pool, { box });
    await insertByHand("by hand");
    const [row] = await consumers.list();
    const id = row?.id ?? "";

    await pool.query("update cdc.consumer set count = count + 5");
    await pool.query("update cdc.consumer set topic = 't'");
    await pool.query("update cdc.consumer set topic = 'u', count = 9");
    await pool.query("delete from cdc.consumer");

    const history = await consumers.revisions(id);
    expect(history.map((one) => [one.revision, one.operation, one.actor])).toEqual([
      [3n, "delete", "postgres"],
      [2n, "update", "postgres"],
      [1n, "insert", "postgres"],
    ]);
    expect(history[1]?.row).toMatchObject({ topic: "u", name: "by hand" });
    expect(history[1]?.row).not.toHaveProperty("count");
  });

  test("truncation is a revision of every row there was", async () => {
    await insertByHand("one");
    await insertByHand("two");

    await pool.query("truncate cdc.consumer");

    const rows = await pool.query("select operation from cdc.consumer_revision where revision = 2");
    expect(rows).toEqual([{ operation: "delete" }, { operation: "delete" }]);
  });

  test("a row that means nothing is kept, read and hides no other", async () => {
    await insertByHand("good");
    await pool.query(
      `insert into cdc.consumer (name, handler_func, global_key, configuration, creation_time)
       values ('odd', '???', array[array['a', null]], '[1, "x"]', 'infinity')`,
    );

    const rows = await createConsumers(pool, { box }).list();

    expect(rows.map((row) => row.name)).toEqual(["good", "odd"]);
    expect(rows[1]).toMatchObject({
      globalKey: ["a", ""],
      configuration: [1, "x"],
      creationTime: new Date(0),
    });
  });

  test("a change made on an old revision is refused with the present one", async () => {
    const consumers = createConsumers(pool, { box });
    const made = await consumers.create(draft, "ada");
    const changed = await consumers.update(
      made.id,
      { ...draft, topic: "other" },
      { actor: "bob", revision: 1n },
    );

    const late = consumers.update(made.id, draft, { actor: "eve", revision: 1n });

    await expect(late).rejects.toMatchObject({
      code: "consumer.stale_revision",
      facts: { seen: "1", current: "2" },
    });
    expect(changed).toMatchObject({ topic: "other", revision: 2n });
    expect((await consumers.revisions(made.id)).map((one) => one.actor)).toEqual(["bob", "ada"]);
  });

  test("of two changes on the same revision one wins", async () => {
    const consumers = createConsumers(pool, { box });
    const made = await consumers.create(draft, "ada");
    const change = (topic: string): Promise<unknown> =>
      consumers.update(made.id, { ...draft, topic }, { actor: topic, revision: made.revision });

    const outcomes = await Promise.allSettled(["a", "b", "c", "d"].map(change));

    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect((await consumers.get("patients"))?.revision).toBe(2n);
  });

  test("names are unique, ids and names find, and what is gone is not found", async () => {
    const consumers = createConsumers(pool, { box });
    const made = await consumers.create(draft, "ada");

    await expect(consumers.create(draft, "ada")).rejects.toMatchObject({ code: "consumer.name_taken" });
    expect(await consumers.get(made.id)).toEqual(made);
    expect(await consumers.get("patients")).toEqual(made);
    expect((await consumers.setValid(made.id, false, "ada")).isValid).toBe(false);
    await consumers.delete(made.id, { actor: "ada", revision: 2n });
    expect(await consumers.get(made.id)).toBeNull();
    await expect(consumers.setValid(made.id, true, "ada")).rejects.toMatchObject({
      code: "consumer.not_found",
    });
    await expect(consumers.delete("nonsense", { actor: "ada", revision: null })).rejects.toMatchObject({
      code: "consumer.not_found",
    });
  });

  test("a clear connection string never rests, and a mark sent back keeps it", async () => {
    const consumers = createConsumers(pool, { box });
    const made = await consumers.create({ ...draft, connString: clear }, "ada");

    const kept = await consumers.update(
      made.id,
      { ...draft, connString: "(encrypted)", topic: "x" },
      { actor: "ada", revision: null },
    );

    expect(classifyConnString(made.connString ?? "")).toBe("envelope");
    expect(kept.connString).toBe(made.connString);
    expect(await resolveConnString(kept.connString ?? "", made.id, { box, env: {} })).toBe(clear);
    await expect(
      consumers.create({ ...draft, name: "n", connString: "(clear)" }, "ada"),
    ).rejects.toMatchObject({
      code: "consumer.invalid",
    });
  });

  test("an envelope opens with its own key and in its own row only", async () => {
    const { id, connString } = await createConsumers(pool, { box }).create(
      { ...draft, connString: clear },
      "ada",
    );
    const envelope = connString ?? "";
    const other = createSecretBox("another passphrase altogether");

    const withOtherKey = resolveConnString(envelope, id, { box: other, env: {} });
    const inOtherRow = resolveConnString(envelope, `${id}0`, { box, env: {} });
    const withoutKey = resolveConnString(envelope, id, { box: null, env: {} });

    await expect(withOtherKey).rejects.toMatchObject({ code: "secret.unreadable" });
    await expect(inOtherRow).rejects.toMatchObject({ code: "secret.unreadable" });
    await expect(withoutKey).rejects.toMatchObject({ code: "secret.master_key_missing" });
  });

  test("without a master key no new clear value comes in, and one that is there may stay", async () => {
    const consumers = createConsumers(pool, { box: null });
    await pool.query("insert into cdc.consumer (name, handler_func, conn_string) values ('h', 'empi', $1)", [
      clear,
    ]);
    const row = await consumers.get("h");
    const id = row?.id ?? "";
    const change = { actor: "ada", revision: null };

    const created = consumers.create({ ...draft, connString: clear }, "ada");
    await expect(created).rejects.toMatchObject({ code: "secret.master_key_missing" });
    const changed = consumers.update(id, { ...draft, connString: `${clear}2` }, change);
    await expect(changed).rejects.toMatchObject({ code: "secret.master_key_missing" });
    const kept = await consumers.update(id, { ...draft, connString: clear }, change);

    expect(kept).toMatchObject({ name: "patients", connString: clear });
    expect(await resolveConnString(clear, id, { box: null, env: {} })).toBe(clear);
  });

  test("a clear value written by hand is encrypted once and never gets into the history", async () => {
    await pool.query("insert into cdc.consumer (name, handler_func, conn_string) values ('h', 'empi', $1)", [
      clear,
    ]);
    await pool.query(
      "insert into cdc.consumer (name, handler_func, conn_string) values ('r', 'empi', '${env:HIS}')",
    );

    const warned = await protectConnStrings(pool, null);
    const first = await protectConnStrings(pool, box);
    const second = await protectConnStrings(pool, box);

    const row = await createConsumers(pool, { box }).get("h");
    expect(warned.warnings).toMatchObject([{ code: "secret.master_key_missing", consumer: "h" }]);
    expect(first.encrypted).toEqual([row?.id]);
    expect(second.encrypted).toEqual([]);
    expect(await resolveConnString(row?.connString ?? "", row?.id ?? "", { box, env: {} })).toBe(clear);
    const history = await pool.query<{ name: string; mark: string; text: string }>(
      `select "row" ->> 'name' as name, "row" ->> 'conn_string' as mark, "row"::text as text
       from cdc.consumer_revision order by consumer_id, revision`,
    );
    expect(history.map((one) => [one.name, one.mark])).toEqual([
      ["h", "(clear)"],
      ["h", "(encrypted)"],
      ["r", "(reference)"],
    ]);
    expect(history.map((one) => one.text).join()).not.toContain("hunter2");
  });

  test("SQL and the program say the same of how a value is kept", async () => {
    const values = [
      clear,
      "${env:A}",
      "${file:/run/x}",
      "${env:}",
      "x${env:A}",
      "enc:v1:a:b",
      "",
      "${vault:a}",
    ];
    const marks = { clear: "(clear)", reference: "(reference)", envelope: "(encrypted)" };

    const rows = await pool.query<{ mark: string }>(
      "select cdc.conn_string_mark(v) as mark from unnest($1::text[]) with ordinality as t (v, n) order by n",
      [values],
    );

    expect(rows.map((row) => row.mark)).toEqual(values.map((value) => marks[classifyConnString(value)]));
  });

  test("a listener hears plain SQL, and hears again after its connection was ended", async () => {
    const times = { backoffFirstMs: 20, keepaliveMs: 500 };
    const consumers = createConsumers(pool, { box, times });
    const onChange = vi.fn();
    const stop = new AbortController();
    const listening = consumers.listen(onChange, stop.signal);
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1));

    await insertByHand("one");
    await vi.waitFor(() => expect(onChange.mock.calls.length).toBeGreaterThanOrEqual(2), 5_000);
    const before = onChange.mock.calls.length;
    await pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gluttony listen' and datname = current_database()",
    );
    await vi.waitFor(() => expect(onChange.mock.calls.length).toBeGreaterThan(before), 5_000);
    const afterReconnect = onChange.mock.calls.length;
    await insertByHand("two");
    await vi.waitFor(() => expect(onChange.mock.calls.length).toBeGreaterThan(afterReconnect), 5_000);

    stop.abort();
    await listening;
    await vi.waitFor(async () => {
      const left = await pool.query(
        "select 1 from pg_stat_activity where application_name = 'gluttony listen' and datname = current_database()",
      );
      expect(left).toEqual([]);
    });
  });

  test("a listener asks again in time even if nobody notifies", async () => {
    const onChange = vi.fn();
    const stop = new AbortController();
    const listening = createConsumers(pool, { box, times: { refreshMs: 50 } }).listen(onChange, stop.signal);

    await vi.waitFor(() => expect(onChange.mock.calls.length).toBeGreaterThanOrEqual(4), 5_000);

    stop.abort();
    await listening;
  });

  test("the notification carries id and revision, and counting sends none", async () => {
    const client = pool.dedicated();
    await client.connect();
    const heard: (string | undefined)[] = [];
    client.on("notification", (message) => heard.push(message.payload));
    await client.query("listen cdc_consumer");

    await insertByHand("one");
    await pool.query("update cdc.consumer set count = 3");
    await pool.query("update cdc.consumer set is_valid = false");

    await vi.waitFor(() => expect(heard).toHaveLength(2));
    await client.end();
    expect(heard).toEqual(["1:1", "1:2"]);
  });
});
