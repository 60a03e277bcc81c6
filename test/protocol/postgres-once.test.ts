import type { OnceStep } from "@gluttony/core";
import { createOnceLedger, createPool, createSecretBox, migrate, type Pool } from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const box = createSecretBox(Buffer.alloc(32, 7).toString("base64"));
const step: OnceStep = { consumerId: "7", idempotencyKey: "k1", name: "register" };
const refusalOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe.skipIf(stack().postgresUnavailable !== "")("the ledger of steps", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_once");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  test("a step is claimed once, and done with the result it was given", async () => {
    const ledger = createOnceLedger(pool, box);

    const first = await ledger.claim(step);
    const second = await createOnceLedger(pool, box).claim(step);
    await ledger.finish(step, '{"empiId":"Zhang San"}');
    await ledger.finish(step, '"another"');
    const third = await ledger.claim(step);

    expect([first, second]).toEqual([{ state: "claimed" }, { state: "unknown" }]);
    expect(third).toEqual({ state: "done", result: '{"empiId":"Zhang San"}' });
    const [row] = await pool.query<{ result: Buffer }>("select result from cdc.once");
    expect(row?.result.includes("Zhang")).toBe(false);
  });

  test("of callers that claim at once, in one process and in two, exactly one begins", async () => {
    await using other = createPool({ connectionString: database.url });
    const ledgers = [createOnceLedger(pool, box), createOnceLedger(other, box)];
    const steps = Array.from({ length: 300 }, (_, index) => ({ ...step, idempotencyKey: `k${index}` }));

    const answers = await Promise.all(
      steps.flatMap((one) => [one, one].flatMap((same) => ledgers.map((ledger) => ledger.claim(same)))),
    );

    const claims = answers.filter((answer) => answer.state === "claimed");
    expect(answers).toHaveLength(1_200);
    expect(claims).toHaveLength(300);
    expect(answers.filter((answer) => answer.state === "unknown")).toHaveLength(900);
  });

  test("many steps at once share a few statements", async () => {
    let statements = 0;
    const counting: Pool = {
      ...pool,
      query: (text, values) => {
        statements += 1;
        return pool.query(text, values);
      },
    };
    const ledger = createOnceLedger(counting, null);
    const steps = Array.from({ length: 1_000 }, (_, index) => ({ ...step, idempotencyKey: `k${index}` }));

    const claims = await Promise.all(steps.map((one) => ledger.claim(one)));
    await Promise.all(steps.map((one) => ledger.finish(one, null)));

    expect(claims.every((claim) => claim.state === "claimed")).toBe(true);
    expect(statements).toBeLessThanOrEqual(30);
    expect(await ledger.claim(step)).toEqual({ state: "done", result: null });
  });

  test("a claim that is given back can be claimed again, but a step that is done stays done", async () => {
    const ledger = createOnceLedger(pool, box);
    await ledger.claim(step);

    await ledger.release(step);
    const again = await ledger.claim(step);
    await ledger.finish(step, null);
    await ledger.release(step);

    expect(again).toEqual({ state: "claimed" });
    expect(await ledger.claim(step)).toEqual({ state: "done", result: null });
  });

  test("consumers, keys and names are told apart", async () => {
    const ledger = createOnceLedger(pool, box);
    const others = [{ consumerId: "8" }, { idempotencyKey: "k2" }, { name: "notify" }];
    await ledger.claim(step);

    const claims = await Promise.all(others.map((change) => ledger.claim({ ...step, ...change })));

    expect(claims).toEqual([{ state: "claimed" }, { state: "claimed" }, { state: "claimed" }]);
  });

  test("without a master key only steps without a result are remembered", async () => {
    const ledger = createOnceLedger(pool, null);
    await createOnceLedger(pool, box).claim(step);
    await createOnceLedger(pool, box).finish(step, '"kept"');
    const next = { ...step, idempotencyKey: "k2" };
    await ledger.claim(next);

    const refusals = [
      await refusalOf(ledger.finish(next, '"clear"')),
      await refusalOf(createOnceLedger(pool, box).finish(next, JSON.stringify("x".repeat(5_000)))),
      await refusalOf(ledger.claim(step)),
    ];

    expect(refusals).toMatchObject([
      { code: "once.result_invalid" },
      { code: "once.result_invalid", facts: { atMost: 4_096 } },
      { code: "secret.master_key_missing" },
    ]);
    expect(await ledger.claim(next)).toEqual({ state: "unknown" });
  });

  test("a result that was moved to another step cannot be read, and harms no other claim of its batch", async () => {
    const ledger = createOnceLedger(pool, box);
    const next = { ...step, idempotencyKey: "k2" };
    for (const one of [step, next]) {
      await ledger.claim(one);
      await ledger.finish(one, `"${one.idempotencyKey}"`);
    }
    await pool.query(
      `update cdc.once o set result = p.result from cdc.once p
       where o.idempotency_key = 'k2' and p.idempotency_key = 'k1'`,
    );

    const [good, moved] = await Promise.all([ledger.claim(step), refusalOf(ledger.claim(next))]);

    expect(good).toEqual({ state: "done", result: '"k1"' });
    expect(moved).toMatchObject({ code: "secret.unreadable" });
  });

  test("a claim whose answer was lost is still the caller's; an older claim of its own is not", async () => {
    let isLost = false;
    const lossy: Pool = {
      ...pool,
      query: async (text, values) => {
        const rows = await pool.query(text, values);
        if (isLost) throw new Error("the connection broke after the commit");
        return rows as never;
      },
    };
    const ledger = createOnceLedger(lossy, box);
    const begun = { ...step, idempotencyKey: "begun" };
    await ledger.claim(begun);

    isLost = true;
    const lost = await refusalOf(ledger.claim(step));
    await refusalOf(ledger.claim(begun));
    isLost = false;

    expect(lost).toBeInstanceOf(Error);
    expect(await createOnceLedger(pool, box).claim(step)).toEqual({ state: "unknown" });
    expect(await ledger.claim(step)).toEqual({ state: "claimed" });
    expect(await ledger.claim(step)).toEqual({ state: "unknown" });
    expect(await ledger.claim(begun)).toEqual({ state: "unknown" });
  });

  test("a database that is away is told by its code", async () => {
    await using gone = createPool({ connectionString: "postgres://postgres@127.0.0.1:1/none" });
    const ledger = createOnceLedger(gone, null);

    const refusals = await Promise.all(
      [ledger.claim(step), ledger.finish(step, null), ledger.release(step)].map(refusalOf),
    );

    expect(refusals.map((refusal) => Reflect.get(Object(refusal), "code"))).toEqual(
      Array.from({ length: 3 }, () => "database.unreachable"),
    );
  });
});
