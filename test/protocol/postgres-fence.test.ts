import {
  createConsumers,
  createFence,
  createPool,
  createSubjectHash,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import type { VersionPosition } from "@gluttony/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const because = { actor: "ada", reason: "restored from a backup" };
/** A version of a source of the first kind. */
const at = (place: number, committedAtMs: number | null = 1_000, kind = 1): VersionPosition => ({
  position: Uint8Array.from([kind, place]),
  committedAtMs,
});
const asked = (versions: { readonly [subject: string]: VersionPosition }) =>
  new Map(Object.entries(versions));

describe.skipIf(stack().postgresUnavailable !== "")("the fence", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_fence");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  test("the same version and a newer one pass, an older one is stale, whichever host asks", async () => {
    await using other = createPool({ connectionString: database.url });
    const fence = createFence(pool);
    await fence.raise("7", asked({ a: at(5), b: at(5), c: at(5) }));

    const answers = await createFence(other).raise("7", asked({ a: at(4), b: at(5), c: at(6), d: at(1) }));

    expect(Object.fromEntries(answers)).toEqual({ a: "stale", b: "passes", c: "passes", d: "passes" });
    expect((await fence.raise("7", asked({ c: at(5) }))).get("c")).toBe("stale");
    expect((await fence.raise("8", asked({ a: at(1) }))).get("a")).toBe("passes");
    expect(await fence.raise("7", new Map())).toEqual(new Map());
  });

  test("a version that is older by position and newer by the source's clock contradicts itself", async () => {
    const fence = createFence(pool);
    await fence.raise("7", asked({ a: at(5, 1_000), b: at(5, null) }));

    const answers = await fence.raise("7", asked({ a: at(4, 100_000), b: at(4, 100_000) }));

    expect(Object.fromEntries(answers)).toEqual({ a: "went back", b: "stale" });
  });

  test("another kind of source always takes over", async () => {
    const fence = createFence(pool);
    await fence.raise("7", asked({ a: at(9, 1_000, 2) }));

    expect((await fence.raise("7", asked({ a: at(1, 1_000, 1) }))).get("a")).toBe("passes");
    expect((await fence.raise("7", asked({ a: at(0, 1_000, 1) }))).get("a")).toBe("stale");
  });

  test("of two hosts that raise the same subjects at once the highest version stays", async () => {
    await using other = createPool({ connectionString: database.url });
    const fences = [createFence(pool), createFence(other)];
    const subjects = Array.from({ length: 50 }, (_, index) => `s${index}`);

    await Promise.all(
      Array.from({ length: 60 }, async (_, round) => {
        const order = round % 2 === 0 ? subjects : subjects.toReversed();
        const versions = new Map(order.map((subject) => [subject, at((round * 37) % 60)]));
        return fences[round % 2]?.raise("7", versions);
      }),
    );

    const below = await fences[0]?.raise("7", new Map(subjects.map((subject) => [subject, at(58)])));
    const same = await fences[0]?.raise("7", new Map(subjects.map((subject) => [subject, at(59)])));
    expect(new Set(below?.values())).toEqual(new Set(["stale"]));
    expect(new Set(same?.values())).toEqual(new Set(["passes"]));
  });

  test("clearing forgets one consumer's subjects, and its hosts hear of it", async () => {
    const fence = createFence(pool);
    const consumers = createConsumers(pool, { box: null });
    const [row] = await pool.query<{ id: string }>(
      "insert into cdc.consumer (name, handler_func) values ('c', 'empi') returning id::text as id",
    );
    const id = row?.id ?? "";
    await fence.raise(id, asked({ a: at(1), b: at(2) }));
    await fence.raise("other", asked({ a: at(1) }));

    const refused = await fence.clear(id, { actor: "ada", reason: " " }).catch((error: unknown) => error);
    const cleared = await fence.clear(id, because);

    expect(refused).toMatchObject({ code: "position.reason_required" });
    expect(cleared).toBe(2);
    expect((await fence.raise(id, asked({ b: at(0) }))).get("b")).toBe("passes");
    expect((await fence.raise("other", asked({ a: at(0) }))).get("a")).toBe("stale");
    expect((await consumers.get(id))?.revision).toBe(2n);
    expect(await consumers.revisions(id)).toMatchObject([
      { operation: "fence-clear", ...because },
      { operation: "insert", reason: null },
    ]);
  });

  test("every host hashes a key alike, and neither the database nor another master key is enough", async () => {
    const masterKey = "a passphrase of some length";
    const [first, second, without] = await Promise.all([
      createSubjectHash(pool, masterKey),
      createSubjectHash(pool, masterKey),
      createSubjectHash(pool, null),
    ]);

    const hash = first.of("patient 1");

    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(second.of("patient 1")).toBe(hash);
    expect(new Set([hash, first.of("patient 2"), without.of("patient 1")]).size).toBe(3);
    await expect(createSubjectHash(pool, "short")).rejects.toMatchObject({ code: "config.invalid" });
    await expect(createSubjectHash(pool, `${masterKey}!`)).rejects.toMatchObject({
      code: "secret.unreadable",
    });
  });

  test("a host with both keys hashes as the one did that was first", async () => {
    const [oldKey, newKey] = ["a passphrase of some length", "another passphrase of some length"];

    const before = await createSubjectHash(pool, oldKey);
    const after = await createSubjectHash(pool, newKey, oldKey);

    expect(after.of("patient 1")).toBe(before.of("patient 1"));
  });

  test("two installations have two salts", async () => {
    await using other = await makeDatabase("pg_fence");
    await using otherPool = createPool({ connectionString: other.url });
    await migrate(otherPool);

    const hashes = await Promise.all([pool, otherPool].map((one) => createSubjectHash(one, null)));

    expect(hashes[0]?.of("patient 1")).not.toBe(hashes[1]?.of("patient 1"));
  });
});
