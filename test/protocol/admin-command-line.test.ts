import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AdminServer, createAdminServer } from "@gluttony/admin";
import { createKafkaTopics, type KafkaTopics } from "@gluttony/kafka";
import {
  createConsumers,
  createDeadLetters,
  createErrorBook,
  createFence,
  createNamedSecrets,
  createObservations,
  createPool,
  createPositions,
  createSecretBox,
  type DeadLetterStore,
  type ErrorStore,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { adminStoresOn } from "../support/admin-stores.ts";
import { commandLine } from "../support/command-line.ts";
import { silentLog } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { parkedAt } from "../support/parked-record.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const isMissing = stack().postgresUnavailable !== "" || stack().unavailable !== "";
const box = createSecretBox(Buffer.alloc(32, 7).toString("base64"));
const refusalOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe.skipIf(isMissing)("commands that ask the admin API", () => {
  let database: TestDatabase;
  let pool: Pool;
  let tools: KafkaTools;
  let topics: KafkaTopics;
  let server: AdminServer;
  let letters: DeadLetterStore;
  let errors: ErrorStore;
  let url: string;
  let topic: string;
  let consumerId: string;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gluttony-commands-"));
    database = await makeDatabase("admin_cli");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    tools = await kafkaTools(stack().kafka);
    topics = createKafkaTopics({ brokers: [stack().kafka], clientId: "tests", log: silentLog });
    await topics.ping(10_000);
    letters = createDeadLetters(pool, { hostId: "h1", box });
    errors = createErrorBook(pool);
    const positions = createPositions(pool, "h1");
    server = createAdminServer(
      {
        ...adminStoresOn(pool),
        ...{ consumers: createConsumers(pool, { box: null }), positions, deadLetters: letters, errors },
        secrets: createNamedSecrets(pool, box),
        filteredCounts: (id) => positions.filteredByRule(id),
        topicBounds: (name) => topics.topicBounds(name),
      },
      { host: "127.0.0.1", port: 0, version: "0" },
    );
    ({ url } = await server.listen());
  });
  afterAll(async () => {
    await server?.close();
    await topics?.close();
    await tools?.[Symbol.asyncDispose]();
    await pool?.close();
    await database?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    // Made after the client that asks for bounds was connected: it must not know topics from then only.
    topic = nameFor("moved");
    await topics.ensureTopic(topic, { partitions: 2 });
    await pool.query(
      "truncate cdc.dead_letter, cdc.dead_letter_event, cdc.replay_order, cdc.consumer, cdc.position",
    );
    const [row] = await pool.query<{ id: string }>(
      `insert into cdc.consumer (name, handler_func, topic) values ('patients', 'empi', $1) returning id::text as id`,
      [topic],
    );
    consumerId = row?.id ?? "";
  });

  const run = (...words: readonly string[]): Promise<string> => commandLine(...words, "--url", url);
  const json = async (...words: readonly string[]): Promise<unknown> =>
    JSON.parse(await run(...words, "-o", "json"));
  const ids = async (): Promise<readonly string[]> =>
    (await letters.list({ consumerId })).items.map((letter) => letter.id).toReversed();

  test("letters are counted, replayed by a filter with rate and limit, and the order is shown", async () => {
    for (const offset of [1n, 2n, 3n]) await letters.park(parkedAt(offset, { consumerId }));
    const selection = ["--consumer", "patients", "--code", "empi.rejected", "--partition", "0"];
    const wish = ["--rate", "2.5", "--stop-after", "7", "--reason", "mapping mended", "--force"];

    const stats = await run("dead-letter", "stats", "--consumer", "patients");
    const order = await json("dead-letter", "replay", ...selection, ...wish);
    const orders = await run("dead-letter", "orders", "--consumer", "patients");

    expect(stats).toMatch(/patients +parked +empi\.rejected +3 +3 /);
    expect(order).toMatchObject({
      ...{ state: "running", asked: 3, perSecondMax: 2.5, failuresMax: 7, reason: "mapping mended" },
    });
    expect(orders).toMatch(/running +3 +0 +0 +local +mapping mended/);
    expect(await letters.takeReplays(consumerId, { partitions: [0], limit: 10 })).toHaveLength(2);
  });

  test("letters are given up with a reason, listed with it, and taken back by their ids", async () => {
    for (const offset of [1n, 2n]) await letters.park(parkedAt(offset, { consumerId }));
    const [first = ""] = await ids();

    const withoutReason = await refusalOf(run("dead-letter", "discard", first));
    const blank = await refusalOf(run("dead-letter", "discard", first, "--reason", " "));
    const discarded = await run("dead-letter", "discard", first, "--reason", "a test patient");
    const listed = await json("dead-letter", "list", "--consumer", "patients", "--state", "discarded");
    const restored = await json("dead-letter", "restore", first);
    const twice = await refusalOf(run("dead-letter", "restore", first));

    expect(withoutReason).toMatchObject({ code: "dead_letter.reason_required" });
    expect(blank).toMatchObject({ code: "dead_letter.reason_required" });
    expect(discarded).toBe("discarded 1\n");
    expect(listed).toMatchObject({ items: [{ id: first, reason: "a test patient", holdsRecord: true }] });
    expect(restored).toEqual({ restored: 1 });
    expect(twice).toMatchObject({ code: "dead_letter.not_restorable" });
  });

  test("a command that names nothing, or both ids and a consumer, does nothing", async () => {
    await letters.park(parkedAt(1n, { consumerId }));
    const [first = ""] = await ids();

    const refusals = [
      await refusalOf(run("dead-letter", "replay")),
      await refusalOf(run("dead-letter", "discard", "--reason", "x")),
      await refusalOf(run("dead-letter", "replay", first, "--consumer", "patients")),
      await refusalOf(run("dead-letter", "replay", first, "--rate", "fast")),
    ];

    expect(refusals).toMatchObject([
      { code: "request.invalid" },
      { code: "request.invalid" },
      { code: "request.invalid" },
      { code: "commander.invalidArgument" },
    ]);
    expect((await letters.list({ state: "parked" })).items).toHaveLength(1);
  });

  test("a position is moved within the log as it lies on the broker now", async () => {
    await tools.send(
      topic,
      ["a", "b", "c"].map((value) => ({ value, partition: 1 })),
    );
    const move = (to: string, reason = "start over"): Promise<string> =>
      run("consumer", "move", "patients", "--partition", "1", "--to", to, "--reason", reason);

    const latest = await move("latest");
    const back = await json(
      ...["consumer", "move", "patients", "--partition", "1", "--to", "1", "--reason", "again"],
    );
    const refusals = [
      await refusalOf(move("4")),
      await refusalOf(move("newest")),
      await refusalOf(move("1", " ")),
      await refusalOf(
        run("consumer", "move", "patients", "--partition", "9", "--to", "latest", "--reason", "x"),
      ),
    ];

    expect(latest).toBe(`${topic}/1 is read from 3; skipped in all: 0\n`);
    expect(back).toMatchObject({ partition: 1, start: "1", mark: "1", isChosen: true });
    expect(refusals).toMatchObject([
      { code: "position.invalid" },
      { code: "request.invalid" },
      { code: "position.reason_required" },
      { code: "position.invalid" },
    ]);
    expect(await createConsumers(pool, { box: null }).revisions(consumerId)).toMatchObject([
      { operation: "move", actor: "local", reason: "again" },
      { operation: "move", reason: "start over" },
      { operation: "insert" },
    ]);
  });

  test("a topic that is gone again cannot be moved in, and harms no other", async () => {
    const gone = nameFor("gone");
    await topics.ensureTopic(gone, { partitions: 1 });
    await topics.topicBounds(gone);
    await tools.admin.deleteTopics({ topics: [gone] });
    await expect.poll(() => topics.describe(gone), { timeout: 10_000 }).toBeNull();
    await pool.query("insert into cdc.consumer (name, handler_func, topic) values ('lost', 'empi', $1)", [
      gone,
    ]);
    const move = ["--partition", "0", "--to", "earliest", "--reason", "x"];

    const lost = await refusalOf(run("consumer", "move", "lost", ...move));
    const found = await run("consumer", "move", "patients", ...move);

    expect(lost).toMatchObject({ code: "kafka.topic_missing" });
    expect(found).toContain("is read from 0");
  });

  test("the history is shown, and the fence cleared", async () => {
    await createObservations(pool).remember([
      {
        ...{ consumerId, hostId: "h1", at: new Date(0), code: "delivery.rejoined", note: "joined anew" },
        state: "recovering",
      },
    ]);
    await createFence(pool).raise(
      consumerId,
      new Map([["s", { position: Uint8Array.of(1), committedAtMs: null }]]),
    );

    const history = await run("consumer", "history", "patients");
    const cleared = await run("consumer", "fence-clear", "patients", "--reason", "restored from a backup");

    expect(history).toMatch(/1970-01-01T00:00:00\.000Z +h1 +recovering +delivery\.rejoined +joined anew/);
    expect(cleared).toBe("forgot 1 keys\n");
    expect(await pool.query("select from cdc.fence")).toEqual([]);
  });

  test("revisions are listed and compared, and one is brought back as a new one", async () => {
    const file = join(folder, "consumer.json");
    writeFileSync(
      file,
      JSON.stringify({ name: "patients", configuration: { delivery: { concurrency: 3 } }, group: "g" }),
    );

    await run("consumer", "apply", file);
    const history = await run("consumer", "history", "patients", "--revisions");
    const diff = await run("consumer", "diff", "patients", "1");
    const between = await json("consumer", "diff", "patients", "1", "2");
    const restored = await run("consumer", "restore", "patients", "1");
    const same = await run("consumer", "diff", "patients", "1", "3");
    const unknown = await refusalOf(run("consumer", "restore", "patients", "9"));

    expect(history).toMatch(/2 +\S+ +local +update +\/configuration\/delivery\/concurrency \/group +–/);
    expect(diff).toBe('/configuration/delivery/concurrency\n  + 3\n/group\n  + "g"\n');
    expect(between).toMatchObject({ revision: "2", changes: [{ before: null, after: 3 }, { after: "g" }] });
    expect(restored).toBe("patients is as in revision 1, now revision 3\n");
    expect(same).toBe("nothing differs\n");
    expect(unknown).toMatchObject({ code: "consumer.revision_unknown" });
  });

  test("a consumer is edited in the editor that is set, on the revision that was read", async () => {
    const editor = (script: string): void => {
      const file = join(folder, "editor.cjs");
      writeFileSync(
        file,
        `const fs = require("node:fs"); const file = process.argv.at(-1); let text = fs.readFileSync(file, "utf8"); ${script} fs.writeFileSync(file, text);`,
      );
      vi.stubEnv("VISUAL", `${process.execPath} ${file}`);
    };
    // What is refused is kept there.
    vi.stubEnv("TMPDIR", folder);
    editor("text = JSON.stringify({ ...JSON.parse(text), group: 'edited' });");
    const edited = await run("consumer", "edit", "patients");
    editor("");
    const same = await run("consumer", "edit", "patients");
    editor("text = '{';");
    const broken = await refusalOf(run("consumer", "edit", "patients"));
    vi.unstubAllEnvs();

    expect(edited).toBe("patients is now revision 2\n");
    expect(same).toBe("nothing was changed\n");
    expect(broken).toMatchObject({ code: "request.invalid" });
    expect(await json("consumer", "get", "patients")).toMatchObject({ group: "edited", revision: "2" });
  });

  test("a pause is asked for, listed, and cancelled; what no host does in time is waited for no longer", async () => {
    const asked = (await json(
      ...["consumer", "pause", "patients", "--reason", "a look", "--until", "2h"],
    )) as { readonly id: string };
    const withoutReason = await refusalOf(run("consumer", "pause", "patients"));
    const listed = await run("op", "list", "--consumer", "patients", "--state", "running");
    const shown = await run("op", "get", asked.id);
    const status = await run("consumer", "status", "patients");
    const late = await refusalOf(run("op", "watch", asked.id, "--timeout", "1"));
    const unseen = await refusalOf(run("consumer", "wait", "patients", "--for", "paused", "--timeout", "1"));
    const cancelled = await run("op", "cancel", asked.id);
    const again = await refusalOf(run("op", "watch", asked.id));

    expect(withoutReason).toMatchObject({ code: "commander.missingMandatoryOptionValue" });
    expect(listed).toMatch(new RegExp(`${asked.id} +consumer\\.pause +patients +running .* local +a look`));
    expect(shown).toContain("to be so by");
    expect(status).toMatch(/paused by local at .*, until .*: a look/);
    expect(late).toMatchObject({ code: "operation.timed_out" });
    expect(unseen).toMatchObject({
      code: "operation.timed_out",
      facts: { wanted: "paused", state: "unknown", cause: "consumer.unobserved" },
    });
    expect(cancelled).toContain("operation.cancelled");
    expect(again).toMatchObject({ code: "operation.cancelled" });
    expect(await json("consumer", "status", "patients")).toMatchObject({ desired: "enabled" });
  });

  test("how far a consumer is behind is told by partition", async () => {
    const partition = { partition: 0, mark: "3", next: "5", logEnd: "9", lagRecords: "6", inFlight: 2 };
    await createObservations(pool).write([
      {
        ...{ consumerId, hostId: "h1", state: "running", since: new Date(), cause: null, revision: 1n },
        ...{ release: null, partitions: [partition], lagMs: 40, retrying: 0, nextAttemptAt: null },
      },
    ]);

    const lag = await run("consumer", "lag", "patients");

    expect(lag).toMatch(/^patients: 6 records, 40 ms\n/);
    expect(lag).toMatch(/0 +h1 +3 +5 +9 +6 +2/);
  });
});
