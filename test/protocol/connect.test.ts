import { type InspectedTable, createConnectors } from "@gluttony/connect";
import type { Consumer } from "@gluttony/model";
import { describe, expect, test } from "vitest";
import { makeConsumer } from "../../packages/connect/test/make-consumer.ts";
import {
  SECRET,
  connectorsOf,
  makeHouse,
  refusal,
  table,
  until,
  withHouse,
} from "../../packages/connect/test/small-house.ts";

describe("ensuring a connector", () => {
  test("makes topic and connector, validated first, and waits until its task runs", async (context) => {
    const house = await makeHouse(context);
    house.worker.newTaskState = "UNASSIGNED";
    const ensured = connectorsOf(house).ensure(makeConsumer({ globalKey: ["patient_id"] }));
    await until(() => house.worker.connectors.size === 1);
    for (const connector of house.worker.connectors.values()) connector.taskState = "RUNNING";
    await ensured;

    const [name = ""] = house.worker.connectors.keys();
    expect(name).toMatch(/^gluttony-emr-public-patient-[0-9a-f]{8}$/);
    const put = house.worker.asked.filter(({ method }) => method === "PUT").map(({ path }) => path);
    expect(put).toEqual([
      "/connector-plugins/PostgresConnector/config/validate",
      `/connectors/${name}/config`,
    ]);
    expect(house.worker.connectors.get(name)?.config).toMatchObject({
      "database.password": SECRET,
      "message.key.columns": "public\\.patient:patient_id",
    });
    expect(house.topics.get("postgresql.public.patient")).toBe(3);
    expect(house.entries.get(name)).toMatchObject({
      consumerIds: ["1"],
      slot: expect.stringMatching(/^gluttony_/),
    });
    expect(house.logged.join()).not.toContain(SECRET);
  });

  test("is idempotent: a second time nothing is written", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    await connectors.ensure(makeConsumer());
    await connectors.ensure(makeConsumer());

    expect(house.worker.count(/^PUT .*\/config$/)).toBe(1);
  });

  test("is written again when the password changed, and made again when somebody deleted it", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    await connectors.ensure(makeConsumer());
    await connectors.ensure(makeConsumer({ connString: "postgresql://dbz:s3cr3t2@his:5432/emr" }));
    house.worker.connectors.clear();
    await connectors.ensure(makeConsumer({ connString: "postgresql://dbz:s3cr3t2@his:5432/emr" }));

    expect(house.worker.count(/^PUT .*\/config$/)).toBe(3);
    expect(house.worker.connectors.size).toBe(1);
  });

  test("rows that capture the same table into the same topic share one", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    await connectors.ensure(makeConsumer({ id: "1" }));
    await connectors.ensure(makeConsumer({ id: "2" }));

    expect(house.worker.connectors.size).toBe(1);
    expect([...house.entries.values()]).toMatchObject([{ consumerIds: ["1", "2"] }]);
  });

  test("another table into a topic that somebody else's connector writes is refused", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    await connectors.ensure(makeConsumer({ id: "1", topic: "t" }));

    const error = await refusal(connectors.ensure(makeConsumer({ id: "2", topic: "t", table: "visit" })));

    expect(error.code).toBe("consumer.topic_conflict");
    expect(house.worker.connectors.size).toBe(1);
  });

  test("a consumer of a foreign topic needs nothing", async (context) => {
    const house = await makeHouse(context);
    house.settings.workers.length = 0;
    const consumer: Consumer = { ...makeConsumer(), source: null };

    await connectorsOf(house).ensure(consumer);

    expect(await connectorsOf(house).connectorStatus(consumer)).toBeNull();
    expect(house.worker.asked).toEqual([]);
  });

  test.each<[string, Partial<InspectedTable>, Parameters<typeof makeConsumer>[0]]>([
    ["connect.table_missing", { exists: false }, {}],
    [
      "connect.replica_identity",
      { replicaIdentity: "d", identityColumns: ["id"] },
      { globalKey: ["patient_id"] },
    ],
    ["connect.conn_string_invalid", {}, { connString: `nonsense ${SECRET}` }],
    ["consumer.invalid", {}, { options: { "connector.class": SECRET } }],
  ])("%s: nothing is made", async (code, inspected, changes) => {
    await withHouse(async (house) => {
      const inspectTable = async () => ({ ...table, ...inspected });
      const connectors = createConnectors({ ...house.collaborators, inspectTable }, house.settings);

      const error = await refusal(connectors.ensure(makeConsumer(changes)));

      expect(error.code).toBe(code);
      expect([house.worker.asked, [...house.topics], [...house.entries]]).toEqual([[], [], []]);
    });
  });

  test("without a worker it says so", async (context) => {
    const house = await makeHouse(context);
    house.settings.workers.length = 0;

    expect((await refusal(connectorsOf(house).ensure(makeConsumer()))).code).toBe("connect.not_configured");
  });
});

describe("a worker that is not ready", () => {
  const html = "<html><h2>HTTP ERROR 404 Not Found</h2></html>";
  const saying = (message: string) => ({ error_code: 1, message });

  test.each<[string, { to: RegExp; status: number; body: unknown }]>([
    [
      "rebalances (409)",
      {
        to: /^PUT .*\/config$/,
        status: 409,
        body: saying("… conflicting operation (e.g. worker rebalance)"),
      },
    ],
    [
      "is stale (409)",
      {
        to: /^PUT .*\/config$/,
        status: 409,
        body: saying("Cannot complete request momentarily due to stale configuration"),
      },
    ],
    ["has no leader (409)", { to: /^PUT .*\/config$/, status: 409, body: saying("… no known leader URL …") }],
    [
      "expects a rebalance (500)",
      {
        to: /^PUT .*\/config$/,
        status: 500,
        body: saying("Request cannot be completed because a rebalance is expected"),
      },
    ],
    ["starts (404 page)", { to: /^GET/, status: 404, body: html }],
    ["starts (503)", { to: /^GET/, status: 503, body: saying("starting") }],
    ["hides behind a proxy (502 page)", { to: /^PUT/, status: 502, body: "<html>bad gateway</html>" }],
  ])("that %s is waited for", async (_what, { to, status, body }) => {
    await withHouse(async (house) => {
      for (let time = 0; time < 3; time += 1) house.worker.next(to, status, body);

      await connectorsOf(house).ensure(makeConsumer());

      expect(house.worker.replies).toEqual([]);
      expect(house.worker.connectors.size).toBe(1);
    });
  });

  test("is given up after a bounded time", async (context) => {
    const house = await makeHouse(context);
    for (let time = 0; time < 500; time += 1) house.worker.next(/./, 409, saying("worker rebalance"));

    const error = await refusal(connectorsOf(house).ensure(makeConsumer()));

    expect(error).toMatchObject({ code: "connect.busy", facts: { why: "rebalancing", waited_ms: 60_000 } });
    expect(house.worker.asked.length).toBeLessThan(100);
  });

  test("that is down is named; another worker of the cluster serves", async (context) => {
    const house = await makeHouse(context);
    const down = "http://127.0.0.1:1";

    const alone = createConnectors(house.collaborators, { workers: [down], busyWaitMs: 1_000 });
    expect(await refusal(alone.ensure(makeConsumer()))).toMatchObject({
      code: "connect.unreachable",
      facts: { worker: down },
    });

    await createConnectors(house.collaborators, { workers: [down, house.worker.url] }).ensure(makeConsumer());
    expect(house.worker.connectors.size).toBe(1);
  });

  test.each(["http://user:s3cr3t@his:8083", "http://his:8083/path", "http://his:8083?x", ":"])(
    "%s is no worker",
    async (url) => {
      await withHouse(async ({ collaborators }) => {
        expect(() => createConnectors(collaborators, { workers: [url] })).toThrow(
          expect.objectContaining({ code: "config.invalid" }),
        );
      });
    },
  );
});

describe("a configuration that is refused", () => {
  test("names every option, and nothing is made", async (context) => {
    const house = await makeHouse(context);
    const errors = [
      `Error while validating connector config: FATAL: no pg_hba.conf entry, password=${SECRET}`,
    ];
    house.worker.next(/validate/, 200, {
      error_count: 1,
      configs: [{ definition: { type: "STRING" }, value: { name: "database.hostname", errors } }],
    });

    const error = await refusal(connectorsOf(house).ensure(makeConsumer()));

    expect(error).toMatchObject({
      code: "connect.rejected",
      faults: [{ path: "connector.database.hostname" }],
    });
    expect(house.worker.connectors.size).toBe(0);
  });

  test("by a NullPointerException is scrubbed to its first line", async (context) => {
    const house = await makeHouse(context);
    const message = `Cannot invoke "x.errors()" for jdbc:postgresql://dbz:${SECRET}@his because it is null\n\tat ${SECRET}`;
    house.worker.next(/^PUT .*\/config$/, 500, { error_code: 500, message });

    const error = await refusal(connectorsOf(house).ensure(makeConsumer()));

    expect(error).toMatchObject({ code: "connect.rejected", facts: { status: 500, request: "configure" } });
  });
});

describe("a task that failed", () => {
  test("is told by its trace's first line, without secrets and values, and left to the watch", async (context) => {
    const house = await makeHouse(context);
    house.worker.newTaskState = "FAILED";
    const connectors = connectorsOf(house);

    const error = await refusal(connectors.ensure(makeConsumer()));
    for (const connector of house.worker.connectors.values())
      connector.trace = `E: '张三' ${SECRET}x\n\tat y`;
    const again = await refusal(connectors.ensure(makeConsumer()));

    expect(error.code).toBe("connect.failed");
    expect(again.facts).toMatchObject({
      connector_state: "RUNNING",
      task_states: ["FAILED"],
      trace: "E: … ********x",
    });
    expect(house.worker.count(/restart/)).toBe(0);
  });

  test("is shown by its status", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    await connectors.ensure(makeConsumer());
    expect(await connectors.connectorStatus(makeConsumer())).toMatchObject({
      state: "running",
      failure: null,
    });

    for (const connector of house.worker.connectors.values()) connector.taskState = "FAILED";
    expect(await connectors.connectorStatus(makeConsumer())).toMatchObject({
      state: "failed",
      failure: "without a trace",
    });

    house.worker.connectors.clear();
    expect(await connectors.connectorStatus(makeConsumer())).toMatchObject({ state: "missing" });
  });

  test("that never runs is told after a bounded time", async (context) => {
    const house = await makeHouse(context);
    house.worker.newTaskState = "UNASSIGNED";

    const error = await refusal(connectorsOf(house).ensure(makeConsumer()));

    expect(error).toMatchObject({ code: "connect.failed", facts: { task_states: ["UNASSIGNED"] } });
  });
});
