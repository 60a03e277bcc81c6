import { KnownSecrets, MASK } from "@gluttony/model";
import {
  createAccessStores,
  createConnectorRegistry,
  createConsumers,
  createNamedSecrets,
  createPool,
  createSecretBox,
  createSecretResolver,
  findClearSecrets,
  migrate,
  type Pool,
  sealClearSecrets,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../support/host.ts";
import { insertConsumer } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const box = createSecretBox(Buffer.alloc(32, 7).toString("base64"));
const value = "Kanarienvogel-7";
const isNew = { actor: "user:ann", revision: null };

describe.skipIf(stack().postgresUnavailable !== "")("secrets under names", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_secrets");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  const dump = async (): Promise<string> =>
    JSON.stringify(
      await Promise.all(
        ["secret", "audit", "consumer_revision"].map((table) =>
          pool.query(`select t::text as text from cdc.${table} t`),
        ),
      ),
    );

  test("rest sealed, are opened by every host with the key, and tell of themselves without the value", async () => {
    const secrets = createNamedSecrets(pool, box);

    const made = await secrets.put("emr", value, isNew);
    const other = createNamedSecrets(pool, createSecretBox(Buffer.alloc(32, 8).toString("base64")));

    expect(made).toMatchObject({ name: "emr", isSet: true, keyId: box.keyId, revision: 1n, usedBy: [] });
    expect(made).toMatchObject({ createdBy: "user:ann", rotatedBy: "user:ann" });
    expect(made.fingerprint).toMatch(/^[0-9a-f]{4}$/);
    expect(await createNamedSecrets(pool, box).open("emr")).toBe(value);
    expect(await secrets.open("absent")).toBeNull();
    await expect(other.open("emr")).rejects.toMatchObject({ code: "secret.unreadable" });
    expect(await dump()).not.toContain(value);
  });

  test("are rotated on the revision seen, cleared, and left alone by a write without a value", async () => {
    const secrets = createNamedSecrets(pool, box);
    const made = await secrets.put("emr", value, isNew);

    const stale = [
      () => secrets.put("emr", "x", isNew),
      () => secrets.put("emr", "x", { actor: "user:bob", revision: 9n }),
      () => secrets.delete("emr", { actor: "user:bob", revision: 9n }),
    ];
    for (const one of stale) await expect(one()).rejects.toMatchObject({ code: "secret.stale_revision" });
    const kept = await secrets.put("emr", undefined, { actor: "user:bob", revision: 1n });
    const rotated = await secrets.put("emr", "Nachtigall-8", { actor: "user:bob", revision: 1n });
    const cleared = await secrets.put("emr", null, { actor: "user:bob", revision: 2n });

    expect(kept).toEqual(made);
    expect(rotated).toMatchObject({ revision: 2n, createdBy: "user:ann", rotatedBy: "user:bob" });
    expect(rotated.fingerprint).not.toBe(made.fingerprint);
    expect(cleared).toMatchObject({ isSet: false, fingerprint: null, keyId: null, revision: 3n });
    expect(await secrets.open("emr")).toBeNull();
  });

  test("of one name are made once, however many ask at once", async () => {
    const secrets = createNamedSecrets(pool, box);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, at) => secrets.put("emr", `value-${at}`, isNew)),
    );

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await secrets.list()).toHaveLength(1);
  });

  test("cannot be set without a master key, or moved from one name to another", async () => {
    const secrets = createNamedSecrets(pool, box);
    await secrets.put("emr", value, isNew);
    await secrets.put("lab", "Nachtigall-8", isNew);

    await pool.query(
      "update cdc.secret set envelope = (select envelope from cdc.secret where name = 'emr') where name = 'lab'",
    );

    await expect(secrets.open("lab")).rejects.toMatchObject({ code: "secret.unreadable" });
    await expect(createNamedSecrets(pool, null).put("x", "y", isNew)).rejects.toMatchObject({
      code: "secret.master_key_missing",
    });
  });

  test("are not deleted while a consumer, a connector or a release refers to them, and say who does", async () => {
    const secrets = createNamedSecrets(pool, box);
    await secrets.put("emr", value, isNew);
    const id = await insertConsumer(pool, {
      name: "persons",
      handlerFunc: "empi",
      connString: "${secret:emr}",
    });
    await createConnectorRegistry(pool, box).upsert({
      ...{ name: "c1", consumerIds: [id], sourceIdentity: "s", topic: "t", connString: "${secret:emr}" },
      ...{ slot: null, publication: null, kind: "made", applied: null },
    });
    await pool.query(
      `insert into cdc.plugin_release (package, version, tree_hash, root_name, manifest, granted, is_first_party, by)
       values ('@acme/a', '1.0.0', 'h', 'r', '{}', '{"net":[],"secrets":{"token":"\${secret:emr}"}}', false, 'x')`,
    );

    const seen = await secrets.get("emr");
    const refused = secrets.delete("emr", { actor: "user:ann", revision: 1n });

    expect(seen?.usedBy).toEqual([
      { kind: "connector", id: "c1", name: "c1" },
      { kind: "consumer", id, name: "persons" },
      { kind: "plugin", id: "@acme/a@1.0.0", name: "@acme/a@1.0.0" },
    ]);
    await expect(refused).rejects.toMatchObject({
      code: "secret.in_use",
      facts: { usedBy: ["connector c1", "consumer persons", "plugin @acme/a@1.0.0"] },
    });
    await pool.query("delete from cdc.consumer; delete from cdc.connector; delete from cdc.plugin_release");
    await secrets.delete("emr", { actor: "user:ann", revision: 1n });
    expect(await secrets.list()).toEqual([]);
  });

  test("leave an audit of who did what, without a value", async () => {
    const secrets = createNamedSecrets(pool, box);
    await secrets.put("emr", value, isNew);
    await secrets.put("emr", null, { actor: "user:bob", revision: 1n });
    await secrets.delete("emr", { actor: "user:cat", revision: 2n });

    const { audit } = createAccessStores(pool);
    const entries = (await audit.list({ limit: 10 })).toReversed();

    expect(entries.map(({ actor, action, targetId, detail }) => [actor, action, targetId, detail])).toEqual([
      ["user:ann", "secret.create", "emr", { isSet: true }],
      ["user:bob", "secret.rotate", "emr", { isSet: false }],
      ["user:cat", "secret.delete", "emr", { isSet: null }],
    ]);
    expect(await audit.verify()).toMatchObject({ isWhole: true });
  });

  test("are known, with all that is secret in them, before anybody gets them", async () => {
    const known = new KnownSecrets();
    const secrets = createNamedSecrets(pool, box);
    const openNamed = (name: string): Promise<string | null> => secrets.open(name);
    const resolver = createSecretResolver({ box, env: {}, openNamed }, known);
    await secrets.put("emr", `postgres://reader:${encodeURIComponent("p@ss/word-1")}@h/d`, isNew);

    const connString = await resolver.resolveConnString("${secret:emr}", "7");

    expect(connString).toContain("p%40ss%2Fword-1");
    expect(known.scrubText("p@ss/word-1 at reader")).toBe(`${MASK} at reader`);
    await expect(resolver.resolve("${secret:absent}")).rejects.toMatchObject({
      code: "secret.reference_missing",
      facts: { place: "secret:absent" },
    });
  });
});

describe.skipIf(stack().postgresUnavailable !== "")("connection strings in clear text", () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeEach(async () => {
    database = await makeDatabase("pg_clear");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    const row = { handlerFunc: "empi", topic: "t" };
    await insertConsumer(pool, { ...row, name: "legacy", connString: "Server=h;Password=hunter2" });
    await insertConsumer(pool, { ...row, name: "sound", connString: "${env:EMR}" });
    await createConnectorRegistry(pool, null).upsert({
      ...{ name: "c1", consumerIds: [], sourceIdentity: "s", topic: "t", connString: "password=hunter2" },
      ...{ slot: null, publication: null, kind: "made", applied: null },
    });
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  test("are found by their consumers' names, and remain where there is no master key", async () => {
    const clear = { consumers: ["legacy"], connectors: ["c1"] };

    expect(await findClearSecrets(pool)).toEqual(clear);
    expect(await sealClearSecrets(pool, null)).toEqual({ consumers: [], connectors: [], remaining: clear });
  });

  test("are sealed where they stand, and still say the same", async () => {
    const sealed = await sealClearSecrets(pool, box);
    const again = await sealClearSecrets(pool, box);

    const consumers = createConsumers(pool, { box });
    const row = await consumers.get("legacy");
    const registry = createConnectorRegistry(pool, box);
    const [connector] = await registry.list();
    const resolver = createSecretResolver({ box, env: {} }, new KnownSecrets());
    expect(sealed.remaining).toEqual({ consumers: [], connectors: [] });
    expect(sealed.connectors).toEqual(["c1"]);
    expect(again.consumers).toEqual([]);
    expect(await resolver.resolveConnString(row?.connString ?? "", row?.id ?? "")).toBe(
      "Server=h;Password=hunter2",
    );
    expect(connector === undefined ? null : registry.openConnString(connector)).toBe("password=hunter2");
    expect(JSON.stringify(await pool.query("select c::text as t from cdc.consumer c"))).not.toContain(
      "hunter2",
    );
  });

  test("keep a host from starting in production, which names the consumers and not the strings", async () => {
    const env = {
      PATH: process.env["PATH"] ?? "",
      DATABASE_URL: database.url,
      KAFKA_HOST: "127.0.0.1:1",
      GLUTTONY_ADMIN_LISTEN: "127.0.0.1:0",
      NODE_ENV: "production",
    };

    const refused = await runCommand(["serve"], env);
    const remaining = await runCommand(["secret", "migrate"], env);
    const sealed = await runCommand(["secret", "migrate", "-o", "json"], {
      ...env,
      GLUTTONY_MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
    });

    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/secret\.clear_remains .*consumers=legacy/);
    expect(remaining.code).toBe(2);
    expect(remaining.stdout).toMatch(/consumer +legacy +still in clear text/);
    expect(sealed.code).toBe(0);
    expect(JSON.parse(sealed.stdout)).toMatchObject({ remaining: { consumers: [], connectors: [] } });
    for (const { stdout, stderr } of [refused, remaining, sealed])
      expect(stdout + stderr).not.toContain("hunter2");
  });
});
