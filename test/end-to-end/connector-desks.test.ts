import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ConnectClient,
  type ConnectorsCollaborators,
  createConnectClient,
  createConnectors,
  createSourceDestinations,
  strictPolicy,
} from "@gluttony/connect";
import { createHttpClient } from "@gluttony/egress";
import { createKafkaTopics } from "@gluttony/kafka";
import { createConnectorRegistry, createSecretBox, dropReplication, inspectTable } from "@gluttony/postgres";
import { systemClock } from "@gluttony/runtime";
import { type ConnectWorker, removeDataFolder, startConnect } from "gluttony/local-stack";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ConnectorDesks, connectorDesksOf } from "../../packages/cli/src/connector-desks.ts";
import { until } from "../support/host.ts";
import { type Source, makeSource } from "../support/source-table.ts";
import { openMigrated } from "../support/sql.ts";
import { makeDatabase, stack } from "../support/stack.ts";

const runningLimitMs = 60_000;
const nothing = { secrets: [], known: [] };

describe.skipIf(stack().unavailable !== "")("the desks of connectors, on a worker of their own", () => {
  let worker: ConnectWorker;
  let source: Source;
  let desks: ConnectorDesks;
  /** A client that waits for a worker to start again. */
  let patient: ConnectClient;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "gluttony-desks-"));
    closing.push(() => removeDataFolder(folder));
    source = await makeSource();
    closing.push(async () => source[Symbol.asyncDispose]());
    const id = `desks-${Date.now().toString(36)}`;
    const { libs, plugins, kafka } = stack();
    const properties = {
      "group.id": id,
      "offset.storage.topic": `${id}-offsets`,
      "config.storage.topic": `${id}-configs`,
      "status.storage.topic": `${id}-status`,
    };
    worker = await startConnect({
      dataDir: join(folder, "connect"),
      libs,
      plugins,
      bootstrap: kafka,
      properties,
    });
    closing.push(() => worker.stop());
    const database = await makeDatabase("desks");
    closing.push(async () => database[Symbol.asyncDispose]());
    const pool = await openMigrated(database.url);
    const topics = createKafkaTopics({ brokers: [kafka], clientId: id, log: silent });
    const http = createHttpClient();
    closing.push(() => Promise.all([pool.close(), topics.close(), http.close()]));
    const collaborators: ConnectorsCollaborators = {
      http,
      registry: createConnectorRegistry(pool, createSecretBox("a passphrase of some length")),
      resolveSecret: async (value) => value,
      inspectTable,
      dropReplication,
      ensureTopic: (name, wish) => topics.ensureTopic(name, wish),
      workerBrokers: kafka,
      consumerIds: async () => [],
      clock: systemClock,
      random: Math.random,
      log: silent,
    };
    const localSources = [`127.0.0.1:${stack().postgresPort}`];
    const destinations = createSourceDestinations({ localSources });
    const connectorPolicy = { ...strictPolicy, localSources };
    const settings = { connectUrls: [worker.url], workerBrokers: [kafka], masterKey: null, connectorPolicy };
    patient = createConnectClient(collaborators, { workers: settings.connectUrls });
    const connectors = createConnectors(collaborators, { workers: settings.connectUrls });
    desks = connectorDesksOf(collaborators, connectors, { settings, topics, destinations });
  });

  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  test.each([10, 150])("a worker killed %i ms into a call: it is done once, and told so", async (afterMs) => {
    const name = `killed-${afterMs}`;
    const config = await configOf(name, "his\\.patient");
    const configured = patient.configure(name, config, nothing).catch((error: unknown) => error);

    await sleep(afterMs);
    await worker.kill("SIGKILL");
    await worker.restart();
    const answer = await configured;
    const isRunning = await untilRunning(name);

    expect(answer).toBeUndefined();
    expect(isRunning).toBe(true);
    expect((await desks.client.list()).filter((one) => one.name === name)).toHaveLength(1);
    expect((await slots()).filter((slot) => slot === config["slot.name"])).toHaveLength(1);
    await desks.client.delete(name);
    await until(async () => (await desks.client.status(name)) === null, runningLimitMs);
  });

  test("a form is validated by the worker, field by field, and makes a connector that is removed with its slot", async () => {
    const config = await configOf("formed", "his\\.patient");
    const wrong = {
      do: "write",
      connector: "formed",
      config: { ...config, "database.password": "wrong" },
    } as const;
    const right = { ...wrong, config } as const;

    const refused = await desks.connectors.plan(wrong);
    const plan = await desks.connectors.plan(right);
    await desks.connectors.apply(right, plan.hash);
    const isRunning = await untilRunning("formed");
    const remove = { do: "remove", connector: "formed", slot: true, publication: true } as const;
    await desks.connectors.apply(remove, (await desks.connectors.plan(remove)).hash);

    expect(refused.refusals).toMatchObject([
      { code: "connect.rejected", path: "connector.database.hostname" },
    ]);
    expect(JSON.stringify([refused, plan])).not.toContain(source.password);
    expect([plan.refusals, isRunning]).toEqual([[], true]);
    expect(await desks.client.status("formed")).toBeNull();
    expect((await slots()).includes(config["slot.name"] ?? "")).toBe(false);
  });

  test("a position moves while the connector is stopped, and the connector runs on from it", async () => {
    const name = await make("moved", "his\\.patient");
    await source.pool.query("insert into his.patient values (100, 'A', 'x')");
    await until(async () => (await desks.offsets.read(name)).length === 1, runningLimitMs);
    const [entry] = await desks.offsets.read(name);
    const server = String(entry?.partition["server"]);
    const lsn = Number(entry?.offset?.["lsn"]) - 1;
    const move = { do: "move", connector: name, partition: { server }, field: "lsn", value: lsn } as const;

    const early = await desks.offsets.plan(move);
    await desks.client.stop(name);
    await until(async () => (await desks.client.status(name))?.connector.state === "STOPPED", runningLimitMs);
    const asText = await desks.offsets.plan({ ...move, value: String(lsn) });
    const plan = await desks.offsets.plan(move);
    await desks.offsets.apply(move, plan.hash);
    const [moved] = await desks.offsets.read(name);
    await desks.client.resume(name);

    expect(early.refusals).toMatchObject([{ code: "connect.not_stopped" }]);
    expect(asText.refusals).toMatchObject([{ code: "connect.offset_invalid", path: "value" }]);
    expect(moved?.offset).toEqual({ ...plan.before[0]?.offset, lsn });
    expect(await untilRunning(name)).toBe(true);
    await desks.client.delete(name);
  });

  test("a table is read anew by a signal while the connector runs, and the progress is told", async () => {
    await source.pool.query(
      "create table his.signal (id varchar(42) primary key, type varchar(32) not null, data varchar(2048))",
    );
    await source.pool.query("insert into his.patient select n, 'A', 'x' from generate_series(1, 20) as n");
    const name = await make("snapped", "his\\.patient", {
      "snapshot.mode": "no_data",
      "signal.data.collection": "his.signal",
      "signal.enabled.channels": "source",
      "notification.enabled.channels": "sink",
      "notification.sink.topic.name": "snapped.notifications",
    });
    const execute = { do: "execute", connector: name, tables: ["his.patient"], type: "incremental" } as const;

    const sent = await desks.snapshots.signal(execute, "read-1");
    const again = await desks.snapshots.signal(execute, "read-1");
    const refusal: unknown = await desks.snapshots
      .signal({ ...execute, tables: ["his.nobody"] })
      .catch((error: unknown) => error);
    const isDone = await until(async () => (await progressOf(name))?.state === "completed", runningLimitMs);

    expect([sent, again]).toEqual([
      { id: "read-1", isNew: true },
      { id: "read-1", isNew: false },
    ]);
    expect(refusal).toMatchObject({ code: "connect.snapshot_refused", faults: [{ path: "tables[0]" }] });
    expect(isDone).toBe(true);
    const [counted] = await source.pool.query<{ rows: number }>(
      "select count(*)::int as rows from his.patient",
    );
    expect(await progressOf(name)).toMatchObject({
      kind: "incremental",
      tables: [{ rows: counted?.rows, status: "SUCCEEDED" }],
    });
    await desks.client.delete(name);
  });

  const progressOf = async (name: string) =>
    (await desks.snapshots.progress(name)).find(({ id }) => id === "read-1");

  const slots = async (): Promise<readonly string[]> =>
    (
      await source.pool.query<{ slot: string }>("select slot_name::text as slot from pg_replication_slots")
    ).map(({ slot }) => slot);

  const untilRunning = (name: string): Promise<boolean> =>
    until(async () => {
      const status = await desks.client.status(name).catch(() => null);
      return status?.connector.state === "RUNNING" && status.tasks[0]?.state === "RUNNING";
    }, runningLimitMs);

  /** A connector from a form, in our care and running. */
  async function make(name: string, tables: string, further: Record<string, string> = {}): Promise<string> {
    const deed = {
      do: "write",
      connector: name,
      config: { ...(await configOf(name, tables)), ...further },
    } as const;
    const plan = await desks.connectors.plan(deed);
    expect(plan.refusals).toEqual([]);
    await desks.connectors.apply(deed, plan.hash);
    expect(await untilRunning(name)).toBe(true);
    return name;
  }

  /** What a person would write, with names of its own. */
  async function configOf(name: string, tables: string): Promise<Record<string, string>> {
    const url = new URL(source.connString);
    const own = `${name}_${Date.now().toString(36)}`.replaceAll("-", "_");
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
      "table.include.list": tables,
      "heartbeat.interval.ms": "1000",
      "topic.creation.default.partitions": "1",
      "topic.creation.default.replication.factor": "1",
      "value.converter": "org.apache.kafka.connect.json.JsonConverter",
      "value.converter.schemas.enable": "true",
      "value.converter.replace.null.with.default": "false",
    };
  }
});

const silent = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
