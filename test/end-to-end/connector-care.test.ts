import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectorNames, parseConnString } from "@gluttony/connect";
import { fixturePlugin } from "../support/cells.ts";
import { until } from "../support/host.ts";
import { Scene } from "../support/scene.ts";
import { type Source, makeSource } from "../support/source-table.ts";
import { stack } from "../support/stack.ts";
import { toldRows } from "../support/told.ts";

const handlerFunc = "@fixtures/tells-id";
const startLimitMs = 60_000;
/** What happens to a connector is seen or mended in this time. */
const careLimitMs = 30_000;

interface Health {
  readonly [column: string]: unknown;
  readonly state: string;
  readonly drift: readonly string[];
  readonly findings: readonly string[];
  readonly failure: string | null;
}

describe.skipIf(stack().unavailable !== "")("a connector in our care", () => {
  let scene: Scene;
  let source: Source;
  /** A login of the source that owns nothing, and may do what it is granted. */
  let reader: string;

  beforeAll(async () => {
    source = await makeSource();
    reader = `reader_${Date.now().toString(36)}`;
    await source.pool.query(`create role ${reader} login replication`);
    await source.pool.query(`grant usage on schema his to ${reader}`);
    scene = await Scene.open();
    await scene.install(fixturePlugin("tells-id"));
    await scene.host.start();
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await source.pool.query(`drop owned by ${reader}`);
    await source.pool.query(`drop role ${reader}`);
    await source[Symbol.asyncDispose]();
  });

  test("that somebody deletes is made again, and every change arrives once", async () => {
    await makeTable("deleted");
    const name = await start("deleted");
    await source.pool.query("insert into his.deleted values (1), (2)");
    await untilTold("deleted", 2);

    const answer = await fetch(`${stack().connectUrl}/connectors/${name}`, { method: "DELETE" });
    await source.pool.query("insert into his.deleted values (3)");
    const isBack = await until(async () => (await stateOf(name)) === "RUNNING", careLimitMs);
    await source.pool.query("insert into his.deleted values (4)");
    await untilTold("deleted", 4);
    // Noted once the worker has taken it up.
    const isNoted = await until(async () => (await deedsOf(name)).includes("make_again asked"), careLimitMs);

    expect(answer.status).toBe(204);
    expect(isBack).toBe(true);
    expect(rowsTold("deleted")).toEqual([1, 2, 3, 4]);
    expect(
      await scene.sql("select count(*)::int as count from cdc.connector where name = $1", [name]),
    ).toEqual([{ count: 1 }]);
    expect(isNoted).toBe(true);
  });

  test("whose login lacks a grant, or loses it, is shown, and runs by itself once it is granted", async () => {
    await makeTable("withheld");
    const topic = scene.nameTopic();
    const table = { schema: "his", table: "withheld", topic };
    const { name, publication } = connectorNames({
      address: parseConnString(readerUrl(), "postgresql"),
      ...table,
    });
    await source.pool.query(`create publication ${publication} for table his.withheld`);
    await source.pool.query("insert into his.withheld values (1)");
    const place = { connString: readerUrl(), captureSchema: "his", captureTable: "withheld" };
    await scene.insert({ name: "withheld", topic, ...place, handlerFunc });

    const refused = await scene.untilCause("withheld", "source.table_rights");
    await source.pool.query(`grant select on his.withheld to ${reader}`);
    await untilTold("withheld", 1);
    await source.pool.query(`revoke select on his.withheld from ${reader}`);
    const isShown = await until(
      async () => (await healthOf(name))?.findings.includes("source.table_rights") === true,
      careLimitMs,
    );
    const arguments_ = ["connector", "doctor", "withheld", "--check", "source.table_rights", "-o", "json"];
    const doctor = await scene.command(...arguments_);
    await source.pool.query(`grant select on his.withheld to ${reader}`);
    const isMended = await until(async () => (await healthOf(name))?.findings.length === 0, careLimitMs);
    const doctorAfter = await scene.command(...arguments_);

    expect(refused?.observed).toMatchObject({ state: "blocked" });
    expect([isShown, isMended]).toEqual([true, true]);
    expect([doctor.code, doctorAfter.code]).toEqual([3, 0]);
    expect(JSON.parse(doctor.stdout)).toMatchObject({
      ok: false,
      result: [
        { check: "source.table_rights", severity: "blocking", sql: expect.stringContaining("GRANT SELECT") },
      ],
    });
    expect(rowsTold("withheld")).toEqual([1]);
  });

  test("whose task fails is restarted and shown, and runs again once its cause is gone", async () => {
    await makeTable("broken");
    const name = await start("broken");
    const path = `${stack().connectUrl}/connectors/${name}`;
    const send = (method: string, verb: string, body?: unknown) =>
      fetch(`${path}/${verb}`, {
        method,
        headers: { "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    await source.pool.query("insert into his.broken values (1)");
    await untilTold("broken", 1);

    // What Kafka Connect accepts from anybody and what then ends the task: a position as a text.
    await send("PUT", "stop");
    await until(async () => (await (await send("GET", "status")).text()).includes("STOPPED"), careLimitMs);
    const read = (await (await send("GET", "offsets")).json()) as {
      offsets: { partition: object; offset: object }[];
    };
    const broken = read.offsets.map(({ partition, offset }) => ({
      partition,
      offset: { ...offset, lsn: "1" },
    }));
    await send("PATCH", "offsets", { offsets: broken });
    await send("PUT", "resume");
    const isShown = await until(async () => (await healthOf(name))?.state === "failed", careLimitMs);
    const failure = (await healthOf(name))?.failure;
    const isRestarted = await until(
      async () => (await deedsOf(name)).includes("restart_failed asked"),
      careLimitMs,
    );
    await send("PUT", "stop");
    await until(async () => (await send("PATCH", "offsets", read)).status === 200, careLimitMs);
    await send("PUT", "resume");
    await source.pool.query("insert into his.broken values (2)");
    await untilTold("broken", 2);

    expect([isShown, isRestarted]).toEqual([true, true]);
    expect(failure).toContain("ClassCastException");
    expect(rowsTold("broken")).toEqual([1, 2]);
  });

  test("that somebody changed is shown as drifted, and left as it is", async () => {
    await makeTable("drifted");
    const name = await start("drifted");
    const path = `${stack().connectUrl}/connectors/${name}/config`;
    const config = (await (await fetch(path)).json()) as { readonly [option: string]: string };
    const body = JSON.stringify({ ...config, "poll.interval.ms": "77" });

    await fetch(path, { method: "PUT", headers: { "content-type": "application/json" }, body });
    const isShown = await until(
      async () => (await healthOf(name))?.drift.includes("poll.interval.ms") === true,
      careLimitMs,
    );
    await scene.sql("update cdc.consumer set configuration = $1 where name = 'drifted'", [
      JSON.stringify({ connector: { options: { "max.batch.size": "512" } } }),
    ]);
    const isFollowed = await until(
      async () => (await optionsOf(name))["max.batch.size"] === "512",
      careLimitMs,
    );

    expect([isShown, isFollowed]).toEqual([true, true]);
    expect((await optionsOf(name))["poll.interval.ms"]).toBe("77");
  });

  const readerUrl = (): string =>
    `postgresql://${reader}@127.0.0.1:${stack().postgresPort}${new URL(source.connString).pathname}`;

  const makeTable = (table: string): Promise<unknown> =>
    source.pool.query(`create table his.${table} (id bigint primary key)`);

  /** Answers the name of the connector once it runs. */
  async function start(table: string): Promise<string> {
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

  async function healthOf(name: string): Promise<Health | undefined> {
    const [row] = await scene.pool.query<Health>(
      "select state, drift, findings, failure from cdc.connector_health where connector = $1",
      [name],
    );
    return row;
  }

  async function deedsOf(name: string): Promise<readonly string[]> {
    const rows = await scene.pool.query<{ deed: string }>(
      "select deed || ' ' || outcome as deed from cdc.connector_event where connector = $1",
      [name],
    );
    return rows.map(({ deed }) => deed);
  }

  /** What the worker says of the task; empty while there is none. */
  async function stateOf(name: string): Promise<string> {
    const answer = await fetch(`${stack().connectUrl}/connectors/${name}/status`);
    if (answer.status !== 200) return "";
    const status = (await answer.json()) as { readonly tasks: readonly { readonly state: string }[] };
    return status.tasks[0]?.state ?? "";
  }

  async function optionsOf(name: string): Promise<{ readonly [option: string]: string }> {
    return (await (await fetch(`${stack().connectUrl}/connectors/${name}/config`)).json()) as {
      readonly [option: string]: string;
    };
  }
});
