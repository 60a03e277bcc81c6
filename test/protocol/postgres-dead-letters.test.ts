import type { Failure } from "@gluttony/model";
import {
  createDeadLetters,
  createPool,
  createPositions,
  createSecretBox,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import type { ParkedRecord } from "@gluttony/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const box = createSecretBox(Buffer.alloc(32, 7).toString("base64"));
const failure: Failure = { kind: "record", code: "empi.rejected", message: "refused", target: "http://empi" };
const ada = { actor: "ada" };
const all = { partitions: [0, 1], limit: 100 };

function parkedAt(offset: bigint, changes: Partial<ParkedRecord> = {}): ParkedRecord {
  return {
    consumerId: "7",
    topicId: "T1",
    record: {
      ...{ topic: "t", partition: 0, offset, timestampMs: 1_700_000_000_123 },
      key: Buffer.from("key of Zhang San"),
      value: Buffer.from([0, 255, 1, 2]),
      headers: [
        { name: "a", value: Buffer.from([9]) },
        { name: "a", value: null },
      ],
    },
    failure,
    attempts: 3,
    release: "@acme/empi@1.0.0",
    idempotencyKey: `k${offset}`,
    subject: `s${offset}`,
    isBehind: false,
    bytes: "encrypted",
    ...changes,
  };
}

describe.skipIf(stack().postgresUnavailable !== "")("dead letters", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_letter");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  test("what a host parks whose time is over, below the mark, neither makes nor opens a dead letter", async () => {
    const letters = createDeadLetters(pool, { hostId: "h1", box });
    const none = { done: 0, filtered: 0, skipped: 0, parked: 0, hole: 0 };
    const place = { topic: "t", topicId: "T1", partition: 0 };
    await createPositions(pool, "h2").begin("7", { ...place, start: 10n, mark: 10n, endings: none });

    await letters.park(parkedAt(9n));
    await letters.park(parkedAt(10n));

    const { items } = await letters.list({ consumerId: "7" });
    expect(items.map(({ offset }) => offset)).toEqual([10n]);
  });

  test("parking the same record twice, also at once, is one dead letter", async () => {
    const letters = createDeadLetters(pool, { hostId: "h1", box });

    await Promise.all([letters.park(parkedAt(huge)), letters.park(parkedAt(huge))]);
    await letters.park(parkedAt(huge, { attempts: 9 }));

    const { items, next } = await letters.list({ consumerId: "7" });
    expect(next).toBeNull();
    expect(items).toEqual([
      expect.objectContaining({
        offset: huge,
        state: "parked",
        failure,
        consumer: "7",
        sizeBytes: 20,
        attempts: 3,
      }),
    ]);
  });

  test("a record comes back exactly as it was, and rests only as ciphertext", async () => {
    const letters = createDeadLetters(pool, { hostId: "h1", box });
    const parked = parkedAt(5n);
    await letters.park(parked);
    const [resting] = await pool.query<{ key: Buffer; text: string }>(
      "select key_bytes as key, d::text as text from cdc.dead_letter d",
    );
    const [letter] = (await letters.list({})).items;

    expect(await letters.requestReplay({ ids: [letter?.id ?? ""] }, ada)).toMatchObject({ asked: 1 });
    const [request] = await letters.takeReplays("7", all);

    expect(request).toEqual({
      id: letter?.id,
      record: parked.record,
      idempotencyKey: "k5",
      attempts: 3,
      subject: "s5",
    });
    expect(resting?.key.includes("Zhang")).toBe(false);
    expect(resting?.text).not.toContain(Buffer.from("Zhang").toString("hex"));
  });

  test("a tombstone without headers comes back as one", async () => {
    const letters = createDeadLetters(pool, { hostId: "h1", box });
    const record = { ...parkedAt(1n).record, value: null, headers: [] };
    await letters.park(parkedAt(1n, { record }));
    await letters.requestReplay({ consumerId: "7" }, ada);

    const [request] = await letters.takeReplays("7", all);

    expect(request?.record).toEqual(record);
  });

  test("what cannot be read, by another key or by moved bytes, goes back to a person alone", async () => {
    const letters = createDeadLetters(pool, { hostId: "h1", box });
    await letters.park(parkedAt(1n));
    await letters.park(parkedAt(2n));
    await letters.requestReplay({ consumerId: "7" }, ada);
    const other = createSecretBox("quite another key than before");

    const hasOther = createDeadLetters(pool, { hostId: "h2", box: other, leaseMs: 0 });
    expect(await hasOther.takeReplays("7", all)).toEqual([]);
    const failed = (await letters.list({ consumerId: "7" })).items.map(({ state, failure }) => [
      state,
      failure.code,
    ]);
    expect(failed).toEqual([
      ["parked", "secret.unreadable"],
      ["parked", "secret.unreadable"],
    ]);
    await letters.requestReplay({ consumerId: "7" }, ada);
    await pool.query(
      `update cdc.dead_letter d set value_bytes = o.value_bytes from cdc.dead_letter o
       where d."offset" = 1 and o."offset" = 2`,
    );
    const hasKey = createDeadLetters(pool, { hostId: "h1", box, leaseMs: 0 });

    const taken = await hasKey.takeReplays("7", all);

    expect(taken.map(({ record }) => record.offset)).toEqual([2n]);
  });

  test("without a key only the reference is kept, and that cannot be replayed", async () => {
    const letters = createDeadLetters(pool, { hostId: "h1", box: null });
    await letters.park(parkedAt(1n));
    const [letter] = (await letters.list({})).items;

    const byId = letters.requestReplay({ ids: [letter?.id ?? ""] }, ada);

    await expect(byId).rejects.toMatchObject({
      code: "dead_letter.not_replayable",
      facts: { holdsRecord: false },
    });
    expect(await letters.requestReplay({ consumerId: "7" }, ada)).toMatchObject({ asked: 0, state: "done" });
    const rows = await pool.query("select key_bytes, value_bytes, headers from cdc.dead_letter");
    expect(rows).toEqual([{ key_bytes: null, value_bytes: null, headers: null }]);
  });

  test("two hosts that take at once get each letter once, of their partitions", async () => {
    const other = createPool({ connectionString: database.url });
    const hosts = [pool, other].map((one, index) => createDeadLetters(one, { hostId: `h${index}`, box }));
    const [first, second] = hosts;
    for (let offset = 0n; offset < 40n; offset += 1n) await first?.park(parkedAt(offset));
    await first?.park(parkedAt(99n, { record: { ...parkedAt(99n).record, partition: 5 } }));
    expect(await first?.requestReplay({ consumerId: "7" }, ada)).toMatchObject({ asked: 41 });

    const taken: string[] = [];
    const drain = async (host: typeof first): Promise<void> => {
      for (;;) {
        const requests = (await host?.takeReplays("7", { partitions: [0, 1], limit: 3 })) ?? [];
        if (requests.length === 0) return;
        taken.push(...requests.map((request) => request.idempotencyKey));
      }
    };
    await Promise.all([drain(first), drain(second)]);
    await other.close();

    expect(taken).toHaveLength(40);
    expect(new Set(taken).size).toBe(40);
  });

  test("a letter whose host died is taken again when its lease is over", async () => {
    const dead = createDeadLetters(pool, { hostId: "h1", box, leaseMs: 60_000 });
    const next = createDeadLetters(pool, { hostId: "h2", box, leaseMs: 60_000 });
    await dead.park(parkedAt(1n));
    await dead.requestReplay({ consumerId: "7" }, ada);
    await dead.takeReplays("7", all);
    const early = await next.takeReplays("7", all);

    await pool.query("update cdc.dead_letter set taken_at = taken_at - interval '61 s'");
    const late = await next.takeReplays("7", all);

    expect(early).toEqual([]);
    expect(late).toHaveLength(1);
  });

  test("a replay that fails parks again with the new failure; one that succeeds erases the bytes", async () => {
    const letters = createDeadLetters(pool, { hostId: "h1", box });
    await letters.park(parkedAt(1n));
    await letters.requestReplay({ consumerId: "7" }, ada);
    const [request] = await letters.takeReplays("7", all);
    const id = request?.id ?? "";

    await letters.finishReplay(id, { kind: "config", code: "x.y", message: `no\u0000${"m".repeat(5_000)}` });
    const failed = await letters.get(id);
    await letters.requestReplay({ ids: [id] }, ada);
    await letters.takeReplays("7", all);
    await letters.finishReplay(id, null);

    expect(failed).toMatchObject({ state: "parked", attempts: 4, failure: { kind: "config", code: "x.y" } });
    expect(failed?.failure.message).toHaveLength(1_000);
    expect(await letters.get(id)).toMatchObject({ state: "replayed" });
    expect(await pool.query("select value_bytes, is_encrypted from cdc.dead_letter")).toEqual([
      { value_bytes: null, is_encrypted: false },
    ]);
    await expect(letters.requestReplay({ ids: [id] }, ada)).rejects.toMatchObject({
      code: "dead_letter.not_replayable",
      facts: { state: "replayed" },
    });
  });

  test("a record that was replayed and fails again is parked again", async () => {
    const letters = createDeadLetters(pool, { hostId: "h1", box });
    await letters.park(parkedAt(1n));
    await letters.discard({ consumerId: "7" }, { actor: "ada", reason: "a test" });
    const discarded = (await letters.list({})).items;

    await letters.park(parkedAt(1n, { attempts: 8 }));

    expect(discarded).toMatchObject([{ state: "discarded" }]);
    expect((await letters.list({})).items).toMatchObject([{ state: "parked", attempts: 8 }]);
    expect(await letters.requestReplay({ consumerId: "7" }, ada)).toMatchObject({ asked: 1 });
  });

  test("pages follow each other without gaps, and a page has a limit", async () => {
    const letters = createDeadLetters(pool, { hostId: "h1", box: null });
    for (let offset = 0n; offset < 7n; offset += 1n) await letters.park(parkedAt(offset));
    await letters.park(parkedAt(0n, { consumerId: "8" }));

    const seen: bigint[] = [];
    let after: string | undefined;
    do {
      const page = await letters.list({
        consumerId: "7",
        state: "parked",
        limit: 3,
        ...(after && { after }),
      });
      seen.push(...page.items.map((item) => item.offset));
      after = page.next ?? undefined;
    } while (after !== undefined);

    expect(seen).toEqual([6n, 5n, 4n, 3n, 2n, 1n, 0n]);
    expect(await letters.countOpen("7")).toBe(7n);
    expect((await letters.list({ limit: 100_000 })).items).toHaveLength(8);
    expect((await letters.list({ state: "replayed" })).items).toEqual([]);
    expect(await letters.get("no id")).toBeNull();
    await expect(letters.requestReplay({ ids: ["999"] }, ada)).rejects.toMatchObject({
      code: "dead_letter.not_found",
    });
  });
});

const huge = 9_007_199_254_740_993n;
