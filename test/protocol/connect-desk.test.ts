import {
  type ConnectClient,
  type ConnectorDesk,
  type OffsetDesk,
  createConnectClient,
  createConnectorDesk,
  createConnectors,
  createOffsetDesk,
  createSnapshotDesk,
  strictPolicy,
  wantedOf,
} from "@gluttony/connect";
import { type TestContext, describe, expect, test } from "vitest";
import { makeConsumer } from "../../packages/connect/test/make-consumer.ts";
import { harmless } from "../../packages/connect/test/policy/hostile-configs.ts";
import { type House, SECRET, makeHouse, refusal } from "../../packages/connect/test/small-house.ts";

interface Desks {
  readonly house: House;
  readonly client: ConnectClient;
  readonly desk: ConnectorDesk;
  readonly offsets: OffsetDesk;
  readonly ensure: (...changes: Parameters<typeof makeConsumer>) => Promise<void>;
}

async function makeDesks(context: TestContext): Promise<Desks> {
  const house = await makeHouse(context);
  const { collaborators, settings } = house;
  const client = createConnectClient(collaborators, settings);
  const connectors = createConnectors(collaborators, settings);
  const signer = { key: "k", wallMs: () => 0 };
  const desk = createConnectorDesk(
    {
      ...collaborators,
      client,
      wantedOf: async (consumer) => (await wantedOf(consumer, collaborators)).planned,
      follow: (consumer) => connectors.follow(consumer),
    },
    { policy: strictPolicy, signer },
  );
  const offsets = createOffsetDesk(
    { client, registry: collaborators.registry, log: collaborators.log },
    signer,
  );
  return { house, client, desk, offsets, ensure: (changes) => connectors.ensure(makeConsumer(changes)) };
}

const write = { do: "write", connector: "c", config: harmless } as const;

describe("a connector from a form", () => {
  test("is planned without a change, applied by the plan's hash, and then in our care", async (context) => {
    const { house, desk } = await makeDesks(context);

    const plan = await desk.plan(write);
    const before = { connectors: house.worker.connectors.size, entries: house.entries.size };
    await desk.apply(write, plan.hash);

    expect(before).toEqual({ connectors: 0, entries: 0 });
    expect(plan).toMatchObject({ do: "write", isNew: true, refusals: [] });
    expect(JSON.stringify(plan)).not.toContain(SECRET);
    expect(house.worker.connectors.get("c")?.config).toMatchObject({ "database.password": SECRET });
    expect(house.entries.get("c")).toMatchObject({ kind: "written", slot: "slot_a", publication: "pub_a" });
    expect(JSON.stringify(house.entries.get("c")?.applied)).not.toContain(SECRET);
  });

  test("saved again as it is shown changes nothing, and its mask does not become its password", async (context) => {
    const { house, desk } = await makeDesks(context);
    await desk.apply(write, (await desk.plan(write)).hash);
    const again = { ...write, config: { ...harmless, "database.password": "********" } };

    const plan = await desk.plan(again);
    await desk.apply(again, plan.hash);

    expect(plan.changes).toEqual([]);
    expect(house.worker.connectors.get("c")?.config["database.password"]).toBe(SECRET);
    expect(house.worker.count(/^PUT .*\/config$/)).toBe(1);
  });

  test("planned by two people is applied by the first one; the second plan is stale", async (context) => {
    const { house, desk } = await makeDesks(context);
    await desk.apply(write, (await desk.plan(write)).hash);
    const polling = (ms: string) => ({ ...write, config: { ...harmless, "poll.interval.ms": ms } });
    const [one, other] = [polling("50"), polling("60")];
    const plans = [await desk.plan(one), await desk.plan(other)] as const;

    await desk.apply(one, plans[0].hash);

    expect(await refusal(desk.apply(other, plans[1].hash))).toMatchObject({ code: "connect.plan_stale" });
    expect(await refusal(desk.apply(other, plans[0].hash))).toMatchObject({ code: "connect.plan_stale" });
    expect(house.worker.connectors.get("c")?.config["poll.interval.ms"]).toBe("50");
  });

  test("that the worker refuses says so per option, and cannot be applied", async (context) => {
    const { house, desk } = await makeDesks(context);
    const errors = [`FATAL: password authentication failed, password=${SECRET}`];
    const answer = {
      configs: [{ definition: { type: "STRING" }, value: { name: "database.hostname", errors } }],
    };
    house.worker.next(/validate/, 200, answer);
    house.worker.next(/validate/, 200, answer);

    const plan = await desk.plan(write);

    expect(plan.refusals).toMatchObject([{ code: "connect.rejected", path: "connector.database.hostname" }]);
    expect(JSON.stringify(plan)).not.toContain(SECRET);
    expect(await refusal(desk.apply(write, plan.hash))).toMatchObject({
      code: "connect.plan_refused",
      faults: [{ path: "connector.database.hostname" }],
    });
    expect(house.worker.connectors.size).toBe(0);
  });

  test("that is hostile is refused before any worker hears of it", async (context) => {
    const { house, desk } = await makeDesks(context);
    const hostile = { ...write, config: { ...harmless, "producer.override.sasl.jaas.config": "x" } };

    const plan = await desk.plan(hostile);

    expect(plan.refusals).toMatchObject([{ code: "connect.option_denied" }]);
    expect(house.worker.count(/validate/)).toBe(0);
    expect((await refusal(desk.apply(hostile, plan.hash))).code).toBe("connect.plan_refused");
  });
});

describe("drift", () => {
  test("is left and shown when the row is ensured again, and goes by plan", async (context) => {
    const { house, desk, ensure } = await makeDesks(context);
    await ensure();
    const [name = "", kept] = [...house.worker.connectors][0] ?? [];
    if (kept === undefined) throw new Error("no connector");
    kept.config = { ...kept.config, "poll.interval.ms": "900" };

    await ensure();
    const left = house.worker.connectors.get(name)?.config["poll.interval.ms"];
    const deed = { do: "follow", consumer: makeConsumer() } as const;
    const plan = await desk.plan(deed);
    await desk.apply(deed, plan.hash);

    expect(left).toBe("900");
    expect(house.logged.join()).toContain("changed by somebody else");
    expect(plan.changes).toEqual([
      { option: "poll.interval.ms", before: "900", after: "20", isSecret: false },
    ]);
    expect(house.worker.connectors.get(name)?.config["poll.interval.ms"]).toBe("20");
  });

  test("does not keep a row's own change from its connector", async (context) => {
    const { house, ensure } = await makeDesks(context);
    await ensure();
    for (const kept of house.worker.connectors.values())
      kept.config = { ...kept.config, "poll.interval.ms": "900" };

    await ensure({ options: { "snapshot.mode": "no_data" } });

    const [kept] = house.worker.connectors.values();
    expect(kept?.config).toMatchObject({ "snapshot.mode": "no_data", "poll.interval.ms": "900" });
  });
});

describe("a connector of somebody else", () => {
  test("is adopted as it stands, kept when no row uses it, and removed by plan with its slot", async (context) => {
    const { house, desk } = await makeDesks(context);
    house.worker.keep("foreign", { ...harmless, name: "foreign", "errors.tolerance": "all" });
    const adopt = { do: "adopt", connector: "foreign", consumerIds: [] } as const;
    const remove = { do: "remove", connector: "foreign", slot: true, publication: false } as const;

    await desk.apply(adopt, (await desk.plan(adopt)).hash);
    const removed = await createConnectors(house.collaborators, house.settings).removeUnused();
    const kept = house.worker.connectors.size;
    const writes = house.worker.count(/^PUT .*\/config$/);
    await desk.apply(remove, (await desk.plan(remove)).hash);

    expect([removed, kept, writes]).toEqual([[], 1, 0]);
    expect(house.worker.connectors.size).toBe(0);
    expect(house.dropped).toEqual([{ slot: "slot_a", publication: null }]);
    expect(house.entries.size).toBe(0);
  });

  test("that a row uses is not removed, by no plan", async (context) => {
    const { house, desk, ensure } = await makeDesks(context);
    await ensure();
    const [connector = ""] = house.worker.connectors.keys();
    const remove = { do: "remove", connector, slot: true, publication: true } as const;

    const plan = await desk.plan(remove);

    expect(plan.refusals).toMatchObject([{ code: "connect.connector_in_use" }]);
    expect((await refusal(desk.apply(remove, plan.hash))).code).toBe("connect.plan_refused");
    expect([house.worker.connectors.size, house.dropped]).toEqual([1, []]);
  });

  test("that came to be used after the plan is not removed", async (context) => {
    const { house, desk } = await makeDesks(context);
    house.worker.keep("foreign", { ...harmless, name: "foreign" });
    const adopt = { do: "adopt", connector: "foreign", consumerIds: [] } as const;
    await desk.apply(adopt, (await desk.plan(adopt)).hash);
    const remove = { do: "remove", connector: "foreign", slot: false, publication: false } as const;
    const plan = await desk.plan(remove);
    const entry = house.entries.get("foreign");
    if (entry !== undefined) house.entries.set("foreign", { ...entry, consumerIds: ["1"] });

    expect((await refusal(desk.apply(remove, plan.hash))).code).toBe("connect.plan_stale");
    expect(house.worker.connectors.size).toBe(1);
  });
});

describe("positions", () => {
  const offset = { lsn: 10, lsn_proc: 10, txId: 1 };
  const move = { do: "move", connector: "c", partition: { server: "his" }, field: "lsn", value: 20 } as const;

  test("move while the connector is stopped, by plan", async (context) => {
    const { house, client, desk, offsets } = await makeDesks(context);
    await desk.apply(write, (await desk.plan(write)).hash);
    Object.assign(house.worker.connectors.get("c") ?? {}, {
      offsets: [{ partition: { server: "his" }, offset }],
    });

    const early = await offsets.plan(move);
    await client.stop("c");
    const plan = await offsets.plan(move);
    await offsets.apply(move, plan.hash);

    expect(early.refusals).toMatchObject([{ code: "connect.not_stopped" }]);
    expect(plan).toMatchObject({ refusals: [], after: [{ offset: { ...offset, lsn: 20 } }] });
    expect(await offsets.read("c")).toEqual([
      { partition: { server: "his" }, offset: { ...offset, lsn: 20 } },
    ]);
    expect((await refusal(offsets.apply(move, plan.hash))).code).toBe("connect.plan_stale");
    expect((await refusal(offsets.apply(move, early.hash))).code).toBe("connect.plan_stale");
  });

  test("of a connector of somebody else do not move", async (context) => {
    const { house, offsets } = await makeDesks(context);
    house.worker.keep("c", harmless, { state: "STOPPED" });

    expect((await refusal(offsets.plan(move))).code).toBe("connect.not_ours");
  });
});

describe("snapshots", () => {
  test("are asked for by a signal, once per id, and tell how far they are", async (context) => {
    const { house, client, ensure } = await makeDesks(context);
    await ensure({ options: { "signal.data.collection": "his.signal" } });
    const [connector = ""] = house.worker.connectors.keys();
    const sent = new Map<string, unknown>();
    const topics: string[] = [];
    const desk = createSnapshotDesk({
      ...house.collaborators,
      client,
      listTables: async () =>
        ["public.patient", "public.visit", "his.signal"].map((name) => ({ name, hasPrimaryKey: true })),
      sendSignal: async (_connString, table, signal) => {
        const isNew = !sent.has(signal.id);
        sent.set(signal.id, { table, ...signal });
        return isNew;
      },
      readNewest: async (topic) => {
        topics.push(topic);
        return [{ id: "s1", aggregate_type: "Incremental Snapshot", type: "STARTED", timestamp: 1 }];
      },
    });
    const execute = { do: "execute", connector, tables: ["public.patient"], type: "incremental" } as const;

    expect(await desk.tables(connector)).toEqual([{ name: "public.patient", hasPrimaryKey: true }]);
    expect(await desk.signal(execute, "s1")).toEqual({ id: "s1", isNew: true });
    expect(await desk.signal(execute, "s1")).toEqual({ id: "s1", isNew: false });
    expect(await refusal(desk.signal({ ...execute, tables: ["public.visit"] }))).toMatchObject({
      code: "connect.snapshot_refused",
      faults: [{ path: "tables[0]" }],
    });
    expect([...sent.values()]).toMatchObject([{ table: "his.signal", type: "execute-snapshot" }]);
    expect(await desk.progress(connector)).toMatchObject([{ id: "s1", state: "started" }]);
    expect(topics).toEqual([expect.stringMatching(/^gluttony-[0-9a-f]{16}\.notifications$/)]);
  });
});
