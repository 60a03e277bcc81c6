import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePlugin } from "../support/cells.ts";
import { until } from "../support/host.ts";
import { Scene } from "../support/scene.ts";
import { type Source, makeSource } from "../support/source-table.ts";
import { stack } from "../support/stack.ts";
import { type StumblingWorker, stumbleBefore } from "../support/stumbling-worker.ts";
import { toldRows } from "../support/told.ts";

const handlerFunc = "@fixtures/tells-id";
const startLimitMs = 60_000;
/** What happens to a connector is seen or mended in this time. */
const careLimitMs = 30_000;

interface Shown {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly slot: string | null;
  readonly cause: { readonly code: string } | null;
  readonly next: { readonly by: string } | null;
  readonly config: { readonly [option: string]: string } | null;
}

describe.skipIf(stack().unavailable !== "")("connectors over the API and the command line", () => {
  let scene: Scene;
  let source: Source;
  let worker: StumblingWorker;

  beforeAll(async () => {
    source = await makeSource();
    worker = await stumbleBefore(stack().connectUrl);
    scene = await Scene.open({
      CONNECT_HOST: worker.url,
      GLUTTONY_LOCAL_SOURCES: `127.0.0.1:${stack().postgresPort}`,
    });
    await scene.install(fixturePlugin("tells-id"));
    await scene.host.start();
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await worker[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
  });

  test("one is written from a file through a rebalance and a lost answer, once, and removed with its slot", async () => {
    const own = `api_${Date.now().toString(36)}`;
    const file = join(scene.folder, "formed.json");
    await writeFile(
      file,
      JSON.stringify({ name: own, config: { ...formOf(own), "database.password": "wrong" } }),
    );
    const refused = await scene.command("connector", "validate", file, "-o", "json");
    await writeFile(file, JSON.stringify({ name: own, config: formOf(own) }));
    worker.next.push("rebalancing", "rebalancing", "lost");

    const made = await scene.command("connector", "create", file, "-o", "json", "--reason", "tried");
    const waited = await scene.command("connector", "wait", own, "--timeout", "60");
    const shown = await connector(own);
    const stale = await scene.command(
      "connector",
      "edit",
      own,
      "--set",
      "poll.interval.ms=77",
      "--plan-hash",
      "1.x",
    );
    const edited = await scene.command("connector", "edit", own, "--set", "poll.interval.ms=77");
    const after = await connector(own);
    const slots = (await source.replication()).slots;
    const removed = await scene.command("connector", "delete", own, "--slot", "--publication", "-o", "json");

    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([
      2,
      { ok: false, result: { faults: [{ code: "connect.rejected", pointer: "/config/database.hostname" }] } },
    ]);
    expect(
      [made.code, waited.code, edited.code, removed.code],
      made.stderr + waited.stderr + removed.stderr,
    ).toEqual([0, 0, 0, 0]);
    expect(stale.code).toBe(4);
    expect([worker.written.filter((path) => path.includes(own)).length, slots]).toEqual([2, 1]);
    expect(shown).toMatchObject({ kind: "written", state: "running", slot: own });
    expect(shown?.config?.["database.password"]).toBe("********");
    expect(after?.config?.["poll.interval.ms"]).toBe("77");
    expect(await connector(own)).toBeNull();
    expect(await source.replication()).toEqual({ slots: 0, publications: 0 });
    expect(scene.answers.join("\n")).not.toContain(source.password);
  });

  test("one of a row is never deleted by a plan; deleted behind our back it is shown and made again, and nothing comes twice", async () => {
    const name = await start("kept");
    await source.pool.query("insert into his.kept values (1)");
    await untilTold("kept", 1);
    const deed = { do: "remove", connector: name, slot: true, publication: true };

    const plan = JSON.parse((await scene.post("/api/v1/connectors:plan", { deed })).text);
    const refused = await scene.post("/api/v1/connectors:apply", { deed, hash: plan.hash });
    const unplanned = await scene.post("/api/v1/connectors:apply", { deed });
    await fetch(`${stack().connectUrl}/connectors/${name}`, { method: "DELETE" });
    const isShown = await until(async () => (await connector(name))?.state === "missing", careLimitMs);
    const isBack = await until(async () => (await connector(name))?.state === "running", careLimitMs);
    await source.pool.query("insert into his.kept values (2)");
    await untilTold("kept", 2);
    const events = JSON.parse((await scene.get(`/api/v1/connectors/${name}/events`)).text);

    expect(plan.refusals).toMatchObject([{ code: "connect.connector_in_use", pointer: "/connector" }]);
    expect([refused.status, unplanned.status]).toEqual([422, 428]);
    expect([isShown, isBack]).toEqual([true, true]);
    expect(events.items.map(({ deed: done }: { deed: string }) => done)).toContain("make_again");
    expect(rowsTold("kept")).toEqual([1, 2]);
  });

  test("one stops, its position is planned and moved, a wrong one fails its task, and all of it is shown", async () => {
    const name = await start("moved");
    await source.pool.query("insert into his.moved values (1)");
    await untilTold("moved", 1);
    const path = `/api/v1/connectors/${name}`;
    await until(
      async () => JSON.parse((await scene.get(`${path}/offsets`)).text).offsets.length === 1,
      startLimitMs,
    );
    const running = JSON.parse((await scene.get(`${path}/offsets`)).text);
    const [{ partition, offset }] = running.offsets;
    const deed = { do: "move", partition, field: "lsn", value: offset.lsn };

    const early = JSON.parse((await scene.post(`${path}/offsets:plan`, { deed })).text);
    const stopped = await scene.command("connector", "stop", name);
    await until(async () => (await connector(name))?.state === "stopped", careLimitMs);
    const plan = JSON.parse((await scene.post(`${path}/offsets:plan`, { deed })).text);
    const applied = await scene.post(`${path}/offsets:apply`, { deed, hash: plan.hash });
    const [read] = JSON.parse((await scene.get(`${path}/offsets`)).text).offsets;
    const asText = await scene.post(`${path}/offsets:plan`, { deed: { ...deed, value: String(offset.lsn) } });
    // What Kafka Connect itself takes from anybody, and what then ends the task.
    await patchOffsets(name, [{ partition: read.partition, offset: { ...read.offset, lsn: "1" } }]);
    await scene.command("connector", "resume", name);
    const isFailed = await until(async () => (await connector(name))?.state === "failed", careLimitMs);
    const failed = await connector(name);
    await scene.command("connector", "stop", name);
    await until(async () => (await patchOffsets(name, [read])) === 200, careLimitMs);
    await scene.command("connector", "resume", name);
    const isBack = await until(async () => (await connector(name))?.state === "running", careLimitMs);
    await source.pool.query("insert into his.moved values (2)");
    await untilTold("moved", 2);

    expect([running.isChangeable, running.cause.code]).toEqual([false, "connect.not_stopped"]);
    expect(early.refusals).toMatchObject([{ code: "connect.not_stopped" }]);
    expect([stopped.code, plan.refusals, applied.status]).toEqual([0, [], 200]);
    expect(JSON.parse(asText.text).refusals).toMatchObject([{ code: "connect.offset_invalid" }]);
    expect([isFailed, failed?.cause?.code, failed?.next?.by]).toEqual([true, "connect.failed", "gluttony"]);
    expect(isBack).toBe(true);
    expect(rowsTold("moved")).toEqual([1, 2]);
  });

  test("a source is tested and listed on the one place of this machine that is allowed, and no other", async () => {
    const given = { dataSource: "postgresql", connString: source.connString };
    const test = { ...given, schema: "his", table: "patient" };

    const tested = await scene.post("/api/v1/connections:test", { source: test });
    const tables = await scene.post("/api/v1/connections:tables", { source: given });
    const elsewhere = source.connString.replace(/:\d+\//, ":5431/");
    const refused = await scene.post("/api/v1/connections:tables", {
      source: { ...given, connString: elsewhere },
    });
    const metadata = source.connString.replace("127.0.0.1", "169.254.169.254");
    const forged = await scene.post("/api/v1/connections:test", {
      source: { ...test, connString: metadata },
    });
    const types = await scene.command("connector", "types", "-o", "json");
    const schema = await scene.command("connector", "schema", "PostgresConnector", "-o", "json");

    expect(tested.status).toBe(200);
    expect(JSON.parse(tables.text).items).toContainEqual({ name: "his.patient", hasPrimaryKey: true });
    for (const answer of [refused, forged])
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([422, "connect.destination_refused"]);
    expect(JSON.parse(types.stdout).items.map(({ name }: { name: string }) => name)).toContain(
      "PostgresConnector",
    );
    expect(JSON.parse(schema.stdout).options).toContainEqual(
      expect.objectContaining({ name: "database.password", isSecret: true, isSettable: true }),
    );
    expect(scene.answers.join("\n")).not.toContain(source.password);
  });

  async function connector(name: string): Promise<Shown | null> {
    const answer = await scene.get(`/api/v1/connectors/${name}`);
    return answer.status === 200 ? (JSON.parse(answer.text) as Shown) : null;
  }

  async function patchOffsets(name: string, offsets: readonly object[]): Promise<number> {
    const answer = await fetch(`${stack().connectUrl}/connectors/${name}/offsets`, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ offsets }),
    });
    return answer.status;
  }

  /** Answers the name of the connector once it runs. */
  async function start(table: string): Promise<string> {
    await source.pool.query(`create table his.${table} (id bigint primary key)`);
    const topic = scene.nameTopic();
    const place = { connString: source.connString, captureSchema: "his", captureTable: table };
    await scene.insert({ name: table, topic, ...place, handlerFunc });
    await until(
      async () => ["running", "idle"].includes((await scene.status(table))?.observed.state ?? ""),
      startLimitMs,
    );
    const [row] = await scene.pool.query<{ name: string }>(
      "select name from cdc.connector where topic = $1",
      [topic],
    );
    return row?.name ?? "";
  }

  const rowsTold = (name: string): readonly number[] =>
    toldRows(scene.host.log, name)
      .map(({ row }) => row)
      .toSorted((left, right) => left - right);

  const untilTold = (name: string, count: number): Promise<boolean> =>
    until(() => rowsTold(name).length >= count, startLimitMs);

  /** What a person would write, with names of its own. */
  function formOf(own: string): { readonly [option: string]: string } {
    const url = new URL(source.connString);
    return {
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
      "tasks.max": "1",
      "topic.prefix": own,
      "plugin.name": "pgoutput",
      "database.hostname": url.hostname,
      "database.port": url.port,
      "database.user": url.username,
      "database.password": decodeURIComponent(url.password),
      "database.dbname": url.pathname.slice(1),
      "slot.name": own,
      "publication.name": own,
      "publication.autocreate.mode": "filtered",
      "table.include.list": "his\\.patient",
      "heartbeat.interval.ms": "1000",
      "topic.creation.default.partitions": "1",
      "topic.creation.default.replication.factor": "1",
      "value.converter": "org.apache.kafka.connect.json.JsonConverter",
      "value.converter.replace.null.with.default": "false",
    };
  }
});
