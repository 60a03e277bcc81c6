import { setTimeout as sleep } from "node:timers/promises";
import {
  createAccessStores,
  createConsumers,
  createEvents,
  createMaskingRules,
  createPool,
  createReveals,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const rule = {
  name: "status",
  tables: "his.*",
  columns: "status",
  effect: "show",
  reason: "no person in it",
} as const;
const place = { topic: "t", topicId: "T", partition: 3, offset: 9_007_199_254_740_993n };

describe.skipIf(stack().postgresUnavailable !== "")("who sees values, and what happened", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await makeDatabase("pg_masking");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
  });
  afterAll(async () => {
    await pool?.close();
    await database?.[Symbol.asyncDispose]();
  });

  const codeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => "done",
      (error: unknown) => Reflect.get(Object(error), "code"),
    );

  test("a rule is changed only by who saw it, with a reason, and every change is in the audit", async () => {
    const rules = createMaskingRules(pool);

    const made = await rules.create(rule, "user:ann");
    const changed = await rules.update(
      { ...rule, effect: "mask" },
      { actor: "user:bob", revision: made.revision },
    );
    const refused = [
      await codeOf(rules.create(rule, "user:ann")),
      await codeOf(rules.create({ ...rule, name: "other", reason: "  " }, "user:ann")),
      await codeOf(rules.update(rule, { actor: "user:ann", revision: made.revision })),
      await codeOf(rules.delete("nobody", { actor: "user:ann", revision: 1n })),
    ];
    const listed = await rules.list();
    await rules.delete("status", { actor: "user:ann", revision: changed.revision });
    const anew = await rules.create(rule, "user:ann");

    expect(listed).toMatchObject([{ effect: "mask", changedBy: "user:bob" }]);
    expect(refused).toEqual([
      "masking.rule_exists",
      "masking.reason_required",
      "masking.stale_revision",
      "masking.rule_unknown",
    ]);
    expect(anew.revision).toBeGreaterThan(changed.revision);
    const audited = await createAccessStores(pool).audit.list({ targetKind: "masking-rule", limit: 10 });
    expect(audited.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      "user:ann masking.create",
      "user:ann masking.delete",
      "user:bob masking.update",
      "user:ann masking.create",
    ]);
  });

  test("a reveal and its entry in the audit are written together, hold for its actor, and end", async () => {
    const reveals = createReveals(pool);
    const { audit } = createAccessStores(pool);

    const begun = await reveals.begin([place], { actor: "user:ann", reason: " asked by the ward " });
    const found = await reveals.find(begun.id, "user:ann");
    const strange = await reveals.find(begun.id, "user:bob");
    const noReason = await codeOf(reveals.begin([place], { actor: "user:ann", reason: " " }));
    await pool.query("update cdc.reveal set expires_at = now() - interval '1 second'");
    const over = await reveals.find(begun.id, "user:ann");

    expect(found?.places).toEqual([place]);
    expect([strange, over, noReason]).toEqual([null, null, "change.reason_required"]);
    expect(await audit.list({ action: "change.reveal", limit: 10 })).toMatchObject([
      {
        actor: "user:ann",
        reason: "asked by the ward",
        targetId: begun.id,
        detail: { records: [{ topic: "t", partition: 3, offset: "9007199254740993" }] },
      },
    ]);
    expect((await audit.verify()).isWhole).toBe(true);
  });

  test("a change by plain SQL is an event that every listener hears of, in order", async () => {
    const events = createEvents(pool);
    const before = await events.ends();
    const over = new AbortController();
    let heard = 0;
    const listening = events.listen(() => (heard += 1), over.signal);
    while (heard === 0) await sleep(20);
    const atOnce = heard;

    await createConsumers(pool, { box: null }).list();
    await pool.query("insert into cdc.consumer (name, handler_func, topic) values ('one', 'empi', 't')");
    for (let waits = 0; heard === atOnce && waits < 200; waits += 1) await sleep(20);
    const read = await events.read({ after: before.newest, missing: [], limit: 10 });
    const missed = await events.read({
      after: read.at(-1)?.id ?? 0n,
      missing: [read[0]?.id ?? 0n],
      limit: 10,
    });
    over.abort();
    await listening;

    expect(heard).toBeGreaterThan(atOnce);
    expect(read).toMatchObject([
      { topic: "consumers", kind: "insert", subject: "one", detail: { revision: "1" } },
    ]);
    expect(missed).toEqual(read.slice(0, 1));
  });
});
