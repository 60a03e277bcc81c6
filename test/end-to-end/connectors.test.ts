import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePlugin } from "../support/cells.ts";
import { until } from "../support/host.ts";
import { Scene } from "../support/scene.ts";
import { type Source, makeSource } from "../support/source-table.ts";
import type { ConsumerColumns } from "../support/sql.ts";
import { stack } from "../support/stack.ts";
import { toldRows } from "../support/told.ts";

const handlerFunc = "@fixtures/tells-id";
const connectorLimitMs = 60_000;
/** A deleted row takes its connector along at the next look, which its own NOTIFY asks for. */
const removalLimitMs = 30_000;

describe.skipIf(stack().unavailable !== "")("the connector of a row", () => {
  let scene: Scene;
  let source: Source;

  beforeAll(async () => {
    source = await makeSource();
    scene = await Scene.open();
    await scene.install(fixturePlugin("tells-id"));
    await scene.host.start();
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
  });

  test("is made, shared by rows of the same table and topic, and removed with the last of them", async () => {
    const topic = scene.nameTopic();
    await scene.insert({ ...rowOn(source, topic), name: "first" });
    await scene.insert({ ...rowOn(source, topic), name: "second" });
    await untilRunning("first");
    await untilRunning("second");
    await source.pool.query("insert into his.patient values (1, 'A', 'x'), (2, 'A', 'y')");
    await untilTold("first", 2);
    await untilTold("second", 2);
    const shared = { connectors: await connectorsOf(topic), left: await source.replication() };

    await scene.sql("delete from cdc.consumer where name = 'first'");
    await until(async () => (await scene.status("first")) === null, removalLimitMs);
    await source.pool.query("insert into his.patient values (3, 'A', 'z')");
    await untilTold("second", 3);
    const kept = { connectors: await connectorsOf(topic), left: await source.replication() };
    await scene.sql("delete from cdc.consumer where name = 'second'");
    await until(async () => (await source.replication()).publications === 0, removalLimitMs);
    await until(async () => (await connectorsOf(topic)).length === 0, removalLimitMs);

    expect(shared.connectors).toHaveLength(1);
    expect(shared.left).toEqual({ slots: 1, publications: 1 });
    expect(kept).toEqual(shared);
    expect(await connectorsOf(topic)).toEqual([]);
    expect(await source.replication()).toEqual({ slots: 0, publications: 0 });
    expect(await scene.sql("select from cdc.connector where topic = $1", [topic])).toEqual([]);
    expect(rowsTold("second")).toEqual([1, 2, 3]);
  });

  test("is not made with a wrong password, and the state says why without it", async () => {
    const topic = scene.nameTopic();
    const wrong = source.connString.replace(source.password, `${source.password}-wrong`);
    await scene.insert({ ...rowOn(source, topic), name: "locked-out", connString: wrong });

    const status = await scene.untilCause("locked-out", "connect.login_refused");
    const left = await source.replication();
    await scene.sql("update cdc.consumer set conn_string = $1 where name = 'locked-out'", [
      source.connString,
    ]);
    const isMended = await untilRunning("locked-out");

    expect(status?.observed).toMatchObject({
      state: "blocked",
      cause: { code: "connect.login_refused", facts: { sqlstate: "28P01" } },
    });
    expect(left).toEqual({ slots: 0, publications: 0 });
    expect(isMended).toBe(true);
  });

  test("is refused while the replica identity does not carry global_key, and made once it does", async () => {
    const topic = scene.nameTopic();
    await source.pool.query("create table his.visit (id bigint primary key, patient_id bigint not null)");
    const columns = { ...rowOn(source, topic), captureTable: "visit", globalKey: ["patient_id"] };
    await scene.insert({ ...columns, name: "by-patient" });

    const status = await scene.untilCause("by-patient", "connect.replica_identity");
    await source.pool.query("alter table his.visit replica identity full");
    const isMended = await untilRunning("by-patient");
    await source.pool.query("insert into his.visit values (7, 1)");
    await untilTold("by-patient", 1);

    expect(status?.observed).toMatchObject({
      state: "blocked",
      cause: { code: "connect.replica_identity", facts: { columns_missing: ["patient_id"] } },
    });
    expect(isMended).toBe(true);
    expect(rowsTold("by-patient")).toEqual([7]);
  });

  test("is refused for a table that does not exist", async () => {
    await scene.insert({ ...rowOn(source, scene.nameTopic()), name: "no-table", captureTable: "pateint" });

    const status = await scene.untilCause("no-table", "connect.table_missing");

    expect(status?.observed).toMatchObject({ state: "blocked", cause: { code: "connect.table_missing" } });
  });

  test("never shows its password: not in the API, not in a command, not in the log, not in the database", async () => {
    await scene.insert({ ...rowOn(source, scene.nameTopic()), name: "shown" });
    await untilRunning("shown");

    const pages = ["consumers", "consumers/shown", "consumers/shown/status", "consumers/shown/accounting"];
    for (const page of [...pages, "dead-letters", "releases", "version"]) await scene.get(`/api/v1/${page}`);
    await scene.get("/metrics");
    await scene.command("consumer", "list", "-o", "json");
    await scene.command("consumer", "show", "shown", "-o", "json");

    const refusal = await scene.post("/api/v1/consumers", {
      name: "refused",
      data_source: "postgresq",
      conn_string: `${source.connString}?sslmode=wrong`,
      handler_func: source.connString,
      topic: source.password,
      configuration: { connector: { options: { "database.password": source.password } } },
    });

    expect(refusal.status).toBe(422);
    expect(scene.answers.join("\n")).toContain('"shown"');
    expect(scene.answers.join("\n")).not.toContain(source.password);
    expect(scene.host.log).not.toContain(source.password);
    expect(await scene.tablesHolding(source.password)).toEqual([]);
  });

  const untilRunning = (name: string): Promise<boolean> =>
    until(
      async () => ["running", "idle"].includes((await scene.status(name))?.observed.state ?? ""),
      connectorLimitMs,
    );

  const rowsTold = (name: string): readonly number[] =>
    toldRows(scene.host.log, name)
      .map(({ row }) => row)
      .toSorted((left, right) => left - right);

  const untilTold = (name: string, count: number): Promise<boolean> =>
    until(() => rowsTold(name).length >= count, connectorLimitMs);

  /** Names of the worker's connectors that write this topic. */
  async function connectorsOf(topic: string): Promise<readonly string[]> {
    const answer = await fetch(`${stack().connectUrl}/connectors?expand=info`);
    const connectors = (await answer.json()) as { readonly [name: string]: unknown };
    return Object.keys(connectors).filter((name) => JSON.stringify(connectors[name]).includes(topic));
  }
});

function rowOn(source: Source, topic: string): Omit<ConsumerColumns, "name"> {
  return { topic, connString: source.connString, captureSchema: "his", captureTable: "patient", handlerFunc };
}
