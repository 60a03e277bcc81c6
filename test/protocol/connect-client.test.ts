import { type ConnectClient, createConnectClient } from "@gluttony/connect";
import { createHttpClient } from "@gluttony/egress";
import { type TestContext, describe, expect, test } from "vitest";
import { FakeConnect } from "../../packages/connect/test/fake-connect.ts";

const rules = { secrets: [], known: [] };
const timedOut = {
  status: 500,
  body: { error_code: 500, message: "Request timed out. The worker is currently busy" },
};
const rebalance = {
  error_code: 409,
  message: "Cannot complete request because of a conflicting operation (e.g. worker rebalance)",
};
const page = "<html><h2>502 Bad Gateway</h2></html>";

interface Scene {
  readonly worker: FakeConnect;
  readonly client: ConnectClient;
  /** Milliseconds that were slept, in virtual time. */
  readonly pauses: number[];
}

async function makeScene(
  context: Pick<TestContext, "onTestFinished">,
  further: readonly string[] = [],
): Promise<Scene> {
  const worker = await new FakeConnect().start(context);
  const http = createHttpClient({ closeWithinMs: 200, answerBytesMax: 100_000 });
  context.onTestFinished(() => http.close());
  const pauses: number[] = [];
  const clock = {
    monotonicMs: () => pauses.reduce((sum, ms) => sum + ms, 0),
    sleep: async (ms: number) => void pauses.push(ms),
  };
  const workers = [...further, worker.url];
  const client = createConnectClient(
    { http, clock, random: () => 0.5 },
    { workers, requestTimeoutMs: 2_000 },
  );
  return { worker, client, pauses };
}

describe("what the product asks", () => {
  test("is answered by a worker: list, configuration, plugins, options, topics, version", async (context) => {
    const { worker, client } = await makeScene(context);
    worker.keep("c", { "connector.class": "x" }, { taskState: "FAILED", trace: "boom" });
    worker.keep("empty", {}, { hasTasks: false });

    expect(await client.worker()).toEqual({ version: "4.1.2", kafkaClusterId: "cluster" });
    expect(await client.list()).toMatchObject([
      {
        name: "c",
        type: "source",
        config: { "connector.class": "x" },
        status: { tasks: [{ id: 0, state: "FAILED" }] },
      },
      { name: "empty", status: { connector: { state: "RUNNING" }, tasks: [] } },
    ]);
    expect(await client.config("c")).toEqual({ "connector.class": "x" });
    expect(await client.config("nobody")).toBeNull();
    expect(await client.plugins()).toMatchObject([{ version: "3.6.1.Final" }]);
    expect(await client.options("PostgresConnector")).toMatchObject([
      { name: "slot.name", defaultValue: "debezium" },
    ]);
    expect(await client.topics("c")).toEqual(["c.topic"]);
  });

  test("pause, resume, stop, offsets and their reset do what they say", async (context) => {
    const { worker, client } = await makeScene(context);
    const kept = worker.keep("c", {}, { offsets: [{ partition: { server: "p" }, offset: { lsn: 1 } }] });

    await client.pause("c");
    expect(kept.state).toBe("PAUSED");
    await client.resume("c");
    expect(kept.state).toBe("RUNNING");
    await client.stop("c");
    await client.alterOffsets("c", [{ partition: { server: "p" }, offset: { lsn: 2 } }]);
    expect(await client.offsets("c")).toEqual([{ partition: { server: "p" }, offset: { lsn: 2 } }]);
    await client.resetOffsets("c");
    expect(await client.offsets("c")).toEqual([]);
  });

  test("restarts what failed, everything, the connector alone, or one task", async (context) => {
    const { worker, client } = await makeScene(context);
    worker.keep("c", {});

    await client.restart("c");
    await client.restart("c", "all");
    await client.restart("c", "connector");
    await client.restartTask("c", 0);

    expect(worker.asked.filter(({ method }) => method === "POST").map(({ path }) => path)).toEqual([
      "/connectors/c/restart?includeTasks=true&onlyFailed=true",
      "/connectors/c/restart?includeTasks=true&onlyFailed=false",
      "/connectors/c/restart",
      "/connectors/c/tasks/0/restart",
    ]);
  });
});

describe("an answer that got lost", () => {
  test.each([
    ["a time-out of 90 seconds after which the work was done", timedOut],
    ["a proxy that gave up waiting", { status: 504, body: page }],
    ["a worker that died after it did the work", null],
  ])("%s: it is read back, and nothing is done twice", async (_what, reply) => {
    await withScene(async ({ worker, client }) => {
      worker.nextDone(/^PUT .*\/config$/, reply);
      worker.nextDone(/^PUT .*\/stop$/, reply);
      worker.nextDone(/^DELETE/, reply);

      await client.configure("c", { "tasks.max": "1" }, rules);
      await client.stop("c");
      await client.delete("c");

      expect(worker.count(/^PUT .*\/config$/)).toBe(1);
      expect(worker.count(/^PUT .*\/stop$/)).toBe(1);
      expect(worker.count(/^DELETE/)).toBe(1);
      expect([...worker.connectors]).toEqual([]);
    });
  });

  test("and the work was not done: it is asked for again", async (context) => {
    const { worker, client } = await makeScene(context);
    worker.nextLost(/^PUT .*\/config$/);
    worker.next(/^PUT .*\/config$/, timedOut.status, timedOut.body);

    await client.configure("c", { "tasks.max": "1" }, rules);

    expect(worker.count(/^PUT .*\/config$/)).toBe(3);
    expect(worker.connectors.get("c")?.config).toEqual({ "tasks.max": "1", name: "c" });
  });

  test("of a restart is said to be unknown: a second one would be one more", async (context) => {
    const { worker, client } = await makeScene(context);
    worker.keep("c", {});
    worker.nextDone(/restart/, null);

    await expect(client.restart("c")).rejects.toMatchObject({
      code: "connect.outcome_unknown",
      facts: { request: "restart" },
    });
    expect(worker.count(/restart/)).toBe(1);
  });
});

describe("a cluster that is not ready", () => {
  test("409 for a while is waited out with growing, jittered pauses", async (context) => {
    const { worker, client, pauses } = await makeScene(context);
    for (let time = 0; time < 6; time += 1) worker.next(/^DELETE/, 409, rebalance);
    worker.keep("c", {});

    await client.delete("c");

    expect(pauses).toEqual([125, 250, 500, 1_000, 2_000, 2_000]);
    expect(worker.connectors.size).toBe(0);
  });

  test("is asked after the time that it names", async (context) => {
    const { worker, client, pauses } = await makeScene(context);
    worker.next(/^GET/, 503, page, { "retry-after": "7" });

    await client.list();

    expect(pauses).toEqual([7_000]);
  });

  test("a worker that refuses is passed over for the next one", async (context) => {
    const { worker, client } = await makeScene(context, ["http://127.0.0.1:1", "http://127.0.0.1:2"]);
    worker.keep("c", {});

    expect(await client.status("c")).toMatchObject({ connector: { state: "RUNNING" } });
    expect(await client.isHealthy()).toBe(true);
  });

  test("a name that is taken is not a rebalance", async (context) => {
    const { worker, client, pauses } = await makeScene(context);
    worker.next(/^PUT/, 409, { error_code: 409, message: "Connector c already exists" });

    await expect(client.configure("c", {}, rules)).rejects.toMatchObject({
      code: "connect.rejected",
      facts: { status: 409 },
    });
    expect(pauses).toEqual([]);
  });
});

describe("what is refused", () => {
  test.each([
    [401, "connect.access_denied"],
    [403, "connect.access_denied"],
    [400, "connect.rejected"],
    [405, "connect.not_supported"],
  ])("HTTP %i with a page of a proxy is %s, and not asked again", async (status, code) => {
    await withScene(async ({ worker, client }) => {
      worker.next(/^GET/, status, "<html>no</html>");

      await expect(client.list()).rejects.toMatchObject({ code });
      expect(worker.asked).toHaveLength(1);
    });
  });

  test("a connector that is not there: for a deletion that is as good as done", async (context) => {
    const { client } = await makeScene(context);

    await client.delete("nobody");
    await expect(client.pause("nobody")).rejects.toMatchObject({
      code: "connect.connector_missing",
      facts: { connector: "nobody" },
    });
  });

  test("an answer larger than may be is cut off, and not asked for again", async (context) => {
    const { worker, client } = await makeScene(context);
    worker.keep("c", { big: "x".repeat(200_000) });

    await expect(client.list()).rejects.toMatchObject({ code: "connect.rejected" });
    expect(worker.asked).toHaveLength(1);
  });

  test.each([
    ["3.4.0", "stop", "3.5"],
    ["3.5.1", "alter_offsets", "3.6"],
    ["7.4.0-ccs", "offsets", "3.5"],
    ["2.8.0", "restart_tasks", "3.0"],
  ])("a worker of %s is too old for %s", async (version, feature, since) => {
    await withScene(async ({ worker, client }) => {
      worker.version = version;
      worker.keep("c", {});
      const deeds: { readonly [feature: string]: () => Promise<unknown> } = {
        stop: () => client.stop("c"),
        alter_offsets: () => client.resetOffsets("c"),
        offsets: () => client.offsets("c"),
        restart_tasks: () => client.restart("c"),
      };

      await expect(deeds[feature]?.()).rejects.toMatchObject({
        code: "connect.not_supported",
        facts: { feature, version, since },
      });
      expect(worker.count(/connectors/)).toBe(0);
    });
  });

  test("an old worker without /health is ready when it tells its version", async (context) => {
    const { worker, client } = await makeScene(context);
    worker.next(/health/, 404, { error_code: 404, message: "HTTP 404 Not Found" });

    expect(await client.isHealthy()).toBe(true);
  });
});

test("validation answers every fault with its option, and nothing of a password", async (context) => {
  const { worker, client } = await makeScene(context);
  const errors = ["Invalid value s3cr3t for slot"];
  const configs = [
    { value: null },
    { definition: { type: "STRING" }, value: { name: "slot.name", errors } },
    { definition: { type: "PASSWORD" }, value: { name: "database.password", value: "s3cr3t", errors } },
  ];
  worker.next(/validate/, 200, { error_count: 2, configs });

  const faults = await client.check("PostgresConnector", {}, { secrets: ["s3cr3t"], known: [] });

  expect(faults).toEqual([
    { path: "connector.slot.name", message: "Invalid value ******** for slot" },
    { path: "connector.database.password", message: "Refused." },
  ]);
});

async function withScene(work: (scene: Scene) => Promise<void>): Promise<void> {
  const cleanups: (() => unknown)[] = [];
  const context = {
    onTestFinished: (cleanup: () => unknown) => void cleanups.push(cleanup),
  } as unknown as TestContext;
  try {
    await work(await makeScene(context));
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  }
}
