import type { LetterEvent } from "@gluttony/model";
import {
  createDeadLetters,
  createPool,
  createSecretBox,
  type DeadLetterStore,
  type LetterSet,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parkedAt, parkedFailure } from "../support/parked-record.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const box = createSecretBox(Buffer.alloc(32, 7).toString("base64"));
const ofConsumer = { consumerId: "7" };
const nothingLeft = { behindAnother: 0, forceNeeded: 0, withoutRecord: 0, underWay: 0, closed: 0 };
const refusalOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe.skipIf(stack().postgresUnavailable !== "")("plans of dead letters", () => {
  let database: TestDatabase;
  let pool: Pool;
  let letters: DeadLetterStore;

  beforeEach(async () => {
    database = await makeDatabase("pg_letter_plans");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    letters = createDeadLetters(pool, { hostId: "h1", box });
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const idAt = async (offset: bigint): Promise<string> =>
    (await letters.list({ limit: 200 })).items.find((letter) => letter.offset === offset)?.id ?? "";
  /** Refuses unless exactly the letters of a plan were taken, as the API does. */
  const same =
    (planned: LetterSet) =>
    (taken: LetterSet): void => {
      if (taken.count !== planned.count || taken.digest !== planned.digest) throw new Error("stale");
    };

  test("a plan counts by code, partition and key, and names what it would leave and why", async () => {
    const other = { ...parkedFailure, code: "x.other" };
    await letters.park(parkedAt(1n, { subject: "one" }));
    await letters.park(parkedAt(2n, { subject: "one", isBehind: true }));
    await letters.park(parkedAt(3n, { subject: "two", failure: other, bytes: "reference" }));
    await letters.park(parkedAt(4n, { subject: "two", failure: other, isBehind: true }));
    await letters.park(parkedAt(5n, { subject: "three" }));
    await pool.query(`update cdc.dead_letter set replays = 5 where "offset" = 5`);
    await letters.park(parkedAt(6n, { consumerId: "8" }));

    const plan = await letters.planReplay(ofConsumer, false);
    const forced = await letters.planReplay(ofConsumer, true);

    expect(plan).toMatchObject({
      ...{ consumerId: "7", set: { count: 2 }, followers: 0 },
      byFailureCode: [{ failureCode: "empi.rejected", count: 2 }],
      byPartition: [{ partition: 0, count: 2 }],
      keys: { count: 1, most: [{ subject: "one", count: 2 }] },
      leftOut: { ...nothingLeft, behindAnother: 1, forceNeeded: 1, withoutRecord: 1 },
    });
    expect(forced).toMatchObject({ set: { count: 3 }, leftOut: { forceNeeded: 0 } });
  });

  test("what a plan counts is what its replay takes", async () => {
    for (let offset = 1n; offset <= 40n; offset += 1n)
      await letters.park(parkedAt(offset, { subject: `s${offset % 7n}`, isBehind: offset > 7n }));
    const wish = { consumerId: "7", failureCode: "empi.rejected" };
    const { set } = await letters.planReplay(wish, false);

    const order = await letters.requestReplay(wish, { actor: "ada", confirm: same(set) });

    expect([set.count, order.asked]).toEqual([40, 40]);
    expect((await letters.planReplay(wish, false)).leftOut.underWay).toBe(40);
  });

  test.each(["another is parked", "one was run again", "one was given up"])(
    "a replay is refused as a whole when %s after its plan",
    async (what) => {
      for (const offset of [1n, 2n]) await letters.park(parkedAt(offset));
      const { set } = await letters.planReplay(ofConsumer, false);
      if (what === "another is parked") await letters.park(parkedAt(3n));
      else if (what === "one was given up") {
        await letters.discard({ ids: [await idAt(1n)] }, { actor: "bob", reason: "why" });
      } else {
        await letters.requestReplay({ ids: [await idAt(1n)] }, { actor: "bob" });
        const [taken] = await letters.takeReplays("7", { partitions: [0], limit: 1 });
        await letters.finishReplay(taken?.id ?? "", parkedFailure);
      }
      const before = await letters.list({ limit: 10 });

      const refusal = await refusalOf(
        letters.requestReplay(ofConsumer, { actor: "ada", confirm: same(set) }),
      );

      expect(String(refusal)).toContain("stale");
      expect(await letters.list({ limit: 10 })).toEqual(before);
      expect((await letters.orders("7")).filter(({ actor }) => actor === "ada")).toEqual([]);
    },
  );

  test("a discard is planned with what follows it, and done as planned", async () => {
    await letters.park(parkedAt(1n, { subject: "one" }));
    await letters.park(parkedAt(2n, { subject: "one", isBehind: true }));
    const selection = { ids: [await idAt(1n)] };

    const plan = await letters.planDiscard(selection);
    const given = await letters.discard(selection, {
      actor: "ada",
      reason: "a test",
      confirm: same(plan.set),
    });

    expect([plan.set.count, plan.followers, given]).toEqual([1, 1, 1]);
    expect(plan.leftOut).toEqual(nothingLeft);
    const refused = letters.discard(
      { consumerId: "7" },
      { actor: "ada", reason: "x", confirm: same(plan.set) },
    );
    expect(String(await refusalOf(refused))).toContain("stale");
  });

  test("a plan of named letters tells closed ones, and refuses ids that are none or of several consumers", async () => {
    for (const offset of [1n, 2n]) await letters.park(parkedAt(offset));
    await letters.park(parkedAt(3n, { consumerId: "8" }));
    const [first, second, third] = [await idAt(1n), await idAt(2n), await idAt(3n)];
    await letters.discard({ ids: [first] }, { actor: "ada", reason: "why" });

    expect(await letters.planReplay({ ids: [first, second] }, false)).toMatchObject({
      set: { count: 1 },
      leftOut: { closed: 1 },
    });
    expect(await refusalOf(letters.planReplay({ ids: ["999999"] }, false))).toMatchObject({
      code: "dead_letter.not_found",
    });
    expect(await refusalOf(letters.planDiscard({ ids: [second, third] }))).toMatchObject({
      code: "request.invalid",
    });
  });

  test("nothing that matches is a plan of nothing", async () => {
    expect(await letters.planReplay(ofConsumer, true)).toMatchObject({
      ...{ set: { count: 0, digest: "0" }, byFailureCode: [], keys: { count: 0, most: [] } },
      leftOut: nothingLeft,
    });
  });

  test("everything that happens to a letter is kept with who did it, and goes with it", async () => {
    await letters.park(parkedAt(1n));
    const id = await idAt(1n);
    await letters.requestReplay({ ids: [id] }, { actor: "ada" });
    await letters.takeReplays("7", { partitions: [0], limit: 1 });
    await letters.finishReplay(id, { ...parkedFailure, code: "x.again" });
    await letters.discard({ ids: [id] }, { actor: "bob", reason: "why" });
    await letters.restore({ ids: [id] }, "eve");
    await letters.requestReplay({ ids: [id] }, { actor: "ada" });
    await letters.takeReplays("7", { partitions: [0], limit: 1 });
    await letters.finishReplay(id, null);

    const told = (await letters.history(id)).map(({ what, actor, failureCode }: LetterEvent) =>
      [what, actor ?? "-", failureCode ?? "-"].join(" "),
    );

    expect(told.toReversed()).toEqual([
      "parked - empi.rejected",
      "replay_asked ada -",
      "replay_failed h1 x.again",
      "discarded bob -",
      "restored eve -",
      "replay_asked ada -",
      "replayed h1 -",
    ]);
    await pool.query("delete from cdc.dead_letter");
    expect(await letters.history(id)).toEqual([]);
  });

  test("a note is kept, audited, bounded, and taken away", async () => {
    await letters.park(parkedAt(1n));
    const id = await idAt(1n);

    await letters.note(id, { actor: "ada", note: " asked the ward\u0000 " });
    expect((await letters.get(id))?.note).toBe("asked the ward");
    await letters.note(id, { actor: "ada", note: null });

    expect((await letters.get(id))?.note).toBeNull();
    const audited = await pool.query(
      "select actor, detail ->> 'note' as note from cdc.audit where action = 'dead-letter.note' order by seq",
    );
    expect(audited).toEqual([
      { actor: "ada", note: "asked the ward" },
      { actor: "ada", note: null },
    ]);
    expect(await refusalOf(letters.note(id, { actor: "ada", note: "x".repeat(501) }))).toMatchObject({
      code: "dead_letter.note_invalid",
    });
    expect(await refusalOf(letters.note("77", { actor: "ada", note: "x" }))).toMatchObject({
      code: "dead_letter.not_found",
    });
  });
});
