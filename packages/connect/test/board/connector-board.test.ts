import { type TestContext, expect, test } from "vitest";
import {
  type ConnectorBoard,
  type ConnectorEvent,
  createConnectClient,
  createConnectCluster,
  createConnectorBoard,
  createConnectorDeeds,
  MASK,
  strictPolicy,
} from "../../src/index.ts";
import { harmless } from "../policy/hostile-configs.ts";
import { type House, makeHouse, refusal, SECRET } from "../small-house.ts";

interface Board {
  readonly house: House;
  readonly board: ConnectorBoard;
  readonly events: ConnectorEvent[];
}

async function makeBoard(context: TestContext): Promise<Board> {
  const house = await makeHouse(context);
  const events: ConnectorEvent[] = [];
  const client = createConnectClient(house.collaborators, house.settings);
  const { registry } = house.collaborators;
  const book = { load: async () => [], events: async () => events };
  return { house, board: createConnectorBoard({ client, registry, book }), events };
}

const deedsOf = ({ house, events }: Board) => {
  const client = createConnectClient(house.collaborators, house.settings);
  const { registry, log } = house.collaborators;
  const note = async (noted: readonly ConnectorEvent[]): Promise<void> => void events.push(...noted);
  return createConnectorDeeds({ client, registry, note, clock: { wallMs: () => 0 }, log }, "host-a");
};

const entry = {
  ...{ name: "ours", consumerIds: ["1"], sourceIdentity: "s", topic: "t", connString: SECRET },
  ...{
    slot: "slot_a",
    publication: "pub_a",
    kind: "written" as const,
    applied: { "poll.interval.ms": "50" },
  },
} as const;

test("one that runs with a failed task has failed, and its trace is scrubbed", async (context) => {
  const { house, board } = await makeBoard(context);
  house.worker.keep("ours", harmless, { taskState: "FAILED", trace: `java.sql: password ${SECRET}\n at x` });

  const { connectors } = await board.look();

  expect(connectors).toMatchObject([
    { name: "ours", registration: null, running: { state: "failed", workerState: "RUNNING" } },
  ]);
  expect(JSON.stringify(connectors)).not.toContain(SECRET);
  expect(connectors[0]?.running?.tasks[0]?.failure).toContain(MASK);
});

test("what somebody else changed is drift, and a connection string is not looked at", async (context) => {
  const { house, board } = await makeBoard(context);
  house.entries.set("ours", entry);
  house.worker.keep("ours", { "poll.interval.ms": "77", "database.password": SECRET });

  const look = await board.look();

  expect(look.connectors[0]?.drift).toEqual([
    { option: "poll.interval.ms", before: "50", after: "77", isSecret: false },
  ]);
  expect(JSON.stringify(look)).not.toContain(SECRET);
  expect(await board.config("ours")).toEqual({ "poll.interval.ms": "77", "database.password": MASK });
  expect(await board.config("nobody")).toBeNull();
});

test("a worker that is down hides only what it alone knows", async (context) => {
  const { house } = await makeBoard(context);
  house.entries.set("ours", entry);
  const client = createConnectClient(house.collaborators, { workers: ["http://127.0.0.1:1"], busyWaitMs: 0 });
  const { registry } = house.collaborators;
  const board = createConnectorBoard({
    client,
    registry,
    book: { load: async () => [], events: async () => [] },
  });

  const look = await board.look();

  expect(look).toMatchObject({
    unseen: { code: "connect.unreachable" },
    connectors: [{ name: "ours", registration: { kind: "written", slot: "slot_a" }, running: null }],
  });
});

test("a person pauses, resumes, stops and restarts only what is in our care, and it is noted", async (context) => {
  const board = await makeBoard(context);
  const deeds = deedsOf(board);
  board.house.worker.keep("foreign", harmless);
  board.house.worker.keep("ours", harmless);
  board.house.entries.set("ours", entry);

  await deeds.ask("ours", { do: "pause" });
  await deeds.ask("ours", { do: "restart", scope: "all" });
  await deeds.ask("ours", { do: "restart_task", task: 0 });
  const foreign = await refusal(deeds.ask("foreign", { do: "stop" }));
  const noTask = await refusal(deeds.ask("ours", { do: "restart_task", task: 7 }));

  expect([foreign.code, noTask.code]).toEqual(["connect.not_ours", "request.invalid"]);
  expect(board.house.worker.count(/stop$/)).toBe(0);
  expect(board.house.worker.count(/\/restart\?includeTasks=true&onlyFailed=false$/)).toBe(1);
  expect(board.house.worker.count(/tasks\/0\/restart$/)).toBe(1);
  expect(board.events.map(({ deed, outcome }) => `${deed} ${outcome}`)).toEqual([
    "pause asked",
    "restart_all asked",
    "restart_task asked",
  ]);
});

test("the cluster tells its workers, what they can make, and which options may be set", async (context) => {
  const { house } = await makeBoard(context);
  const clientOf = (url: string) =>
    createConnectClient(house.collaborators, { workers: [url], busyWaitMs: 0, requestTimeoutMs: 500 });
  const urls = ["http://127.0.0.1:1", house.worker.url];
  const cluster = createConnectCluster({
    client: clientOf(house.worker.url),
    workers: urls.map((url) => ({ url, client: clientOf(url) })),
    policy: { ...strictPolicy, sources: ["mysql"] },
  });

  const look = await cluster.look();
  const schema = await cluster.schema("PostgresConnector");

  expect(look.workers.map(({ isReachable, refusal: why }) => [isReachable, why?.code ?? null])).toEqual([
    [false, "connect.unreachable"],
    [true, null],
  ]);
  expect(look).toMatchObject({ version: "4.1.2", capabilities: { stop: true, alter_offsets: true } });
  expect(schema.type).toMatchObject({ name: "PostgresConnector", isAllowed: false });
  expect(schema.options).toMatchObject([{ name: "slot.name", isSecret: false, isSettable: true }]);
  expect(await refusal(cluster.schema("Nothing"))).toMatchObject({ code: "connect.type_missing" });
});
