import type { EndingCounts, Position, WaitingRecord } from "@gluttony/model";
import {
  type ChosenPosition,
  createConsumers,
  createPool,
  createPositions,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const none: EndingCounts = { done: 0, filtered: 0, skipped: 0, parked: 0, hole: 0 };
const huge = 9_007_199_254_740_993n;
const waiting: WaitingRecord = {
  ...{
    offset: huge + 20n,
    charged: 1,
    attempts: 3,
    nextAttemptAtMs: 1_700_000_000_500,
    failingSinceMs: 1_700_000_000_000,
  },
  failure: { kind: "transient", code: "target.unreachable", target: "http://empi" },
  subject: "0123456789abcdef0123456789abcdef",
  behind: [huge + 21n, huge + 25n],
};

describe.skipIf(stack().postgresUnavailable !== "")("a chosen position", () => {
  let database: TestDatabase;
  let pool: Pool;
  let consumerId: string;

  beforeEach(async () => {
    database = await makeDatabase("pg_chosen");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    const [row] = await pool.query<{ id: string }>(
      "insert into cdc.consumer (name, handler_func) values ('c', 'empi') returning id::text as id",
    );
    consumerId = row?.id ?? "";
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const place = { topic: "t", topicId: "T1", partition: 0 };
  const bounds = { start: huge, end: huge + 1_000n };
  const chosen = (to: bigint, changes: Partial<ChosenPosition> = {}): ChosenPosition => ({
    ...{ ...place, to, bounds, actor: "ada", reason: "the log was cut" },
    ...changes,
  });
  const load = async (): Promise<Position | undefined> =>
    (await createPositions(pool, "h1").load(consumerId, "t"))[0];

  /** A partition at huge + 10 with an account, a record that waits and a map of what ended above. */
  const begun = async (): Promise<void> => {
    const positions = createPositions(pool, "h1");
    await positions.begin(consumerId, {
      ...{ ...place, start: huge, mark: huge, endings: none, partitionsAtStart: 6 },
    });
    await positions.advance(consumerId, "t", [
      {
        ...{ partition: 0, topicId: "T1", from: huge, to: huge + 10n, saves: 0n, filteredByRule: new Map() },
        ...{ endings: { ...none, done: 7, parked: 3 }, endedAbove: Uint8Array.of(1), waiting: [waiting] },
      },
    ]);
  };
  const advanceOne = (from: bigint, saves: bigint): Promise<ReadonlySet<number>> =>
    createPositions(pool, "h2").advance(consumerId, "t", [
      {
        ...{ partition: 0, topicId: "T1", from, saves, to: from + 1n, filteredByRule: new Map() },
        ...{ endings: { ...none, done: 1 }, endedAbove: null, waiting: [] },
      },
    ]);

  test("records that wait are remembered exactly, and forgotten when none waits", async () => {
    await begun();
    const before = await load();

    await advanceOne(huge + 10n, 1n);

    expect(before?.waiting).toEqual([waiting]);
    expect(before).toMatchObject({ mark: huge + 10n, isChosen: false });
    expect(await load()).toMatchObject({ mark: huge + 11n, waiting: [], endedAbove: null });
  });

  test("forward in the same topic the account goes on, and what lies between is skipped", async () => {
    await begun();

    const position = await createPositions(pool, "h1").choose(consumerId, chosen(huge + 100n));

    const loaded = await load();
    expect(position).toEqual(loaded);
    expect(loaded).toEqual({
      ...{
        ...place,
        start: huge,
        mark: huge + 100n,
        saves: 2n,
        partitionsAtStart: 6,
        endedAbove: null,
        waiting: [],
        isChosen: true,
      },
      endings: { ...none, done: 7, parked: 3, skipped: 90 },
    });
    expect(await advanceOne(huge + 10n, 1n)).toEqual(new Set());
    expect(await advanceOne(huge + 100n, 2n)).toEqual(new Set([0]));
    expect(await load()).toMatchObject({ mark: huge + 101n, isChosen: false });
  });

  test.each([
    ["backward", chosen(huge + 3n)],
    ["to another topic of the name", chosen(huge + 500n, { topicId: "T2" })],
  ])("%s a new account begins, and the old one is kept with the reason", async (_way, wish) => {
    await begun();

    await createPositions(pool, "h1").choose(consumerId, wish);

    expect(await load()).toEqual({
      ...{ ...place, topicId: wish.topicId, start: wish.to, mark: wish.to, endings: none },
      ...{ endedAbove: null, waiting: [], saves: 2n, partitionsAtStart: 6, isChosen: true },
    });
    const changes = await pool.query(
      `select actor, reason, from_topic_id, from_mark, to_topic_id, to_mark, old_account from cdc.position_change`,
    );
    expect(changes).toEqual([
      {
        ...{ actor: "ada", reason: "the log was cut", from_topic_id: "T1", from_mark: huge + 10n },
        ...{ to_topic_id: wish.topicId, to_mark: wish.to },
        old_account: { ...none, start: String(huge), mark: String(huge + 10n), done: 7, parked: 3 },
      },
    ]);
  });

  test("a partition that nothing is remembered of can be chosen, too", async () => {
    await createPositions(pool, "h1").choose(consumerId, chosen(huge));

    expect(await load()).toMatchObject({ start: huge, mark: huge, isChosen: true });
    expect(await pool.query("select from_mark, old_account from cdc.position_change")).toEqual([
      { from_mark: null, old_account: null },
    ]);
  });

  test("both ends of the log can be chosen; beyond them, and without a reason, nothing changes", async () => {
    await begun();
    const positions = createPositions(pool, "h1");
    const refusal = (wish: ChosenPosition): Promise<unknown> =>
      positions.choose(consumerId, wish).catch((error: unknown) => error);
    const before = await load();

    const refusals = [
      await refusal(chosen(bounds.start - 1n)),
      await refusal(chosen(bounds.end + 1n)),
      await refusal(chosen(huge + 50n, { reason: "  " })),
    ];

    expect(refusals).toMatchObject([
      { code: "position.invalid", facts: { start: String(bounds.start), end: String(bounds.end) } },
      { code: "position.invalid", facts: { to: String(bounds.end + 1n) } },
      { code: "position.reason_required" },
    ]);
    expect(await load()).toEqual(before);
    expect(await pool.query("select from cdc.position_change")).toEqual([]);
    await positions.choose(consumerId, chosen(bounds.end));
    expect(await load()).toMatchObject({ mark: bounds.end });
  });

  test("hosts hear of it as of a new revision, which says who and why", async () => {
    await begun();
    const consumers = createConsumers(pool, { box: null });
    const onChange = vi.fn();
    const stop = new AbortController();
    const listening = consumers.listen(onChange, stop.signal);
    await vi.waitFor(() => expect(onChange).toHaveBeenCalled());
    const before = onChange.mock.calls.length;

    await createPositions(pool, "h1").choose(consumerId, chosen(huge + 20n));

    await vi.waitFor(() => expect(onChange.mock.calls.length).toBeGreaterThan(before));
    stop.abort();
    await listening;
    expect((await consumers.get(consumerId))?.revision).toBe(2n);
    expect((await consumers.revisions(consumerId))[0]).toMatchObject({
      ...{ operation: "move", actor: "ada", reason: "the log was cut" },
    });
  });

  test("a host that advances while a person chooses loses or comes first, and the account adds up", async () => {
    await begun();
    const positions = createPositions(pool, "h1");

    for (let round = 0n; round < 20n; round += 1n) {
      const { mark = 0n, saves = 0n } = (await load()) ?? {};
      await Promise.all([advanceOne(mark, saves), positions.choose(consumerId, chosen(mark + 5n))]);
      const after = await load();
      expect(after).toMatchObject({ mark: mark + 5n, isChosen: true });
    }

    const { start = 0n, mark = 0n, endings = none } = (await load()) ?? {};
    expect(BigInt(endings.done + endings.parked + endings.skipped)).toBe(mark - start);
  });
});
