import { createHash } from "node:crypto";
import type { Grant, UserAccount } from "@gluttony/model";
import {
  type AccessStores,
  createAccessStores,
  createPool,
  migrate,
  type Pool,
  withRequestFacts,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const admin: Grant = { role: "admin", scope: null };
const hash = (text: string): Buffer => createHash("sha256").update(text).digest();

describe.skipIf(stack().postgresUnavailable !== "")("what belongs to one person", () => {
  let database: TestDatabase;
  let pool: Pool;
  let access: AccessStores;
  let ann: UserAccount;
  let bob: UserAccount;

  beforeEach(async () => {
    database = await makeDatabase("pg_own");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    access = createAccessStores(pool);
    const create = (name: string) =>
      access.accounts.create({ name, grants: [admin], isDisabled: false }, "a-hash", "setup");
    [ann, bob] = [await create("ann"), await create("bob")];
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const tokenDraft = (name: string) => ({
    name,
    shown: "glt_abcdefgh",
    tokenHash: hash(name),
    grants: [admin],
    expiresAt: new Date(Date.now() + 3_600_000),
  });

  test("words about oneself are kept with a new revision, and found with the session", async () => {
    const seen = { actor: "user:ann", revision: ann.revision };
    await access.sessions.begin(hash("s"), ann.id);

    const changed = await access.own.change(ann.id, { displayName: "Ann", language: "zh-CN" }, seen);

    expect(changed).toMatchObject({ displayName: "Ann", language: "zh-CN", timeZone: null, revision: 2n });
    expect(await access.sessions.find(hash("s"))).toMatchObject({ name: "ann", language: "zh-CN" });
    await expect(access.own.change(ann.id, { displayName: "x" }, seen)).rejects.toMatchObject({
      code: "user.stale_revision",
    });
    expect((await access.audit.list({ limit: 1 }))[0]).toMatchObject({
      actor: "user:ann",
      action: "user.update",
    });
  });

  test("a session tells where it was begun, and is ended by its person alone", async () => {
    const facts = { id: "r-1", address: "10.0.0.7", client: "Firefox" };
    await withRequestFacts(facts, () => access.sessions.begin(hash("here"), ann.id));
    await access.sessions.begin(hash("there"), ann.id);
    await access.sessions.begin(hash("bob"), bob.id);

    const sessions = await access.own.sessions(ann.id, hash("here"));
    const here = sessions.find(({ isCurrent }) => isCurrent);
    const there = sessions.find(({ isCurrent }) => !isCurrent);

    expect(sessions).toHaveLength(2);
    expect(here).toMatchObject({ address: "10.0.0.7", client: "Firefox" });
    expect(JSON.stringify(sessions)).not.toContain(hash("here").toString("hex"));
    await expect(access.own.endSession(bob.id, there?.id ?? "")).rejects.toMatchObject({
      code: "session.not_found",
    });
    expect(await access.own.endOtherSessions(ann.id, hash("here"))).toBe(1);
    expect([await access.sessions.find(hash("there")), await access.sessions.find(hash("bob"))]).toEqual([
      null,
      expect.objectContaining({ name: "bob" }),
    ]);
  });

  test("a person's token knows whose it is, and ends with their account", async () => {
    const token = await access.own.createToken(ann.id, tokenDraft("laptop"), "user:ann");

    expect(await access.tokens.find(hash("laptop"))).toMatchObject({
      id: token.id,
      owner: { userId: ann.id, grants: [admin] },
    });
    await access.accounts.update(ann.id, { ...ann, isDisabled: true }, { actor: "user:bob", revision: 1n });
    expect(await access.tokens.find(hash("laptop"))).toBeNull();
    await access.accounts.delete(ann.id, { actor: "user:bob", revision: 2n });
    expect(await access.tokens.list()).toEqual([]);
  });

  test("a program's token belongs to nobody, and is in nobody's list", async () => {
    await access.tokens.create(tokenDraft("ci"), "user:ann");

    expect(await access.tokens.find(hash("ci"))).toMatchObject({ name: "ci", owner: null });
    expect(await access.own.tokens(ann.id)).toEqual([]);
  });

  test("one person has at most twenty tokens that open something, however many they ask for at once", async () => {
    const asked = Array.from({ length: 25 }, (_, index) =>
      access.own.createToken(ann.id, tokenDraft(`t${index}`), "user:ann"),
    );

    const made = (await Promise.allSettled(asked)).filter(({ status }) => status === "fulfilled");
    const [first] = await access.own.tokens(ann.id);
    await access.own.revokeToken(ann.id, first?.id ?? "", "user:ann");

    expect(made).toHaveLength(20);
    await expect(access.own.createToken(ann.id, tokenDraft("one-more"), "user:ann")).resolves.toBeDefined();
    await expect(access.own.createToken(ann.id, tokenDraft("too-many"), "user:ann")).rejects.toMatchObject({
      code: "token.too_many",
    });
    await expect(access.own.revokeToken(bob.id, first?.id ?? "", "user:bob")).rejects.toMatchObject({
      code: "token.not_found",
    });
  });
});
