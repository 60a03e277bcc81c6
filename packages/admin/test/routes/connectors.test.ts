import type { Grant } from "@gluttony/model";
import { describe, expect, test } from "vitest";
import type { ConnectorHealth } from "../../src/connector-ports.ts";
import { tokenOf } from "../support/memory-access.ts";
import { boardConnector, memoryConnectors } from "../support/memory-connectors.ts";
import { appOver, storedConsumer } from "../support/small-house.ts";

const url = "/api/v1/connectors";
const token = "the-deployers-own-token";
const health: ConnectorHealth = {
  ...{ state: "running", sinceMs: 0, mends: 0, nextMendMs: null, isGivenUp: false },
  ...{ failure: null, drift: [], findings: [] },
};

async function house(withToken = false) {
  const memory = memoryConnectors();
  const built = appOver({ connectors: memory.ports }, withToken ? { token } : {});
  await storedConsumer(built.house, { configuration: { labels: { site: "north" } } });
  memory.connectors.push(boardConnector());
  const post = (path: string, payload: object = {}) =>
    built.app.inject({ method: "POST", url: `${url}${path}`, payload });
  return { ...built, memory, post };
}

describe("a connector", () => {
  test("is listed and shown with who uses it, and its secrets masked", async () => {
    const { app } = await house();

    const list = await app.inject({ url });
    const one = await app.inject({ url: `${url}/c1` });

    expect(list.json().items).toMatchObject([
      {
        ...{ name: "c1", kind: "made", state: "running", cause: null, next: null },
        ...{ consumers: [{ id: "1", name: "persons" }], tasks: { total: 1, running: 1, failed: 0 } },
      },
    ]);
    expect(one.json()).toMatchObject({ slot: "slot_a", config: { "database.password": "********" } });
  });

  test("that runs with a failed task has failed: the cause is named, and what happens next", async () => {
    const { app, memory } = await house();
    const { running } = boardConnector();
    const tasks = [{ id: 0, state: "FAILED", worker: null, failure: "ClassCastException" }];
    memory.connectors[0] = boardConnector({
      running: running === null ? null : { ...running, state: "failed", tasks },
      health: { ...health, state: "failed", sinceMs: 1_000, nextMendMs: 6_000 },
    });

    const answer = await app.inject({ url: `${url}/c1/health` });
    const listed = await app.inject({ url: `${url}/c1/tasks` });

    expect(answer.json()).toMatchObject({
      state: "failed",
      since: "1970-01-01T00:00:01.000Z",
      cause: { code: "connect.failed", facts: { failure: "ClassCastException", tasks: ["0"] } },
      next: { by: "gluttony", at: "1970-01-01T00:00:06.000Z" },
    });
    expect(listed.json().items).toEqual([
      { id: 0, state: "failed", worker: null, failure: "ClassCastException" },
    ]);
  });

  test.each([
    [
      "that the watch gave up waits for a person",
      { ...health, state: "missing", isGivenUp: true },
      null,
      "missing",
      "person",
    ],
    [
      "that is gone and made for rows is made again",
      { ...health, state: "missing" },
      null,
      "missing",
      "gluttony",
    ],
    [
      "whose source blocks it says so",
      { ...health, findings: ["source.table_rights"] },
      undefined,
      "blocked",
      "person",
    ],
  ] as const)("%s", async (_, seen, running, state, by) => {
    const { app, memory } = await house();
    memory.connectors[0] = boardConnector({ health: seen, ...(running === null ? { running } : {}) });

    const answer = await app.inject({ url: `${url}/c1/health` });

    expect(answer.json()).toMatchObject({ state, next: { by } });
    expect(answer.json().cause.code).toBe(
      state === "missing" ? "connect.connector_missing" : "source.table_rights",
    );
  });

  test("of a worker that is down is unknown, and says why", async () => {
    const { app, memory } = await house();
    memory.connectors[0] = boardConnector({ running: null });
    memory.unseen = { code: "connect.unreachable", facts: { worker: "http://worker:8083" } };

    const answer = await app.inject({ url: `${url}/c1` });

    expect(answer.json()).toMatchObject({
      state: "unknown",
      config: null,
      cause: { code: "connect.unreachable" },
    });
  });

  test("that nobody knows, and a house without CONNECT_HOST, are told apart", async () => {
    const { app } = await house();
    const without = appOver();

    const missing = await app.inject({ url: `${url}/nobody` });
    const unset = await without.app.inject({ url });
    const clusters = await without.app.inject({ url: "/api/v1/connect-clusters" });

    expect([missing.statusCode, missing.json().code]).toEqual([404, "connect.connector_missing"]);
    expect([unset.statusCode, unset.json().code]).toEqual([422, "connect.not_configured"]);
    expect(clusters.json().items).toEqual([]);
  });

  test("has events, and positions that say why they cannot change", async () => {
    const { app, memory } = await house();
    const event = { connector: "c1", hostId: "h", deed: "restart_failed", outcome: "asked", note: "" };
    memory.events.push({ ...event, at: new Date(0) });

    const events = await app.inject({ url: `${url}/c1/events?limit=10` });
    const offsets = await app.inject({ url: `${url}/c1/offsets` });

    expect(events.json().items).toMatchObject([{ deed: "restart_failed", outcome: "asked" }]);
    expect(offsets.json()).toMatchObject({ isChangeable: false, cause: { code: "connect.not_stopped" } });
  });
});

describe("deeds", () => {
  test("are asked at once, audited, and answered with how it stands", async () => {
    const { memory, post, house: stores } = await house();

    const answers = [
      await post("/c1:pause", { reason: "maintenance" }),
      await post("/c1:resume"),
      await post("/c1:stop"),
      await post("/c1:restart"),
      await post("/c1:restart", { scope: "all" }),
      await post("/c1:restart", { task: 0 }),
      await post("/c1/snapshots", { tables: ["his.patient"] }),
      await post("/c1/snapshots:pause"),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(202));
    expect(memory.asked.map(([, verb]) => verb)).toEqual([
      ...[{ do: "pause" }, { do: "resume" }, { do: "stop" }, { do: "restart", scope: "failed" }],
      ...[
        { do: "restart", scope: "all" },
        { do: "restart_task", task: 0 },
      ],
    ]);
    expect(memory.signals).toMatchObject([{ do: "execute", type: "incremental" }, { do: "pause" }]);
    const noted = await stores.access.audit.list({ limit: 20 });
    expect(noted.find(({ action }) => action === "connector.pause")).toMatchObject({
      targetKind: "connector",
      targetId: "c1",
      reason: "maintenance",
    });
  });

  test("of a plan need its hash, and are not done when it is stale or refused", async () => {
    const { memory, post } = await house();
    const deed = { do: "remove", connector: "c1" };

    const plan = await post(":plan", { deed });
    const unplanned = await post(":apply", { deed });
    const stale = await post(":apply", { deed, hash: "old" });
    memory.refusals = [{ code: "connect.value_denied", path: "config.database.hostname", message: "No." }];
    const refused = await post(":apply", { deed, hash: "right" });
    const offsets = await post("/c1/offsets:apply", { deed: { do: "forget" } });
    expect(memory.applied).toEqual([]);
    memory.refusals = [];
    const done = await post(":apply", { deed, hash: "right", reason: "not needed" });

    expect(plan.json()).toMatchObject({ do: "remove", hash: "right", effects: ["registers"] });
    expect([unplanned, stale, refused, offsets].map((one) => [one.statusCode, one.json().code])).toEqual([
      [428, "connect.plan_required"],
      [409, "connect.plan_stale"],
      [422, "connect.plan_refused"],
      [428, "connect.plan_required"],
    ]);
    expect(refused.json().errors).toMatchObject([{ pointer: "/config/database.hostname" }]);
    expect([done.statusCode, memory.applied]).toEqual([
      200,
      [{ do: "remove", connector: "c1", slot: false, publication: false }],
    ]);
  });

  test("of a form are validated field by field, and nothing is planned for a row that is wrong", async () => {
    const { memory, post } = await house();
    memory.refusals = [
      { code: "connect.rejected", path: "connector.database.hostname", message: "Refused." },
    ];

    const validated = await post(":validate", { connector: "c2", config: { "tasks.max": 1 } });
    const nobody = await post(":plan", { deed: { do: "follow", consumer: "nobody" } });
    const unknown = await post(":plan", { deed: { do: "destroy", connector: "c1" } });

    expect(validated.json()).toMatchObject({
      ok: false,
      faults: [{ code: "connect.rejected", pointer: "/config/database.hostname" }],
    });
    expect([nobody.statusCode, unknown.statusCode]).toEqual([404, 400]);
  });
});

describe("an operator with a scope", () => {
  const grants: readonly Grant[] = [{ role: "operator", scope: { site: "north" } }];

  test("sees and runs connectors of their consumers alone, and writes none", async () => {
    const { app, memory, house: stores } = await house(true);
    await storedConsumer(stores, { name: "south", configuration: { labels: { site: "south" } } });
    const { registration } = boardConnector();
    const usedBy = (name: string, consumerIds: readonly string[]) =>
      boardConnector({ name, registration: registration === null ? null : { ...registration, consumerIds } });
    memory.connectors.push(usedBy("c2", ["2"]), usedBy("c12", ["1", "2"]));
    memory.connectors.push(boardConnector({ name: "foreign", registration: null }));
    const headers = { authorization: `Bearer ${await tokenOf(stores.access, grants)}` };
    const post = (path: string, payload: object = {}) =>
      app.inject({ method: "POST", url: `${url}${path}`, payload, headers });

    const list = await app.inject({ url, headers });
    const codes = [
      await post("/c1:pause"),
      await post("/c2:pause"),
      await post("/c12:pause"),
      await post("/foreign:pause"),
      await post(":plan", { deed: { do: "remove", connector: "c1" } }),
    ].map(({ statusCode }) => statusCode);

    expect(list.json().items.map(({ name }: { name: string }) => name)).toEqual(["c1", "c12"]);
    expect(list.body).not.toContain("south");
    expect(codes).toEqual([202, 404, 403, 404, 403]);
    expect(memory.asked).toEqual([["c1", { do: "pause" }]]);
  });
});

test("the cluster, its types and their options are shown", async () => {
  const { app } = await house();
  const at = "/api/v1/connect-clusters";

  const cluster = await app.inject({ url: `${at}/default` });
  const types = await app.inject({ url: `${at}/default/types` });
  const schema = await app.inject({ url: `${at}/default/types/PostgresConnector/schema` });
  const noType = await app.inject({ url: `${at}/default/types/Nothing/schema` });
  const noCluster = await app.inject({ url: `${at}/other` });

  expect(cluster.json()).toMatchObject({ isReachable: true, version: "4.1.2", plugins: 1 });
  expect(types.json().items).toMatchObject([{ name: "PostgresConnector", isAllowed: true }]);
  expect(schema.json().options).toMatchObject([{ name: "slot.name", isSettable: true }]);
  expect([noType.json().code, noCluster.json().code]).toEqual([
    "connect.type_missing",
    "connect.cluster_missing",
  ]);
});

describe("a source", () => {
  const secret = "postgresql://reader:password-canary-4711@his:5432/emr";
  const source = { dataSource: "postgresql", connString: secret, schema: "his", table: "patient" };

  test("is tested and its tables listed, of a row or not, and its connection string is never shown", async () => {
    const asked: object[] = [];
    const finding = { check: "source.wal_level", severity: "blocking", reason: "r", facts: {} } as const;
    const { app, house: stores } = appOver({
      sources: {
        async examine(consumer, only) {
          asked.push({ at: consumer.source, only });
          return [{ ...finding, remedy: "m", sql: "alter system …" }];
        },
        async tables(named) {
          asked.push(named);
          return [{ name: "his.patient", hasPrimaryKey: true }];
        },
      },
    });
    await storedConsumer(stores, { name: "row", dataSource: "postgresql" });
    const post = (path: string, payload: object) =>
      app.inject({ method: "POST", url: `/api/v1/connections:${path}`, payload });

    const tested = await post("test", { source, checks: ["source.wal_level"] });
    const tables = await post("tables", { source: { dataSource: "postgresql", connString: "${env:HIS}" } });
    const withoutSource = await post("tables", { consumer: "row" });
    const wrong = await post("test", { source: { ...source, globalKey: ["a", "a"] } });

    expect(tested.json()).toMatchObject({ ok: false, summary: { blocking: 1 }, findings: [finding] });
    expect(tables.json().items).toEqual([{ name: "his.patient", hasPrimaryKey: true }]);
    expect(asked[0]).toMatchObject({
      at: { connString: secret, table: "patient" },
      only: ["source.wal_level"],
    });
    expect(asked[1]).toMatchObject({ connString: "${env:HIS}", consumerId: "" });
    expect([withoutSource.json().code, wrong.statusCode]).toEqual(["connect.source_unknown", 400]);
    expect([tested, tables, withoutSource, wrong].map(({ body }) => body).join()).not.toContain("canary");
  });
});
