import {
  createDeadLetters,
  createPool,
  createSecretBox,
  type DeadLetterStore,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parkedAt, parkedFailure } from "../support/parked-record.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const box = createSecretBox(Buffer.alloc(32, 7).toString("base64"));
const all = { partitions: [0, 1], limit: 100 };
const ada = { actor: "ada" };
const because = { actor: "ada", reason: "a test patient" };
const ofConsumer = { consumerId: "7" };
const refusalOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe.skipIf(stack().postgresUnavailable !== "")("closing dead letters", () => {
  let database: TestDatabase;
  let pool: Pool;
  let letters: DeadLetterStore;

  beforeEach(async () => {
    database = await makeDatabase("pg_closing");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    letters = createDeadLetters(pool, { hostId: "h1", box });
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const parkKey = async (): Promise<void> => {
    await letters.park(parkedAt(1n, { subject: "one" }));
    for (const offset of [2n, 3n]) await letters.park(parkedAt(offset, { subject: "one", isBehind: true }));
  };
  const idAt = async (offset: bigint): Promise<string> =>
    (await letters.list({ limit: 200 })).items.find((letter) => letter.offset === offset)?.id ?? "";
  const stateOf = async (): Promise<{ readonly [offset: string]: string }> =>
    Object.fromEntries(
      (await letters.list({ limit: 200 })).items.map((letter) => [String(letter.offset), letter.state]),
    );
  const bytes = async (): Promise<number> => {
    const rows = await pool.query("select 1 as one from cdc.dead_letter where value_bytes is not null");
    return rows.length;
  };

  test("what was parked behind a letter that is given up follows it, in order", async () => {
    await parkKey();

    const discarded = await letters.discard({ ids: [await idAt(1n)] }, because);
    const taken = await letters.takeReplays("7", all);

    expect(discarded).toBe(1);
    expect(await stateOf()).toEqual({ 1: "discarded", 2: "replaying", 3: "replaying" });
    expect(taken.map((request) => request.record.offset)).toEqual([2n]);
    expect(await letters.orders("7")).toMatchObject([{ asked: 2, actor: "ada", reason: because.reason }]);
    expect(await letters.get(await idAt(1n))).toMatchObject({ reason: because.reason, holdsRecord: true });
  });

  test("a follower that is given up leaves the others behind their head", async () => {
    await parkKey();

    await letters.discard({ ids: [await idAt(2n)] }, because);

    expect(await stateOf()).toEqual({ 1: "parked", 2: "discarded", 3: "parked" });
    expect(await letters.orders("7")).toEqual([]);
  });

  test("followers that the filter meets are given up too, and do not run", async () => {
    await parkKey();
    await letters.park(parkedAt(9n, { consumerId: "8" }));

    const discarded = await letters.discard(ofConsumer, because);

    expect(discarded).toBe(3);
    expect(await stateOf()).toEqual({ 1: "discarded", 2: "discarded", 3: "discarded", 9: "parked" });
    expect(await letters.orders()).toEqual([]);
  });

  test("giving up needs a reason of fair length, and a letter that is parked", async () => {
    await parkKey();
    const id = await idAt(1n);
    await letters.requestReplay({ ids: [id] }, ada);

    const refusals = [
      await refusalOf(letters.discard(ofConsumer, { actor: "ada", reason: " \u0000 " })),
      await refusalOf(letters.discard(ofConsumer, { actor: "ada", reason: "x".repeat(501) })),
      await refusalOf(letters.discard({ ids: [id] }, because)),
      await refusalOf(letters.discard({ ids: ["999"] }, because)),
    ];

    expect(refusals).toMatchObject([
      { code: "dead_letter.reason_required" },
      { code: "dead_letter.reason_required", facts: { characters: 501 } },
      { code: "dead_letter.not_discardable", facts: { deadLetter: id, state: "replaying" } },
      { code: "dead_letter.not_found" },
    ]);
    expect(await stateOf()).toEqual({ 1: "replaying", 2: "parked", 3: "parked" });
  });

  test("a letter given up by mistake is restored and replayed as it was", async () => {
    await letters.park(parkedAt(1n));
    await letters.discard(ofConsumer, because);
    const ids = [await idAt(1n)];

    const restored = await letters.restore({ ids }, "bob");
    const twice = await refusalOf(letters.restore({ ids }, "bob"));
    await letters.requestReplay({ ids }, ada);
    const [request] = await letters.takeReplays("7", all);

    expect(restored).toBe(1);
    expect(twice).toMatchObject({ code: "dead_letter.not_restorable", facts: { state: "parked" } });
    expect(request?.record).toEqual(parkedAt(1n).record);
    expect(await letters.get(ids[0] ?? "")).toMatchObject({ reason: null });
  });

  test("purging erases what closed letters hold after their days, and never touches an open one", async () => {
    for (const offset of [1n, 2n, 3n]) await letters.park(parkedAt(offset));
    const ids = [await idAt(1n)];
    await letters.discard({ ids }, because);
    await letters.discard({ ids: [await idAt(2n)] }, because);
    await pool.query(`update cdc.dead_letter set parked_at = now() - interval '900 days'`);
    await pool.query(
      `update cdc.dead_letter set finished_at = now() - interval '15 days' where "offset" = 1`,
    );

    const early = await letters.purge(16);
    const first = await letters.purge();
    await pool.query(
      `update cdc.dead_letter set finished_at = now() - interval '181 days' where "offset" = 2`,
    );
    const refused = await refusalOf(letters.restore({ ids }, "bob"));
    const second = await letters.purge();

    expect(early).toEqual({ erased: 0, deleted: 0 });
    expect(first).toEqual({ erased: 1, deleted: 0 });
    expect(refused).toMatchObject({ code: "dead_letter.not_restorable", facts: { holdsRecord: false } });
    expect(second).toEqual({ erased: 1, deleted: 1 });
    expect(await stateOf()).toEqual({ 1: "discarded", 3: "parked" });
    expect(await bytes()).toBe(1);
  });

  test("a letter by reference holds no bytes, blocks its followers, and goes only by being given up", async () => {
    await letters.park(parkedAt(1n, { subject: "one", bytes: "reference" }));
    await letters.park(parkedAt(2n, { subject: "one", isBehind: true }));
    const held = await letters.get(await idAt(1n));

    const order = await letters.requestReplay(ofConsumer, ada);
    const stayed = await stateOf();
    await letters.discard({ ids: [await idAt(1n)] }, because);

    expect(held).toMatchObject({ holdsRecord: false, sizeBytes: 2 });
    expect(await bytes()).toBe(1);
    expect([order.asked, stayed]).toEqual([0, { 1: "parked", 2: "parked" }]);
    expect(await stateOf()).toEqual({ 1: "discarded", 2: "replaying" });
  });

  test("a record that is read again and parked again is a new letter under its old id", async () => {
    await letters.park(parkedAt(1n, { subject: "one" }));
    const id = await idAt(1n);
    await letters.discard(ofConsumer, because);

    await letters.park(parkedAt(1n, { subject: "two", isBehind: true, bytes: "reference" }));

    expect(await letters.get(id)).toMatchObject({
      ...{ state: "parked", subject: "two", isBehind: true, holdsRecord: false, reason: null, replays: 0 },
    });
    expect(await bytes()).toBe(0);
  });

  test("the subjects of open letters are told per partition, each with its first offset", async () => {
    await parkKey();
    await letters.park(parkedAt(5n, { record: { ...parkedAt(5n).record, partition: 1 } }));
    await letters.park(parkedAt(6n, { consumerId: "8", subject: "strange" }));
    await letters.park(parkedAt(7n, { subject: "closed" }));
    await letters.discard({ ids: [await idAt(7n)] }, because);

    const both = await letters.parkedSubjects("7", [0, 1, 2]);
    const none = await letters.parkedSubjects("7", []);

    expect(both).toEqual(
      new Map([
        [0, new Map([["one", 1n]])],
        [1, new Map([["s5", 5n]])],
      ]),
    );
    expect(none).toEqual(new Map());
  });

  test("letters are counted per kind and listed by every filter", async () => {
    await parkKey();
    await letters.park(parkedAt(4n, { failure: { ...parkedFailure, code: "x.other" } }));
    await letters.park(parkedAt(5n, { record: { ...parkedAt(5n).record, partition: 1 } }));
    await letters.park(parkedAt(6n, { consumerId: "8" }));
    const offsets = async (filter: Parameters<DeadLetterStore["list"]>[0]): Promise<readonly bigint[]> =>
      (await letters.list({ ...ofConsumer, ...filter })).items.map((letter) => letter.offset);

    const stats = await letters.stats("7");

    expect(stats).toMatchObject([
      { consumer: "7", state: "parked", failureCode: "empi.rejected", count: 4, subjects: 2 },
      { state: "parked", failureCode: "x.other", count: 1, subjects: 1 },
    ]);
    expect(stats[0]?.oldestParkedAt).toBeInstanceOf(Date);
    expect(await letters.stats()).toHaveLength(3);
    expect(await offsets({ failureCode: "x.other" })).toEqual([4n]);
    expect(await offsets({ partition: 1 })).toEqual([5n]);
    expect(await offsets({ subject: "one", state: "parked" })).toEqual([3n, 2n, 1n]);
    expect(await offsets({ subject: "nobody" })).toEqual([]);
  });
});
