import { spawn } from "node:child_process";
import { once } from "node:events";
import type { OnceStep, StatePlace } from "@gluttony/core";
import { KnownSecrets } from "@gluttony/model";
import {
  countSealedOtherwise,
  createAccessStores,
  createAlertingStore,
  createConnectorRegistry,
  createConsumers,
  createDeadLetters,
  createHandlerStates,
  createNamedSecrets,
  createOnceLedger,
  createPool,
  createSecretBox,
  createSecretResolver,
  createSubjectHash,
  migrate,
  openChannel,
  type Pool,
  resolveConnString,
  rewrap,
  type SecretBox,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { programPath, runCommand } from "../support/host.ts";
import { parkedAt } from "../support/parked-record.ts";
import { insertConsumer } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const oldKey = Buffer.alloc(32, 7).toString("base64");
const newKey = Buffer.alloc(32, 8).toString("base64");
const connString = "Server=h;Database=d;User Id=u;Password=Kanarienvogel-7";
const channelUrl = "https://hooks.example/ward";
const [consumersCount, statesCount, lettersCount] = [30, 600, 900];

const place = (at: number): StatePlace => ({ consumerId: "7", handler: "@acme/a#onChange", key: `k${at}` });
const step = (at: number): OnceStep => ({ consumerId: "7", idempotencyKey: `k${at}`, name: "send" });
const boxes = {
  before: createSecretBox(oldKey),
  during: createSecretBox(newKey, oldKey),
  after: createSecretBox(newKey),
};

describe.skipIf(stack().postgresUnavailable !== "")("sealing everything anew", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_rewrap");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  async function fill(letters = lettersCount, states = statesCount): Promise<void> {
    const box = boxes.before;
    const hash = await createSubjectHash(pool, oldKey);
    for (let at = 0; at < consumersCount; at += 1) {
      const id = await insertConsumer(pool, { name: `c${at}`, handlerFunc: "empi", topic: `t${at}` });
      const envelope = box.sealText(connString, { table: "cdc.consumer", column: "conn_string", row: id });
      await pool.query("update cdc.consumer set conn_string = $2 where id::text = $1", [id, envelope]);
    }
    await createConnectorRegistry(pool, box).upsert({
      ...{ name: "c1", consumerIds: [], sourceIdentity: "s", topic: "t", connString },
      ...{ slot: null, publication: null, kind: "made", applied: null },
    });
    await createNamedSecrets(pool, box).put("emr", connString, { actor: "ann", revision: null });
    await createAlertingStore(pool, box).createChannel(
      {
        name: "ward",
        kind: "webhook",
        url: channelUrl,
        secret: connString,
        isEnabled: true,
        language: "en",
        mail: null,
      },
      "ann",
    );
    const handlerStates = createHandlerStates(pool, { box, hash });
    const ledger = createOnceLedger(pool, box);
    for (let at = 0; at < states; at += 1) {
      await handlerStates.set(place(at), `"state ${at}"`);
      await ledger.claim(step(at));
      await ledger.finish(step(at), `"result ${at}"`);
    }
    const deadLetters = createDeadLetters(pool, { hostId: "h1", box });
    for (let at = 0; at < letters; at += 1) await deadLetters.park(parkedAt(BigInt(at)));
  }

  /** Opens everything with a box; answers how much there was. Throws `secret.unreadable` for anything that is not. */
  async function openAll(box: SecretBox, keys: readonly [string, string | null]): Promise<number> {
    let opened = 0;
    for (const row of await createConsumers(pool, { box }).list()) {
      expect(await resolveConnString(row.connString ?? "", row.id, { box, env: {} })).toBe(connString);
      opened += 1;
    }
    const registry = createConnectorRegistry(pool, box);
    for (const entry of await registry.list()) expect(registry.openConnString(entry)).toBe(connString);
    expect(await createNamedSecrets(pool, box).open("emr")).toBe(connString);
    const resolver = createSecretResolver({ box, env: {} }, new KnownSecrets());
    const [channel] = await pool.query<{ id: string }>("select id::text as id from cdc.alert_channel");
    expect(await openChannel(pool, channel?.id ?? "", { box, resolver })).toMatchObject({
      url: channelUrl,
      secret: connString,
    });
    const states = createHandlerStates(pool, { box, hash: await createSubjectHash(pool, ...keys) });
    const [row] = await pool.query<{ count: bigint }>("select count(*) as count from cdc.handler_state");
    const ledger = createOnceLedger(pool, box);
    for (let at = 0; at < Number(row?.count ?? 0n); at += 1) {
      expect(await states.get(place(at))).toBe(`"state ${at}"`);
      expect(await ledger.claim(step(at))).toEqual({
        state: "done",
        result: `"result ${at}"`,
      });
      opened += 2;
    }
    return opened + (await openLetters(box));
  }

  async function openLetters(box: SecretBox): Promise<number> {
    const rows = await pool.query<{ offset: bigint; key: Buffer; value: Buffer; headers: Buffer }>(
      'select "offset", key_bytes as key, value_bytes as value, headers from cdc.dead_letter',
    );
    for (const row of rows) {
      const at = (column: string) => ({ table: "cdc.dead_letter", column, row: `7/T1/0/${row.offset}` });
      expect(box.open(row.key, at("key_bytes")).toString()).toBe("k");
      expect(box.open(row.value, at("value_bytes")).toString()).toBe("v");
      expect(box.open(row.headers, at("headers")).toString()).toBe("[]");
    }
    return rows.length;
  }

  test("leaves everything readable with the new key alone, and changes nothing else", async () => {
    await fill(50, 50);
    const revisions = await pool.query("select consumer_id, revision from cdc.consumer_head order by 1");
    const subject = (await createSubjectHash(pool, oldKey)).of("patient 1");

    const counted = await countSealedOtherwise(pool, boxes.during);
    const done = await rewrap(pool, boxes.during, { actor: "ann" });
    const again = await rewrap(pool, boxes.during, { actor: "ann" });

    const sums = Object.fromEntries(done.tables.map(({ table, resealed }) => [table, resealed]));
    expect(sums).toEqual({
      "cdc.secret_salt": 1,
      "cdc.secret": 1,
      "cdc.consumer": consumersCount,
      "cdc.connector": 1,
      "cdc.alert_channel": 2,
      "cdc.handler_state": 50,
      "cdc.once": 50,
      "cdc.dead_letter": 150,
    });
    expect(counted.map(({ table, values }) => [table, values])).toEqual(Object.entries(sums));
    expect(again.tables.every(({ resealed, unreadable }) => resealed + unreadable === 0)).toBe(true);
    expect(await countSealedOtherwise(pool, boxes.after)).toEqual([]);
    expect(await openAll(boxes.after, [newKey, null])).toBe(consumersCount + 150);
    expect((await createSubjectHash(pool, newKey)).of("patient 1")).toBe(subject);
    expect(await pool.query("select consumer_id, revision from cdc.consumer_head order by 1")).toEqual(
      revisions,
    );
    expect((await createNamedSecrets(pool, boxes.after).get("emr"))?.keyId).toBe(boxes.after.keyId);
    const { audit } = createAccessStores(pool);
    expect((await audit.list({ limit: 1 }))[0]).toMatchObject({ actor: "ann", action: "secret.rewrap" });
    await expect(createSubjectHash(pool, oldKey)).rejects.toMatchObject({ code: "secret.unreadable" });
  });

  test("counts what neither key opens, and leaves it as it is", async () => {
    await fill(3, 1);
    await pool.query('update cdc.dead_letter set value_bytes = key_bytes where "offset" = 1');
    const before = await pool.query('select value_bytes from cdc.dead_letter where "offset" = 1');

    const done = await rewrap(pool, boxes.during, { actor: "ann" });

    expect(done.tables.find(({ table }) => table === "cdc.dead_letter")).toMatchObject({
      resealed: 8,
      unreadable: 1,
    });
    expect(await pool.query('select value_bytes from cdc.dead_letter where "offset" = 1')).toEqual(before);
  });

  test("a plain change of a sealed value is a revision still", async () => {
    await fill(0, 0);
    const [row] = await createConsumers(pool, { box: boxes.before }).list();
    const seen = row?.revision ?? 0n;

    await pool.query("update cdc.consumer set conn_string = $2 where id::text = $1", [
      row?.id,
      boxes.during.sealText(connString, { table: "cdc.consumer", column: "conn_string", row: row?.id ?? "" }),
    ]);

    expect((await createConsumers(pool, { box: boxes.before }).get(row?.id ?? ""))?.revision).toBe(seen + 1n);
  });

  test("that is killed at any moment leaves every value readable, and the next run goes on", async () => {
    await fill();
    const env = {
      PATH: process.env["PATH"] ?? "",
      DATABASE_URL: database.url,
      GLUTTONY_MASTER_KEY: newKey,
      GLUTTONY_MASTER_KEY_PREVIOUS: oldKey,
    };
    const left: number[] = [];

    for (const batches of [1, 5, 9, 20]) {
      await killedAfter(batches, env);
      left.push((await countSealedOtherwise(pool, boxes.during)).reduce((sum, one) => sum + one.values, 0));
      const rows = await openAll(boxes.during, [newKey, oldKey]);
      expect(rows).toBe(consumersCount + 2 * statesCount + lettersCount);
    }
    const finished = await runCommand(["secret", "rewrap", "-o", "json"], env);

    console.info(`left after each kill: ${left.join(", ")}`);
    expect(left.toSorted((one, other) => other - one)).toEqual(left);
    expect(left.at(-1)).toBeGreaterThan(0);
    expect(finished.code).toBe(0);
    expect(finished.stdout).not.toContain("Kanarienvogel");
    expect(await countSealedOtherwise(pool, boxes.after)).toEqual([]);
    expect(await openAll(boxes.after, [newKey, null])).toBe(consumersCount + 2 * statesCount + lettersCount);
  }, 120_000);

  /** Runs the command and kills it, without a chance to clean up, when it has told of that many batches. */
  async function killedAfter(batches: number, env: { readonly [name: string]: string }): Promise<void> {
    const child = spawn(process.execPath, [programPath, "secret", "rewrap"], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let told = "";
    child.stderr.on("data", (chunk: Buffer) => {
      told += chunk.toString();
      if (told.split("\n").length > batches) child.kill("SIGKILL");
    });
    const [, signal] = await once(child, "close");
    expect(signal, told).toBe("SIGKILL");
  }
});
