import { type ConsumerDraft, steeringVerbs, type WantedRun } from "@gluttony/model";
import {
  createConsumers,
  createConsumerSteering,
  createOperationBook,
  createPool,
  createRevisionBook,
  createSecretBox,
  migrate,
  type Pool,
  type SteeringWish,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const box = createSecretBox("a passphrase of some length");
const clear = "postgres://reader:hunter2@db.example/his";
const draft: ConsumerDraft = {
  name: "patients",
  connString: null,
  dataSource: null,
  captureSchema: null,
  captureTable: null,
  topic: "t",
  group: null,
  handlerFunc: "empi",
  globalKey: [],
  isValid: true,
  configuration: {},
};
const ending = { state: "done", at: new Date(), result: { state: "paused" }, errorCode: null } as const;

describe.skipIf(stack().postgresUnavailable !== "")("what is asked of a consumer", () => {
  let database: TestDatabase;
  let pool: Pool;
  let id: string;

  beforeEach(async () => {
    database = await makeDatabase("pg_steering");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    ({ id } = await createConsumers(pool, { box }).create(draft, "setup"));
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const steer = (verb: SteeringWish["verb"], wish: Partial<SteeringWish> = {}) =>
    createConsumerSteering(pool).steer(id, {
      verb,
      actor: "ada",
      reason: `to ${verb}`,
      until: null,
      limitMs: 60_000,
      ...wish,
    });
  const row = async () => createConsumers(pool, { box }).get(id);
  const deeds = async () =>
    (await createConsumers(pool, { box }).revisions(id)).map((one) => [one.operation, one.actor, one.reason]);
  const audited = () =>
    pool.query("select action, actor, reason from cdc.audit where target_kind = 'consumer' order by seq");

  test("a consumer that nobody steered says nothing of who asked for it", async () => {
    expect((await row())?.steering).toBeUndefined();
  });

  test("a pause is kept with who, why and until when, as a revision and in the audit, and is_valid stays", async () => {
    const until = new Date(Date.now() + 60_000);

    const operation = await steer("pause", { until });

    expect(await row()).toMatchObject({
      isValid: true,
      revision: 2n,
      steering: { isPaused: true, until, actor: "ada", reason: "to pause", restarts: 0n },
    });
    expect(operation).toMatchObject({
      kind: "consumer.pause",
      subject: { kind: "consumer", id, name: "patients" },
      state: "running",
      reason: "to pause",
      wanted: { desired: "paused", revision: "2", before: { desired: "enabled", until: null } },
      isCancellable: true,
    });
    expect(await deeds()).toEqual([
      ["pause", "ada", "to pause"],
      ["insert", "setup", null],
    ]);
    expect(await audited()).toEqual([
      { action: "consumer.create", actor: "setup", reason: null },
      { action: "consumer.pause", actor: "ada", reason: "to pause" },
    ]);
  });

  test("start, stop, resume and restart are revisions of their own; what is so already is none", async () => {
    await steer("start");
    await steer("resume");
    expect(await deeds()).toHaveLength(1);

    for (const verb of ["pause", "resume", "stop", "stop", "start", "restart"] as const) await steer(verb);

    expect((await deeds()).map(([operation]) => operation).toReversed()).toEqual([
      "insert",
      "pause",
      "resume",
      "stop",
      "start",
      "restart",
    ]);
    expect(await row()).toMatchObject({ isValid: true, steering: { isPaused: false, restarts: 1n } });
  });

  test("a restart of a paused consumer leaves who paused it, and why", async () => {
    await steer("pause");

    const operation = await steer("restart", { actor: "bob" });

    expect((await row())?.steering).toMatchObject({ isPaused: true, actor: "ada", restarts: 1n });
    expect(operation).toMatchObject({ wanted: { desired: "paused" }, isCancellable: false });
  });

  test("is_valid by plain SQL stops as ever, says who, and ends a pause", async () => {
    await steer("pause");

    await pool.query("update cdc.consumer set is_valid = false");
    const stopped = await row();
    await pool.query("update cdc.consumer set is_valid = true");
    const started = await row();

    expect(stopped).toMatchObject({ isValid: false, steering: { isPaused: false, actor: "postgres" } });
    expect(started).toMatchObject({ isValid: true, steering: { isPaused: false, reason: null } });
  });

  test.each(["pause", "stop"] as const)(
    "%s without a reason is refused, and nothing is written",
    async (verb) => {
      await expect(steer(verb, { reason: " " })).rejects.toMatchObject({ code: "consumer.reason_required" });
      await expect(steer(verb, { reason: "x".repeat(501) })).rejects.toMatchObject({
        code: "consumer.reason_required",
      });

      expect(await deeds()).toHaveLength(1);
      expect((await createOperationBook(pool).list({ limit: 10 })).items).toEqual([]);
    },
  );

  test("a stopped consumer is only started; one that is gone is not found", async () => {
    await steer("stop");

    for (const verb of ["pause", "resume", "restart"] as const)
      await expect(steer(verb)).rejects.toMatchObject({ code: "consumer.stopped" });
    await pool.query("delete from cdc.consumer");
    await expect(steer("start")).rejects.toMatchObject({ code: "consumer.not_found" });
    expect(await pool.query("select from cdc.consumer_steering")).toEqual([]);
  });

  test("a wish supersedes the ones before it that still run", async () => {
    const first = await steer("pause");
    const second = await steer("resume");

    const book = createOperationBook(pool);
    expect(await book.get(first.id)).toMatchObject({ state: "cancelled", errorCode: "operation.superseded" });
    expect(await book.get(second.id)).toMatchObject({ state: "running" });
  });

  test("an operation ends once, and is remembered as it ended first", async () => {
    const { id: operationId } = await steer("pause");
    const book = createOperationBook(pool);

    const done = await book.end(operationId, ending);
    const again = await book.end(operationId, {
      ...ending,
      state: "failed",
      errorCode: "operation.timed_out",
    });

    expect(done).toMatchObject({ state: "done", result: { state: "paused" }, errorCode: null });
    expect(again).toEqual(done);
    expect(await book.end("00000000-0000-4000-8000-000000000000", ending)).toBeNull();
    expect(await book.get("no id at all")).toBeNull();
  });

  test("operations are listed by what is asked of them, in pages, the newest first", async () => {
    const asked = [];
    for (const verb of ["pause", "resume", "restart"] as const) asked.push(await steer(verb));
    const book = createOperationBook(pool);
    const kinds = async (query: object) =>
      (await book.list({ limit: 10, ...query })).items.map(({ kind }) => kind);

    const first = await book.list({ limit: 2 });
    const second = await book.list({ limit: 2, before: first.next ?? 0n });

    expect([...first.items, ...second.items].map((one) => one.id)).toEqual(
      asked.map((one) => one.id).toReversed(),
    );
    expect(second.next).toBeNull();
    expect(await kinds({ kind: "consumer.pause" })).toEqual(["consumer.pause"]);
    expect(await kinds({ state: "running" })).toEqual(["consumer.restart"]);
    expect(await kinds({ subject: { kind: "consumer", id } })).toHaveLength(3);
    expect(await kinds({ subject: { kind: "consumer", id: "0" } })).toEqual([]);
    expect(await kinds({ among: { kind: "consumer", ids: [] } })).toEqual([]);
    expect(await kinds({ among: { kind: "plugin", ids: [] } })).toHaveLength(3);
  });

  test.each([
    ["pause", [], { isValid: true, steering: { isPaused: false } }],
    ["stop", ["pause"], { isValid: true, steering: { isPaused: true } }],
    ["start", ["stop"], { isValid: false }],
  ] as const)(
    "a %s that is taken back asks again for what was asked before",
    async (verb, before, expected) => {
      for (const one of before) await steer(one);
      const operation = await steer(verb);
      const steering = createConsumerSteering(pool);

      await steering.takeBack(operation, operation.wanted as WantedRun, "eve");

      expect(await row()).toMatchObject(expected);
      expect(await createOperationBook(pool).get(operation.id)).toMatchObject({
        state: "cancelled",
        errorCode: "operation.cancelled",
        result: { by: "eve" },
      });
      await expect(steering.takeBack(operation, operation.wanted as WantedRun, "eve")).rejects.toMatchObject({
        code: "operation.ended",
      });
    },
  );

  test("of many who steer at once each is heard, and the last one counts", async () => {
    const wishes = Array.from(
      { length: 20 },
      (_, index) => steeringVerbs[index % 2 === 0 ? 1 : 2] ?? "start",
    );

    const operations = await Promise.all(wishes.map((verb) => steer(verb)));

    const book = createOperationBook(pool);
    const running = (await book.list({ state: "running", limit: 50 })).items;
    expect(new Set(operations.map((one) => one.id)).size).toBe(20);
    expect(running).toHaveLength(1);
    const isPaused = (await row())?.steering?.isPaused === true;
    expect(running[0]).toMatchObject({ wanted: { desired: isPaused ? "paused" : "enabled" } });
  });

  test("every change of a row is kept beside the one before it, without its secret", async () => {
    const consumers = createConsumers(pool, { box });
    await consumers.update(
      id,
      { ...draft, connString: clear, topic: "u" },
      { actor: "ada", revision: 1n, operation: "restore", reason: "back to revision 7" },
    );
    const book = createRevisionBook(pool);

    const newest = await book.get(id, 2n);
    const page = await book.list(id, { before: null, limit: 1 });

    expect(newest).toMatchObject({
      operation: "restore",
      actor: "ada",
      reason: "back to revision 7",
      row: { topic: "u", conn_string: "(encrypted)" },
      rowBefore: { topic: "t", conn_string: null },
    });
    expect(page).toMatchObject({ items: [{ revision: 2n, rowBefore: { topic: "t" } }], next: 2n });
    expect(await book.list(id, { before: 2n, limit: 5 })).toMatchObject({
      items: [{ revision: 1n, rowBefore: null }],
      next: null,
    });
    expect(await book.get(id, 9n)).toBeNull();
    expect(
      JSON.stringify(newest, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
    ).not.toContain("hunter2");
  });
});
