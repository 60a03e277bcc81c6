import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AdminServer, createAdminServer } from "@gluttony/admin";
import {
  createConsumers,
  createDeadLetters,
  createErrorBook,
  createPositions,
  createSecretBox,
  type DeadLetterStore,
  type ErrorStore,
  type Pool,
} from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminStoresOn } from "../support/admin-stores.ts";
import { commandLine } from "../support/command-line.ts";
import { parkedAt } from "../support/parked-record.ts";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const box = createSecretBox(Buffer.alloc(32, 7).toString("base64"));

describe.skipIf(stack().postgresUnavailable !== "")("commands on many letters, and on errors", () => {
  let database: TestDatabase;
  let pool: Pool;
  let server: AdminServer;
  let letters: DeadLetterStore;
  let errors: ErrorStore;
  let url: string;
  let consumerId: string;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-letters-"));
    database = await makeDatabase("letter_cli");
    pool = await openMigrated(database.url);
    letters = createDeadLetters(pool, { hostId: "h1", box });
    errors = createErrorBook(pool);
    const positions = createPositions(pool, "h1");
    server = createAdminServer(
      {
        ...adminStoresOn(pool),
        ...{ deadLetters: letters, errors, positions, consumers: createConsumers(pool, { box: null }) },
        filteredCounts: (id) => positions.filteredByRule(id),
      },
      { host: "127.0.0.1", port: 0, version: "0" },
    );
    ({ url } = await server.listen());
    consumerId = await insertConsumer(pool, { name: "patients", handlerFunc: "empi" });
  });
  afterAll(async () => {
    await server?.close();
    await pool?.close();
    await database?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...words: readonly string[]): Promise<string> => commandLine(...words, "--url", url);
  const refusalOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

  test("a dry run counts and changes nothing; its plan is done once, and is stale when letters came", async () => {
    for (const offset of [1n, 2n]) await letters.park(parkedAt(offset, { consumerId }));
    const selection = ["--consumer", "patients", "--code", "empi.rejected"];

    const dry = await run("dead-letter", "replay", ...selection, "--dry-run");
    const plan = /--plan (\S+)/.exec(dry)?.[1] ?? "";
    await letters.park(parkedAt(3n, { consumerId }));
    const stale = await refusalOf(run("dead-letter", "replay", ...selection, "--plan", plan));
    expect((await letters.list({ state: "parked" })).items).toHaveLength(3);
    const again =
      /--plan (\S+)/.exec(await run("dead-letter", "replay", ...selection, "--dry-run"))?.[1] ?? "";
    const done = await run("dead-letter", "replay", ...selection, "--plan", again);

    expect(dry).toMatch(/would replay 2 of 2 keys[^]*empi\.rejected +2[^]*PARTITION/);
    expect(stale).toMatchObject({ code: "dead_letter.plan_stale" });
    expect(done).toContain("asked for 3 in order");
  });

  test("a discard is planned without a reason, and done with one", async () => {
    await letters.park(parkedAt(10n, { consumerId }));
    const [letter] = (await letters.list({ state: "parked" })).items;
    const id = letter?.id ?? "";

    const plan = JSON.parse(await run("dead-letter", "discard", id, "--dry-run", "-o", "json"));
    const done = await run(
      ...["dead-letter", "discard", id, "--reason", "a test", "--plan", `${plan.hash}@${plan.expiresAt}`],
    );

    expect(plan).toMatchObject({ deed: "discard", count: 1, followers: 0 });
    expect(done).toBe("discarded 1\n");
  });

  test("a note is kept, the history shown, and the list written into a file", async () => {
    await letters.park(parkedAt(20n, { consumerId }));
    const id = (await letters.list({ state: "parked" })).items[0]?.id ?? "";
    const out = join(folder, "letters.csv");

    await run("dead-letter", "note", id, "asked the ward");
    const shown = JSON.parse(await run("dead-letter", "get", id));
    const wrote = await run(
      "dead-letter",
      "export",
      "--consumer",
      "patients",
      "--state",
      "parked",
      "--out",
      out,
    );

    expect(shown).toMatchObject({ note: "asked the ward", history: [{ what: "parked" }] });
    expect(wrote).toBe(`wrote 1 to ${out}\n`);
    expect((await readFile(out, "utf8")).split("\r\n")).toEqual([
      expect.stringMatching(/^id,consumer,/),
      expect.stringMatching(/^\d+,patients,t,0,20,parked,record,empi\.rejected,.*,asked the ward$/),
      "",
    ]);
  });

  test("errors are listed by what made them, and shown one by one", async () => {
    await errors.add(consumerId, [
      {
        ...{
          fingerprint: "0123456789abcdef",
          code: "handler.threw",
          kind: "transient",
          release: "empi@1.0.0",
        },
        ...{ frames: ["readPatient src/map.js:10:5"], count: 7, firstSeenAtMs: 0, lastSeenAtMs: 1_000 },
        sample: { topic: "t", partition: 3, offset: 42n },
      },
    ]);

    const all = await run("consumer", "errors", "patients");
    const one = await run("consumer", "errors", "patients", "0123456789abcdef");

    expect(all).toMatch(
      /0123456789abcdef +handler\.threw +empi@1\.0\.0 +7 +1970[^ ]+ +readPatient src\/map\.js:10:5/,
    );
    expect(one).toContain("a record that failed so: t/3/42");
    expect(await refusalOf(run("consumer", "errors", "patients", "nothing"))).toMatchObject({
      code: "consumer.error_unknown",
    });
  });

  test("the plugin of a consumer is shown, and a shipped one cannot be upgraded", async () => {
    expect(await run("consumer", "plugin", "show", "patients")).toMatch(
      /@gluttony\/empi +empi +\d+\.\d+\.\d+ +– +–/,
    );
    expect(
      await refusalOf(run("consumer", "plugin", "upgrade", "patients", "@gluttony/empi@9.0.0", "--dry-run")),
    ).toMatchObject({ code: "plugin.shipped" });
  });
});
