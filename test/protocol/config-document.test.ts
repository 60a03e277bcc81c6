import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AdminServer, createAdminServer } from "@gluttony/admin";
import { checkDraft, type GluttonyError } from "@gluttony/model";
import {
  createAccessStores,
  createConfigStore,
  createConsumers,
  createDeadLetters,
  createPositions,
  createReleases,
  createSecretBox,
  type Pool,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { adminStoresOn } from "../support/admin-stores.ts";
import { commandLine } from "../support/command-line.ts";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const token = "the-deployers-own-token";
const box = createSecretBox(Buffer.alloc(32, 7).toString("base64"));
const plugin = "@acme/hello";

/** One installation: a database and the API on it. */
class Installation implements AsyncDisposable {
  readonly pool: Pool;
  readonly url: string;
  readonly #database: TestDatabase;
  readonly #server: AdminServer;

  private constructor(parts: { database: TestDatabase; pool: Pool; server: AdminServer; url: string }) {
    this.#database = parts.database;
    this.#server = parts.server;
    this.pool = parts.pool;
    this.url = parts.url;
  }

  static async make(): Promise<Installation> {
    const database = await makeDatabase("config");
    const pool = await openMigrated(database.url);
    const positions = createPositions(pool, "h1");
    const server = createAdminServer(
      {
        ...adminStoresOn(pool),
        ...{ consumers: createConsumers(pool, { box }), positions, config: createConfigStore(pool, box) },
        deadLetters: createDeadLetters(pool, { hostId: "h1", box }),
        filteredCounts: (id) => positions.filteredByRule(id),
        checkConsumer: checkDraft,
      },
      { host: "127.0.0.1", port: 0, version: "0", token },
    );
    const { url } = await server.listen();
    return new Installation({ database, pool, server, url });
  }

  async install(version: string): Promise<void> {
    const handlers = [{ name: "h", entry: ".", export: "h", title: "H", config: {} }];
    const limits = { memoryMb: 128 };
    const manifest = {
      manifest: 1,
      protocols: [1],
      needs: [],
      permissions: { net: [] },
      limits,
      handlers,
    } as const;
    const root = `/nowhere/hello-${version}`;
    const release = { package: plugin, version, treeHash: `hash-${version}`, root, manifest };
    await createReleases(this.pool, "/nowhere").install(
      { ...release, isFirstParty: false, grantedNet: [], grantedSecrets: {} },
      {
        ...{ by: "ada", reason: null, integrity: "sha512-x", file: fileURLToPath(import.meta.url) },
        ...{ activates: false, verification: { from: "file", level: "integrity" } },
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
    await this.pool.close();
    await this.#database[Symbol.asyncDispose]();
  }
}

describe.skipIf(stack().postgresUnavailable !== "")("everything decided, as one document", () => {
  let here: Installation;
  let folder: string;

  beforeEach(async () => {
    vi.stubEnv("GLUTTONY_ADMIN_TOKEN", token);
    folder = await mkdtemp(join(tmpdir(), "gluttony-config-"));
    here = await Installation.make();
    for (const version of ["1.0.0", "1.1.0"]) await here.install(version);
    const reference = { connString: "${env:HIS_URL}", captureSchema: "public", captureTable: "person" };
    await insertConsumer(here.pool, { name: "persons", handlerFunc: "empi", topic: "persons", ...reference });
    await insertConsumer(here.pool, {
      name: "hello 1",
      handlerFunc: `npm:${plugin}`,
      topic: "t",
      globalKey: ["id"],
    });
    await createAccessStores(here.pool).accounts.create(
      { name: "ann", grants: [{ role: "admin", scope: null }], isDisabled: false },
      "scrypt$x",
      "setup",
    );
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    process.exitCode = 0;
    await here[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const on = (place: Installation, ...words: readonly string[]): Promise<string> =>
    commandLine("config", ...words, "--url", place.url);
  const refusalOf = (work: Promise<unknown>): Promise<GluttonyError> =>
    work.then(
      () => expect.unreachable("it was not refused"),
      (error: unknown) => error as GluttonyError,
    );
  const fileOf = async (text: string): Promise<string> => {
    const file = join(folder, "document.yaml");
    await writeFile(file, text);
    return file;
  };

  test("an export that is applied to another installation is what that one exports", async () => {
    await using there = await Installation.make();
    for (const version of ["1.0.0", "1.1.0"]) await there.install(version);
    const first = JSON.parse(await on(here, "export", "-o", "json"));
    first.plugins[plugin] = { active: ["1.0.0", "1.1.0"], pins: { "hello 1": "1.0.0" } };
    await on(here, "apply", await fileOf(JSON.stringify(first)));
    const text = await on(here, "export");
    const file = await fileOf(text);

    await on(there, "apply", file, "--reason", "moved to another site");

    expect(await on(there, "export")).toBe(text);
    expect(await on(there, "plan", file, "--prune")).toContain("0 to change, 4 as they should be");
    const { audit } = createAccessStores(there.pool);
    const [entry] = await audit.list({ action: "config.apply", limit: 1 });
    expect(entry).toMatchObject({ actor: "admin-token", reason: "moved to another site" });
    expect(await audit.verify()).toMatchObject({ isWhole: true });
  });

  test("one refused object leaves nothing of the others", async () => {
    const document = JSON.parse(await on(here, "export", "-o", "json"));
    document.consumers.persons.topic = "elsewhere";
    document.users.ann.grants = [];
    const file = await fileOf(JSON.stringify(document));

    const planned = await refusalOf(on(here, "plan", file));
    const applied = await refusalOf(on(here, "apply", file));

    expect(planned.faults).toMatchObject([{ path: "/users" }]);
    expect(applied.code).toBe("config.document_invalid");
    const [row] = await here.pool.query("select topic from cdc.consumer where name = 'persons'");
    expect(row).toMatchObject({ topic: "persons" });
  });

  test("a plan changes nothing, and one that somebody overtook is refused", async () => {
    const document = JSON.parse(await on(here, "export", "-o", "json"));
    document.consumers.persons.is_valid = false;
    const file = await fileOf(JSON.stringify(document));
    const seqOf = async () => (await createAccessStores(here.pool).audit.verify()).headSeq;
    const before = await seqOf();
    const plan = JSON.parse(await on(here, "plan", file, "-o", "json"));
    const after = await seqOf();
    await here.pool.query("update cdc.consumer set topic = 'overtaken' where name = 'persons'");

    const late = await refusalOf(on(here, "apply", file, "--plan-hash", plan.hash));

    expect([after, plan.changes[0].effect, late.code]).toEqual([before, "stop", "config.plan_stale"]);
  });

  test("a stored secret stays where the document says that it is set", async () => {
    await here.pool.query(
      `update cdc.consumer set conn_string = 'enc:v1:sealed-text' where name = 'persons'`,
    );
    const text = await on(here, "export");
    const file = await fileOf(text.replace("topic: persons", "topic: others"));

    await on(here, "apply", file);

    expect(text).not.toContain("sealed-text");
    const [row] = await here.pool.query("select topic, conn_string from cdc.consumer where name = 'persons'");
    expect(row).toEqual({ topic: "others", conn_string: "enc:v1:sealed-text" });
  });

  test("what is no YAML is told with line and column, and aliases are refused", async () => {
    const broken = await refusalOf(on(here, "plan", await fileOf("version: 1\nconsumers: {a: [}\n")));
    const bomb = await refusalOf(on(here, "plan", await fileOf("version: 1\nconsumers: &a {}\nusers: *a\n")));

    expect(broken.faults[0]?.path).toMatch(/document\.yaml:2:\d+$/);
    expect(bomb.faults).toMatchObject([{ message: "Uses aliases." }]);
  });
});
