import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpClient } from "@gluttony/egress";
import {
  type ConnectorsCollaborators,
  type ConnectorsSettings,
  type InspectedTable,
  type RegisteredConnector,
  createConnectors,
} from "@gluttony/connect";
import type { Consumer } from "@gluttony/model";
import { type TestContext, describe, expect, test } from "vitest";
import { makeConsumer } from "../../packages/connect/test/make-consumer.ts";

const SECRET = "s3cr3t";

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, string> | null;
}

/** A small worker of Kafka Connect that keeps connectors, and answers out of turn what a test tells it. */
class Worker {
  readonly asked: Asked[] = [];
  readonly connectors = new Map<
    string,
    { config: Record<string, string>; taskState: string; trace?: string }
  >();
  /** Answered before anything else, first come first served. */
  readonly replies: { readonly to: RegExp; readonly reply: Reply }[] = [];
  newTaskState = "RUNNING";
  url = "";

  async start(context: TestContext): Promise<this> {
    const server = createServer((request, response) => {
      void textOf(request).then((text) => {
        const { status, body } = this.#answer(request.method ?? "", request.url ?? "", text);
        const isHtml = typeof body === "string";
        response.writeHead(status, { "content-type": isHtml ? "text/html" : "application/json" });
        response.end(body === undefined ? "" : isHtml ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.onTestFinished(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this;
  }

  next(to: RegExp, status: number, body?: unknown): void {
    this.replies.push({ to, reply: { status, body } });
  }

  count(what: RegExp): number {
    return this.asked.filter(({ method, path }) => what.test(`${method} ${path}`)).length;
  }

  #answer(method: string, path: string, text: string): Reply {
    const body = text === "" ? null : (JSON.parse(text) as Record<string, string>);
    this.asked.push({ method, path, body });
    const told = this.replies.findIndex(({ to }) => to.test(`${method} ${path}`));
    const [scripted] = told < 0 ? [] : this.replies.splice(told, 1);
    if (scripted !== undefined) return scripted.reply;
    if (path === "/health") return { status: 200, body: { status: "healthy" } };
    if (path.endsWith("/validate"))
      return { status: 200, body: { error_count: 0, configs: [{ value: null }] } };
    return this.#connector(method, path, body);
  }

  #connector(method: string, path: string, body: Record<string, string> | null): Reply {
    const name = path.split("/")[2] ?? "";
    const connector = this.connectors.get(name);
    if (method === "PUT") {
      this.connectors.set(name, { config: body ?? {}, taskState: this.newTaskState });
      return { status: connector === undefined ? 201 : 200, body: { name, config: body } };
    }
    if (connector === undefined)
      return { status: 404, body: { error_code: 404, message: `No status found for connector ${name}` } };
    if (method === "DELETE") {
      this.connectors.delete(name);
      return { status: 204 };
    }
    const task = { id: 0, state: connector.taskState, trace: connector.trace };
    return {
      status: method === "POST" ? 202 : 200,
      body: { name, connector: { state: "RUNNING" }, tasks: [task] },
    };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const table: InspectedTable = {
  exists: true,
  primaryKey: ["id"],
  replicaIdentity: "f",
  identityColumns: ["id", "patient_id"],
  columns: ["id", "patient_id"],
  walLevel: "logical",
};

interface House {
  readonly worker: Worker;
  readonly entries: Map<string, RegisteredConnector>;
  readonly topics: Map<string, number>;
  readonly dropped: unknown[];
  readonly logged: string[];
  readonly ids: Set<string>;
  readonly settings: { workers: string[] } & ConnectorsSettings;
  readonly collaborators: ConnectorsCollaborators;
}

async function makeHouse(context: TestContext): Promise<House> {
  const worker = await new Worker().start(context);
  const http = createHttpClient({ closeWithinMs: 200 });
  context.onTestFinished(() => http.close());
  const [entries, topics] = [new Map<string, RegisteredConnector>(), new Map<string, number>()];
  const [dropped, logged, ids] = [[] as unknown[], [] as string[], new Set(["1", "2"])];
  let nowMs = 0;
  const log = (message: string, facts?: object): void => void logged.push(JSON.stringify([message, facts]));
  const collaborators: ConnectorsCollaborators = {
    http,
    registry: {
      upsert: async (entry) => void entries.set(entry.name, entry),
      list: async () => [...entries.values()],
      remove: async (name) => void entries.delete(name),
      openConnString: ({ connString }) => connString,
      withLock: (_name, work) => work(),
    },
    resolveSecret: async (value) => value.replace("${env:HIS}", `postgresql://dbz:${SECRET}@his:5432/emr`),
    inspectTable: async () => table,
    dropReplication: async (_connString, objects) => void dropped.push(objects),
    ensureTopic: async (name, { partitions }) => void topics.set(name, partitions),
    consumerIds: async () => [...ids],
    clock: {
      monotonicMs: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
    },
    random: () => 0.5,
    log: { info: log, warn: log },
  };
  return {
    worker,
    entries,
    topics,
    dropped,
    logged,
    ids,
    settings: { workers: [worker.url] },
    collaborators,
  };
}

const connectorsOf = ({ collaborators, settings }: House) => createConnectors(collaborators, settings);

async function refusal(work: Promise<unknown>): Promise<{ code: string; facts: object; faults: unknown[] }> {
  try {
    await work;
  } catch (error) {
    expect(JSON.stringify([String(error), error])).not.toContain(SECRET);
    return error as { code: string; facts: object; faults: unknown[] };
  }
  throw new Error("Nothing was refused.");
}

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

  test.each<[string, RegExp, number, unknown]>([
    ["rebalances (409)", /^PUT .*\/config$/, 409, saying("… conflicting operation (e.g. worker rebalance)")],
    [
      "is stale (409)",
      /^PUT .*\/config$/,
      409,
      saying("Cannot complete request momentarily due to stale configuration"),
    ],
    ["has no leader (409)", /^PUT .*\/config$/, 409, saying("… no known leader URL …")],
    [
      "expects a rebalance (500)",
      /^PUT .*\/config$/,
      500,
      saying("Request cannot be completed because a rebalance is expected"),
    ],
    ["starts (404 page)", /^GET/, 404, html],
    ["starts (503)", /^GET/, 503, saying("starting")],
    ["hides behind a proxy (502 page)", /^PUT/, 502, "<html>bad gateway</html>"],
  ])("that %s is waited for", async (_what, to, status, body) => {
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
  test("is restarted once, then its trace's first line is told without secrets and values", async (context) => {
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
    expect(house.worker.count(/restart/)).toBe(2);
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

describe("removing what nobody uses", () => {
  test("connector, slot, publication and memory go, in this order, when the last row is gone", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    await connectors.ensure(makeConsumer({ id: "1" }));
    await connectors.ensure(makeConsumer({ id: "2", connString: "${env:HIS}" }));
    const [entry] = house.entries.values();

    house.ids.delete("1");
    expect(await connectors.removeUnused()).toEqual([]);
    expect(house.worker.connectors.size).toBe(1);

    house.ids.delete("2");
    expect(await connectors.removeUnused()).toEqual([entry?.name]);
    expect(house.worker.connectors.size).toBe(0);
    expect(house.dropped).toEqual([{ slot: entry?.slot, publication: entry?.publication }]);
    expect(house.entries.size).toBe(0);
    expect(house.logged.filter((line) => line.includes("deleted") || line.includes("dropped"))).toHaveLength(
      2,
    );
    expect(entry?.connString).toBe("${env:HIS}");
  });

  test("what fails is remembered and tried again", async (context) => {
    const house = await makeHouse(context);
    let isDown = true;
    const dropReplication: ConnectorsCollaborators["dropReplication"] = async (_connString, objects) => {
      if (isDown) throw new Error(`cannot connect with ${SECRET}`);
      house.dropped.push(objects);
    };
    const connectors = createConnectors({ ...house.collaborators, dropReplication }, house.settings);
    await connectors.ensure(makeConsumer());
    house.ids.clear();

    expect(await connectors.removeUnused()).toEqual([]);
    expect(house.entries.size).toBe(1);
    isDown = false;
    expect(await connectors.removeUnused()).toHaveLength(1);
    expect(house.logged.join()).not.toContain(SECRET);
  });

  test("a row that comes to use it before the lock is taken keeps it", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    await connectors.ensure(makeConsumer());
    const asked = [new Set<string>(), house.ids];
    const racing = createConnectors(
      { ...house.collaborators, consumerIds: async () => [...(asked.shift() ?? [])] },
      house.settings,
    );

    expect(await racing.removeUnused()).toEqual([]);
    expect(house.worker.connectors.size).toBe(1);
  });

  test("a row that captures something else leaves its old connector", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    await connectors.ensure(makeConsumer({ table: "patient" }));
    const [old] = house.entries.keys();
    await connectors.ensure(makeConsumer({ table: "visit" }));

    expect(await connectors.removeUnused()).toEqual([old]);
    expect([...house.worker.connectors.keys()]).toEqual([...house.entries.keys()]);
  });

  test("two rows that share one and move together do not block each other", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    const [before, after] = [{ topic: "t" }, { topic: "t", table: "visit" }];
    for (const id of ["1", "2"]) await connectors.ensure(makeConsumer({ id, ...before }));

    expect((await refusal(connectors.ensure(makeConsumer({ id: "1", ...after })))).code).toBe(
      "consumer.topic_conflict",
    );
    await connectors.ensure(makeConsumer({ id: "2", ...after }));
    await connectors.ensure(makeConsumer({ id: "1", ...after }));

    expect(await connectors.removeUnused()).toHaveLength(1);
    expect([...house.entries.values()]).toMatchObject([{ consumerIds: ["2", "1"] }]);
  });
});

async function withHouse(work: (house: House) => Promise<void>): Promise<void> {
  const cleanups: (() => unknown)[] = [];
  const context = { onTestFinished: (cleanup: () => unknown) => void cleanups.push(cleanup) };
  try {
    await work(await makeHouse(context as unknown as TestContext));
  } finally {
    for (const cleanup of cleanups) await cleanup();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
