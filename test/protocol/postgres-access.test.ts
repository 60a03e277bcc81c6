import { createHash } from "node:crypto";
import type { Grant } from "@gluttony/model";
import {
  type AccessStores,
  createAccessStores,
  createConsumers,
  createFence,
  createPool,
  migrate,
  type Pool,
  withRequestFacts,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const everything: readonly Grant[] = [{ role: "admin", scope: null }];
const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
const draft = {
  name: "persons",
  connString: null,
  dataSource: null,
  captureSchema: null,
  captureTable: null,
  topic: "persons",
  group: null,
  handlerFunc: "empi",
  globalKey: ["id"],
  isValid: true,
  configuration: {},
};
const ann = { name: "ann", grants: everything, isDisabled: false };

describe.skipIf(stack().postgresUnavailable !== "")("who may do what, and what was done", () => {
  let database: TestDatabase;
  let pool: Pool;
  let access: AccessStores;

  beforeEach(async () => {
    database = await makeDatabase("pg_access");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    access = createAccessStores(pool);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const actions = async (): Promise<readonly string[]> =>
    (await access.audit.list({ limit: 200 })).map(({ actor, action }) => `${actor} ${action}`).toReversed();

  test("a change of a consumer is in the audit, whoever made it and by whatever way", async () => {
    const consumers = createConsumers(pool, { box: null });
    const facts = { id: "r-1", address: "127.0.0.1", client: "test/1" };
    const row = await withRequestFacts(facts, () => consumers.create(draft, "user:ann"));
    await consumers.update(
      row.id,
      { ...draft, isValid: false },
      { actor: "user:bob", revision: row.revision },
    );
    await pool.query("update cdc.consumer set topic = 'others'");
    await createFence(pool).clear(row.id, { actor: "user:ann", reason: "restored from a backup" });
    await pool.query("delete from cdc.consumer");

    const entries = (await access.audit.list({ limit: 200 })).toReversed();

    expect(entries.map(({ action }) => action)).toEqual([
      "consumer.create",
      "consumer.update",
      "consumer.update",
      "fence.clear",
      "consumer.delete",
    ]);
    expect(entries[0]).toMatchObject({
      actor: "user:ann",
      requestId: "r-1",
      address: "127.0.0.1",
      client: "test/1",
    });
    expect(entries[1]).toMatchObject({
      actor: "user:bob",
      requestId: null,
      detail: { changed: ["is_valid"] },
    });
    expect(entries[2]?.detail).toMatchObject({ changed: ["topic"] });
    expect(entries[3]).toMatchObject({ reason: "restored from a backup", detail: { subjects: 0 } });
  });

  test("a change that is taken back leaves nothing in the audit", async () => {
    await expect(
      pool.transaction(async (queries) => {
        await queries.query("insert into cdc.consumer (name, handler_func) values ('x', 'empi')");
        throw new Error("thought better of it");
      }),
    ).rejects.toThrow("thought better");

    expect(await actions()).toEqual([]);
  });

  test("counting is no change", async () => {
    await pool.query("insert into cdc.consumer (name, handler_func) values ('x', 'empi')");
    await pool.query("update cdc.consumer set count = count + 1");

    expect(await actions()).toHaveLength(1);
  });

  test("many at once make one chain that is whole", async () => {
    await using other = createPool({ connectionString: database.url });
    const second = createAccessStores(other).audit;
    const note = (index: number) => ({
      actor: `a${index}`,
      action: "session.create",
      targetKind: null,
      targetId: null,
      reason: null,
      detail: { index },
      result: "done" as const,
    });

    await Promise.all(
      Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? access.audit : second).note(note(index))),
    );

    expect(await access.audit.verify()).toMatchObject({
      isWhole: true,
      entries: 60n,
      headSeq: 60n,
      brokenAt: null,
    });
  });

  test("the audit only grows", async () => {
    await pool.query("insert into cdc.consumer (name, handler_func) values ('x', 'empi')");

    for (const statement of [
      "update cdc.audit set actor = 'nobody'",
      "delete from cdc.audit",
      "truncate cdc.audit",
    ]) {
      await expect(pool.query(statement), statement).rejects.toThrow();
    }
  });

  describe("whoever takes the guard away is still found out", () => {
    beforeEach(async () => {
      for (let index = 1; index <= 5; index += 1) {
        await pool.query("insert into cdc.consumer (name, handler_func) values ($1, 'empi')", [`c${index}`]);
      }
      await pool.query("alter table cdc.audit disable trigger gluttony_audit_grows");
    });

    test.each([
      [
        "an actor",
        "update cdc.audit set actor = 'nobody' where seq = 3",
        { brokenAt: 3n, problem: "changed" },
      ],
      [
        "a time",
        "update cdc.audit set at = at - interval '1 day' where seq = 2",
        { brokenAt: 2n, problem: "changed" },
      ],
      [
        "a detail",
        `update cdc.audit set detail = detail || '{"name": "z"}' where seq = 1`,
        { brokenAt: 1n, problem: "changed" },
      ],
      [
        "a hash",
        "update cdc.audit set hash = sha256('x') where seq = 4",
        { brokenAt: 4n, problem: "changed" },
      ],
      ["an entry taken out", "delete from cdc.audit where seq = 3", { brokenAt: 3n, problem: "missing" }],
      ["the first entry", "delete from cdc.audit where seq = 1", { brokenAt: 1n, problem: "missing" }],
      ["the tail", "delete from cdc.audit where seq >= 4", { brokenAt: 4n, problem: "head" }],
      ["all of it", "delete from cdc.audit", { brokenAt: 1n, problem: "head" }],
      [
        "an entry added by hand",
        `insert into cdc.audit select (jsonb_populate_record(a, '{"seq": 6}')).* from cdc.audit a where seq = 5`,
        { brokenAt: 6n, problem: "changed" },
      ],
    ])("%s", async (_, tamper, expected) => {
      await pool.query(tamper);

      expect(await access.audit.verify()).toMatchObject({ isWhole: false, ...expected });
    });
  });

  test("the first administrator is made once, with a token that holds for a time", async () => {
    await access.accounts.offerBootstrap(hash("old"), 60_000);
    await access.accounts.offerBootstrap(hash("stale"), 0);
    await expect(
      access.accounts.bootstrap(hash("stale"), { name: "ann", password: "scrypt$…" }),
    ).rejects.toMatchObject({ code: "bootstrap.refused" });
    await access.accounts.offerBootstrap(hash("good"), 60_000);
    await expect(
      access.accounts.bootstrap(hash("old"), { name: "ann", password: "scrypt$…" }),
    ).rejects.toMatchObject({ code: "bootstrap.refused" });

    const tries = await Promise.allSettled(
      ["ann", "eve"].map((name) => access.accounts.bootstrap(hash("good"), { name, password: "scrypt$…" })),
    );

    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await access.accounts.list()).toHaveLength(1);
    await expect(access.accounts.offerBootstrap(hash("more"), 60_000)).rejects.toMatchObject({
      code: "bootstrap.done",
    });
  });

  test("the last administrator can neither be deleted, disabled nor demoted", async () => {
    const { id, revision } = await access.accounts.create(ann, null, "setup");
    const change = { actor: "user:ann", revision };
    const ofNorth: readonly Grant[] = [{ role: "admin", scope: { site: "north" } }];
    const tries = [
      () => access.accounts.delete(id, change),
      () => access.accounts.update(id, { ...ann, isDisabled: true }, change),
      () => access.accounts.update(id, { ...ann, grants: ofNorth }, change),
    ];

    for (const one of tries) await expect(one()).rejects.toMatchObject({ code: "user.last_admin" });

    await access.accounts.create({ ...ann, name: "bob" }, null, "setup");
    await access.accounts.delete(id, change);
    expect((await access.accounts.list()).map(({ name }) => name)).toEqual(["bob"]);
  });

  test("a change on an old revision and a taken name are refused", async () => {
    const { id, revision } = await access.accounts.create(ann, null, "setup");
    await access.accounts.create({ ...ann, name: "bob" }, null, "setup");
    await access.accounts.update(id, ann, { actor: "x", revision });

    await expect(access.accounts.update(id, ann, { actor: "x", revision })).rejects.toMatchObject({
      code: "user.stale_revision",
    });
    await expect(
      access.accounts.update(id, { ...ann, name: "bob" }, { actor: "x", revision: revision + 1n }),
    ).rejects.toMatchObject({ code: "user.name_taken" });
    await expect(access.accounts.create(ann, null, "x")).rejects.toMatchObject({ code: "user.name_taken" });
  });

  test("a session ends by sign-out, by its time, by idling, and with its account or password", async () => {
    await access.accounts.create({ ...ann, name: "root" }, null, "setup");
    const { id, revision } = await access.accounts.create(ann, "scrypt$…", "setup");
    const brief = createAccessStores(pool, { lifetimeMs: 0 }).sessions;
    const impatient = createAccessStores(pool, { idleMs: 0 }).sessions;
    for (const secret of ["a", "b", "c"]) await access.sessions.begin(hash(secret), id);
    await brief.begin(hash("brief"), id);

    expect(await access.sessions.find(hash("a"))).toMatchObject({ userId: id, name: "ann" });
    expect(await access.sessions.find(hash("brief"))).toBeNull();
    expect(await impatient.find(hash("a"))).toBeNull();
    await access.sessions.end(hash("a"));
    expect(await access.sessions.find(hash("a"))).toBeNull();
    await access.accounts.setPassword(id, "scrypt$other", "user:ann");
    expect(await access.sessions.find(hash("b"))).toBeNull();
    await access.sessions.begin(hash("d"), id);
    await access.accounts.update(id, { ...ann, isDisabled: true }, { actor: "x", revision: revision + 1n });
    expect(await access.sessions.find(hash("d"))).toBeNull();
  });

  test("a token opens nothing when it has run out or was revoked, on every host", async () => {
    await using other = createPool({ connectionString: database.url });
    const make = (name: string, expiresAt: Date) =>
      access.tokens.create(
        { name, shown: "glt_x", tokenHash: hash(name), grants: everything, expiresAt },
        "user:ann",
      );
    const later = new Date(Date.now() + 3_600_000);
    const { id } = await make("good", later);
    await make("old", new Date(Date.now() - 1_000));

    expect(await access.tokens.find(hash("good"))).toMatchObject({ id, name: "good" });
    expect(await access.tokens.find(hash("old"))).toBeNull();
    expect(await access.tokens.find(hash("guess"))).toBeNull();
    await access.tokens.revoke(id, "user:ann");
    expect(await createAccessStores(other).tokens.find(hash("good"))).toBeNull();
    await expect(access.tokens.revoke("nothing", "x")).rejects.toMatchObject({ code: "token.not_found" });
    expect(await actions()).toEqual([
      "user:ann token.create",
      "user:ann token.create",
      "user:ann token.update",
    ]);
  });

  test("neither a password's hash nor a token's is in the audit", async () => {
    const { id } = await access.accounts.create(ann, "scrypt$secret-hash", "setup");
    await access.accounts.setPassword(id, "scrypt$second-hash", "setup");
    await access.tokens.create(
      { name: "ci", shown: "glt_x", tokenHash: hash("t"), grants: everything, expiresAt: new Date() },
      "setup",
    );

    const all = JSON.stringify(await pool.query("select a::text from cdc.audit a"));

    expect(all).not.toContain("scrypt$");
    expect(all).not.toContain(hash("t").toString("hex"));
    expect(all).toContain("isPasswordChanged");
  });

  test("a request's key stands for one request, is claimed once, and gives its answer again", async () => {
    const { requests } = access;
    const claims = await Promise.all(Array.from({ length: 8 }, () => requests.begin(hash("k"), hash("f"))));

    expect(claims.filter(({ state }) => state === "new")).toHaveLength(1);
    expect(claims.filter(({ state }) => state === "at work")).toHaveLength(7);
    const answer = { status: 201, headers: { location: "/x" }, body: '{"id":"1"}' };
    await requests.finish(hash("k"), answer);
    expect(await requests.begin(hash("k"), hash("f"))).toEqual({ state: "answered", answer });
    expect(await requests.begin(hash("k"), hash("other"))).toEqual({ state: "other" });
    await pool.query("update cdc.request_memory set at = now() - interval '25 hours'");
    expect(await requests.begin(hash("k"), hash("other"))).toEqual({ state: "new" });
    await requests.forget(hash("k"));
    expect(await requests.begin(hash("k"), hash("f"))).toEqual({ state: "new" });
  });
});
