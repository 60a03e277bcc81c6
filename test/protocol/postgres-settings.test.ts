import { createHash } from "node:crypto";
import {
  type AccessStores,
  createAccessStores,
  createHousekeeping,
  createPool,
  createReveals,
  createRuntimeSettings,
  migrate,
  type Pool,
  type RuntimeSettingsStore,
} from "@gluttony/postgres";
import type { SettingChanges, UserAccount } from "@gluttony/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();

describe.skipIf(stack().postgresUnavailable !== "")("settings that people change while hosts run", () => {
  let database: TestDatabase;
  let pool: Pool;
  let settings: RuntimeSettingsStore;
  let access: AccessStores;
  let ann: UserAccount;

  beforeEach(async () => {
    database = await makeDatabase("pg_settings");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    settings = createRuntimeSettings(pool);
    access = createAccessStores(pool);
    const grants = [{ role: "admin", scope: null }] as const;
    ann = await access.accounts.create({ name: "ann", grants, isDisabled: false }, "a-hash", "setup");
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const decide = async (changes: SettingChanges) => {
    const { revision } = await settings.read();
    return settings.change(changes, { actor: "user:ann", reason: "because", revision });
  };

  test("a change is kept with a revision and in the audit, and one that changes nothing is none", async () => {
    await decide({ "session.idleMinutes": 15 });
    await decide({ "session.idleMinutes": 15 });
    const kept = await decide({ "session.idleMinutes": null, "reveal.minutes": 5 });

    expect(kept).toEqual({ revision: 2n, decided: { "reveal.minutes": 5 } });
    expect(await settings.read()).toEqual(kept);
    expect(await settings.revisions({ before: null, limit: 1 })).toMatchObject([
      {
        revision: 2n,
        actor: "user:ann",
        reason: "because",
        changes: [
          { name: "reveal.minutes", before: null, after: 5 },
          { name: "session.idleMinutes", before: 15, after: null },
        ],
      },
    ]);
    const audited = await access.audit.list({ action: "settings.update", limit: 10 });
    expect(audited).toHaveLength(2);
    expect(audited[0]).toMatchObject({ actor: "user:ann", reason: "because", detail: { revision: "2" } });
    expect(await access.audit.verify()).toMatchObject({ isWhole: true });
  });

  test("of two changes on one revision the second is refused", async () => {
    const by = { actor: "user:ann", reason: null, revision: 0n };

    const both = await Promise.allSettled([
      settings.change({ "reveal.minutes": 5 }, by),
      settings.change({ "reveal.minutes": 6 }, by),
    ]);

    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(both.find((one) => one.status === "rejected")).toMatchObject({
      reason: { code: "settings.stale_revision" },
    });
  });

  test("shorter sessions end those that are older already, at once", async () => {
    await access.sessions.begin(hash("old"), ann.id);
    await access.sessions.begin(hash("unused"), ann.id);
    await pool.query(
      "update cdc.session set created_at = now() - interval '20 minutes' where token_hash = $1",
      [hash("old")],
    );
    // Looking is a use, so it is told anew before each look.
    const leaveUnused = () =>
      pool.query("update cdc.session set seen_at = now() - interval '6 minutes' where token_hash = $1", [
        hash("unused"),
      ]);
    const both = async () => [
      await access.sessions.find(hash("old")),
      await access.sessions.find(hash("unused")),
    ];

    await leaveUnused();
    const before = await both();
    await leaveUnused();
    await decide({ "session.lifetimeMinutes": 15, "session.idleMinutes": 5 });

    expect(before).toEqual([expect.anything(), expect.anything()]);
    expect(await both()).toEqual([null, null]);
    const { expiresAt } = await access.sessions.begin(hash("new"), ann.id);
    expect(expiresAt.getTime() - Date.now()).toBeLessThan(16 * 60_000);
  });

  test("records are revealed for as long as was decided", async () => {
    await decide({ "reveal.minutes": 1 });

    const place = { topic: "t", topicId: "id", partition: 0, offset: 1n };
    const { expiresAt } = await createReveals(pool).begin([place], {
      actor: "user:ann",
      reason: "a complaint",
    });

    expect(expiresAt.getTime() - Date.now()).toBeLessThan(61_000);
  });

  test("what is forgotten is forgotten when it was decided", async () => {
    await pool.query(
      `insert into cdc.event (at, topic, kind, detail) values (now() - interval '50 hours', 'x', 'x', '{}')`,
    );
    const housekeeping = createHousekeeping(pool);

    const before = await housekeeping.run();
    await decide({ "retention.eventDays": 2 });
    const after = await housekeeping.run();

    expect([before.eventsForgotten, after.eventsForgotten]).toEqual([0, 1]);
  });

  test("a person has as many tokens as was decided", async () => {
    await decide({ "ownToken.perPersonMax": 0 });
    const expiresAt = new Date(Date.now() + 60_000);
    const draft = { name: "x", shown: "glt_x", tokenHash: hash("x"), grants: [], expiresAt };

    await expect(access.own.createToken(ann.id, draft, "user:ann")).rejects.toMatchObject({
      code: "token.too_many",
      facts: { tokens: 0 },
    });
  });
});
