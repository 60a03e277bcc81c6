import type { Failure, ReplayOrder } from "@gluttony/model";
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
const failure = parkedFailure;
const all = { partitions: [0, 1], limit: 100 };
const ada = { actor: "ada" };
const ofConsumer = { consumerId: "7" };

const refusalOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe.skipIf(stack().postgresUnavailable !== "")("replays", () => {
  let database: TestDatabase;
  let pool: Pool;
  let letters: DeadLetterStore;

  beforeEach(async () => {
    database = await makeDatabase("pg_replay");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    letters = createDeadLetters(pool, { hostId: "h1", box });
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  /** The head of a key at offset 1 and three records that were parked behind it, the later ones first. */
  const parkKey = async (subject = "one"): Promise<void> => {
    await letters.park(parkedAt(1n, { subject }));
    for (const offset of [4n, 3n, 2n]) await letters.park(parkedAt(offset, { subject, isBehind: true }));
  };
  const take = async (): Promise<readonly bigint[]> =>
    (await letters.takeReplays("7", all)).map((request) => request.record.offset);
  const idAt = async (offset: bigint): Promise<string> =>
    (await letters.list({ limit: 200 })).items.find((letter) => letter.offset === offset)?.id ?? "";
  const end = async (offset: bigint, how: Failure | null): Promise<boolean> =>
    (await letters.finishReplay(await idAt(offset), how)).firstOpen === null;
  const stateOf = async (): Promise<{ readonly [offset: string]: string }> =>
    Object.fromEntries(
      (await letters.list({ limit: 200 })).items.map((letter) => [String(letter.offset), letter.state]),
    );
  const order = async (): Promise<ReplayOrder | undefined> => (await letters.orders("7"))[0];

  test("after the head of a key its followers come one by one, in the order of their offsets", async () => {
    await parkKey();
    await letters.requestReplay({ ids: [await idAt(1n)] }, ada);

    const taken: bigint[][] = [];
    const free: boolean[] = [];
    for (const offset of [1n, 2n, 3n, 4n]) {
      taken.push([...(await take())], [...(await take())]);
      free.push(await end(offset, null));
    }

    expect(taken).toEqual([[1n], [], [2n], [], [3n], [], [4n], []]);
    expect(free).toEqual([false, false, false, true]);
    expect(await order()).toMatchObject({ state: "done", asked: 4, succeeded: 4, failed: 0 });
    expect((await order())?.endedAt).toBeInstanceOf(Date);
  });

  test("a follower that fails is a head itself: the rest goes back behind it, other keys go on", async () => {
    await parkKey();
    await letters.park(parkedAt(9n, { subject: "other" }));
    await letters.requestReplay(ofConsumer, ada);
    const first = await take();
    await end(1n, null);
    const second = await take();

    const isFree = await end(2n, failure);

    expect([first, second, isFree]).toEqual([[1n, 9n], [2n], false]);
    expect(await stateOf()).toEqual({
      ...{ 1: "replayed", 2: "parked", 3: "parked", 4: "parked", 9: "replaying" },
    });
    const failed = await letters.get(await idAt(2n));
    expect(failed).toMatchObject({ isBehind: false, replays: 1, attempts: 2 });
    expect(await take()).toEqual([]);
    await end(9n, null);
    expect(await order()).toMatchObject({ state: "done", asked: 5, succeeded: 2, failed: 1 });
  });

  test("nobody is replayed past an earlier letter of its key", async () => {
    await parkKey();
    const behind = { ids: [await idAt(3n)] };
    await letters.park(
      parkedAt(20n, { subject: "one", failure: { ...failure, code: "x.late" }, isBehind: true }),
    );

    const byId = await refusalOf(letters.requestReplay(behind, ada));
    const byFilter = await letters.requestReplay({ ...ofConsumer, failureCode: "x.late" }, ada);

    expect(byId).toMatchObject({
      code: "dead_letter.behind_another",
      facts: { deadLetter: behind.ids[0] },
    });
    expect(byFilter).toMatchObject({ asked: 0, state: "done" });
    expect(Object.values(await stateOf())).toEqual(Array.from({ length: 5 }, () => "parked"));
  });

  test("letters of older versions, which name no subject, are independent", async () => {
    for (const offset of [1n, 2n, 3n]) await letters.park(parkedAt(offset, { subject: "" }));
    await letters.requestReplay(ofConsumer, ada);

    const taken = await take();

    expect(taken).toEqual([1n, 2n, 3n]);
    expect(await end(2n, failure)).toBe(true);
    expect(await stateOf()).toMatchObject({ 1: "replaying", 2: "parked", 3: "replaying" });
    expect(await letters.parkedSubjects("7", [0])).toEqual(new Map());
  });

  test("an order begins no more letters than its rate allows, whoever takes them", async () => {
    const other = createDeadLetters(pool, { hostId: "h2", box });
    for (let offset = 1n; offset <= 30n; offset += 1n) await letters.park(parkedAt(offset));
    await letters.requestReplay(ofConsumer, { ...ada, perSecondMax: 4 });
    const startedAt = performance.now();

    const counts: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const both = await Promise.all([letters, other].map((host) => host.takeReplays("7", all)));
      counts.push(both.flat().length);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const seconds = (performance.now() - startedAt) / 1_000;

    const sum = counts.reduce((total, count) => total + count, 0);
    expect(counts[0]).toBe(4);
    expect(sum).toBeGreaterThan(4);
    expect(sum).toBeLessThanOrEqual(4 + Math.ceil(4 * seconds));
    await pool.query("update cdc.replay_order set tokens_at = now() - interval '1 hour'");
    expect(await take()).toHaveLength(4);
  });

  test("an order stops at its failures: what waits goes back, what is under way may still end well", async () => {
    for (let offset = 1n; offset <= 6n; offset += 1n) await letters.park(parkedAt(offset));
    await letters.requestReplay(ofConsumer, { ...ada, failuresMax: 2, reason: "the mapping was mended" });
    await letters.takeReplays("7", { partitions: [0], limit: 3 });

    await end(1n, failure);
    const before = await stateOf();
    await end(2n, failure);
    await end(3n, null);

    expect(before).toMatchObject({ 4: "replaying", 6: "replaying" });
    expect(await stateOf()).toEqual({
      ...{ 1: "parked", 2: "parked", 3: "replayed", 4: "parked", 5: "parked", 6: "parked" },
    });
    expect(await order()).toMatchObject({
      ...{ state: "stopped", asked: 6, succeeded: 1, failed: 2, reason: "the mapping was mended" },
    });
    expect(await take()).toEqual([]);
  });

  test("ending a replay twice, late, or by a host that lost it changes nothing", async () => {
    const other = createDeadLetters(pool, { hostId: "h2", box, leaseMs: 0 });
    await letters.park(parkedAt(1n));
    await letters.requestReplay(ofConsumer, ada);
    await take();
    const id = await idAt(1n);
    expect(await other.takeReplays("7", all)).toHaveLength(1);

    await letters.finishReplay(id, failure);
    const afterLost = await stateOf();
    await Promise.all([other.finishReplay(id, null), other.finishReplay(id, null)]);
    const again = await letters.finishReplay(id, failure);

    expect(afterLost).toEqual({ 1: "replaying" });
    expect(await stateOf()).toEqual({ 1: "replayed" });
    expect(again).toEqual({ firstOpen: null });
    expect(await order()).toMatchObject({ state: "done", succeeded: 1, failed: 0 });
    expect(await letters.finishReplay("no id", null)).toEqual({ firstOpen: null });
    expect(await letters.finishReplay("999", null)).toEqual({ firstOpen: null });
  });

  test("two hosts that take at once never have two letters of one key", async () => {
    const hosts = ["h1", "h2"].map((hostId) => createDeadLetters(pool, { hostId, box }));
    for (let offset = 1n; offset <= 40n; offset += 1n) {
      await letters.park(parkedAt(offset, { subject: `s${offset % 5n}`, isBehind: offset > 5n }));
    }
    await letters.requestReplay(ofConsumer, ada);
    const out = new Set<string>();
    const ended: { subject: string; offset: bigint }[] = [];

    const drain = async (host: DeadLetterStore): Promise<void> => {
      while (ended.length < 40) {
        for (const { id, subject, record } of await host.takeReplays("7", { partitions: [0], limit: 3 })) {
          expect(out.has(subject)).toBe(false);
          out.add(subject);
          await new Promise((resolve) => setTimeout(resolve, 1));
          ended.push({ subject, offset: record.offset });
          out.delete(subject);
          await host.finishReplay(id, null);
        }
      }
    };
    await Promise.all(hosts.map(drain));

    for (const subject of new Set(ended.map((one) => one.subject))) {
      const offsets = ended.filter((one) => one.subject === subject).map((one) => one.offset);
      expect(offsets).toEqual(offsets.toSorted((left, right) => Number(left - right)));
    }
    expect(await order()).toMatchObject({ state: "done", asked: 40, succeeded: 40 });
  });

  test("a letter that failed five replays is left out by a filter, and needs a person's insistence by its id", async () => {
    await letters.park(parkedAt(1n));
    await letters.park(parkedAt(2n));
    await pool.query(`update cdc.dead_letter set replays = 5 where "offset" = 1`);
    const ids = [await idAt(1n)];

    const refused = await refusalOf(letters.requestReplay({ ids }, ada));
    const filtered = await letters.requestReplay(ofConsumer, ada);
    const forced = await letters.requestReplay({ ids }, { ...ada, force: true });

    expect(refused).toMatchObject({ code: "dead_letter.replay_loop", facts: { replays: 5 } });
    expect(filtered).toMatchObject({ asked: 1 });
    expect(forced).toMatchObject({ asked: 1, state: "running" });
  });

  test("ids must exist, be of one consumer, and be few enough; a refused request changes nothing", async () => {
    await letters.park(parkedAt(1n));
    await letters.park(parkedAt(2n, { consumerId: "8" }));
    const ids = [await idAt(1n), await idAt(2n)];
    const many = Array.from({ length: 1_001 }, (_, index) => String(index));

    await expect(letters.requestReplay({ ids }, ada)).rejects.toMatchObject({ code: "request.invalid" });
    await expect(letters.requestReplay({ ids: [] }, ada)).rejects.toMatchObject({ code: "request.invalid" });
    await expect(letters.requestReplay({ ids: many }, ada)).rejects.toMatchObject({
      code: "request.invalid",
    });
    await expect(letters.requestReplay({ ids: ["1; drop"] }, ada)).rejects.toMatchObject({
      code: "dead_letter.not_found",
    });
    const long = { ...ada, reason: "x".repeat(501) };
    await expect(letters.requestReplay(ofConsumer, long)).rejects.toMatchObject({
      code: "dead_letter.reason_required",
      facts: { atMost: 500 },
    });

    expect(await stateOf()).toEqual({ 1: "parked", 2: "parked" });
    expect(await letters.orders()).toEqual([]);
  });

  test("a filter takes far more than a thousand, in the order of batches", async () => {
    await pool.query(
      `insert into cdc.dead_letter (consumer_id, topic, topic_id, partition, "offset", failure_kind, failure_code,
         failure_message, attempts, idempotency_key, record_ts, is_encrypted, size_bytes, subject, is_behind)
       select '7', 't', 'T1', 0, n, 'record', 'x.y', '', 1, n::text, 0, true, 0, 's' || n % 5000, n >= 5000
       from generate_series(0, 24999) n`,
    );

    const made = await letters.requestReplay(ofConsumer, ada);

    expect(made).toMatchObject({ asked: 25_000, state: "running" });
  });

  test("letters are chosen by partition, subject and the time they were parked", async () => {
    for (const offset of [1n, 2n, 3n, 4n]) await letters.park(parkedAt(offset));
    await letters.park(parkedAt(5n, { record: { ...parkedAt(5n).record, partition: 1 } }));
    await pool.query(`update cdc.dead_letter set parked_at = now() - "offset" * interval '1 hour'`);
    const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);

    const ofPartition = await letters.requestReplay({ ...ofConsumer, partition: 1 }, ada);
    const ofSubject = await letters.requestReplay({ ...ofConsumer, subject: "s4" }, ada);
    const between = { parkedBefore: hoursAgo(1.5), parkedAfter: hoursAgo(2.5) };
    const ofTime = await letters.requestReplay({ ...ofConsumer, ...between }, ada);

    expect([ofPartition.asked, ofSubject.asked, ofTime.asked]).toEqual([1, 1, 1]);
    expect(await stateOf()).toEqual({
      ...{ 1: "parked", 2: "replaying", 3: "parked", 4: "replaying", 5: "replaying" },
    });
  });
});
