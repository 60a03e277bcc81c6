import { GluttonyError } from "@gluttony/model";
import { expect, test } from "vitest";
import type { RegisteredConnector } from "../../src/ports.ts";
import {
  type MeasureCollaborators,
  measureOnce,
  type MeasuredSource,
} from "../../src/watch/measure-sources.ts";

const entry: RegisteredConnector = {
  name: "c1",
  consumerIds: ["1"],
  sourceIdentity: "postgresql:db:5432/his/his.person",
  topic: "persons",
  connString: "sealed",
  slot: "slot_1",
  publication: "slot_1",
  kind: "made",
  applied: { "topic.prefix": "gluttony-1", "heartbeat.interval.ms": "10000" },
};
const slot = { isActive: true, walStatus: "reserved", retainedBytes: 7n, behindBytes: 3n };
const at = new Date("2026-01-01T00:00:00Z");

function parts(changes: Partial<MeasureCollaborators> = {}, entries = [entry]) {
  const saved: MeasuredSource[] = [];
  const collaborators: MeasureCollaborators = {
    client: { list: async () => [] },
    registry: { list: async () => entries, openConnString: () => "postgres://reader@db/his" },
    book: {
      whileAlone: (work) => work(),
      save: async (measured) => void saved.push(...measured),
    },
    resolveSecret: async (value) => value,
    measureSlot: async () => slot,
    newestAt: async () => at,
    clock: { sleep: async () => undefined },
    log: { info: () => undefined, warn: () => undefined },
    ...changes,
  };
  return { collaborators, saved };
}

async function measuredWith(changes: Partial<MeasureCollaborators>, entries = [entry]) {
  const { collaborators, saved } = parts(changes, entries);
  await measureOnce(collaborators);
  return saved;
}

test("measures slot, heartbeat, last change and tasks", async () => {
  const asked: string[] = [];
  const status = {
    connector: { state: "RUNNING", trace: null, worker: null },
    tasks: [{ id: 0, state: "FAILED", trace: "x", worker: null }],
  };
  const [measured] = await measuredWith({
    client: { list: async () => [{ name: "c1", config: entry.applied ?? {}, type: "source", status }] },
    newestAt: async (topic) => {
      asked.push(topic);
      return at;
    },
  });

  expect(measured).toEqual({
    connector: "c1",
    tasks: [{ id: 0, state: "FAILED" }],
    slot,
    slotReason: null,
    heartbeatAt: at,
    heartbeatEveryMs: 10_000,
    heartbeatReason: null,
    lastChangeAt: at,
    lastChangeReason: null,
  });
  expect(asked.toSorted()).toEqual(["__debezium-heartbeat.gluttony-1", "persons"]);
});

const refused: [string, Partial<MeasureCollaborators>, string][] = [
  ["the slot is gone", { measureSlot: async () => null }, "slot_missing"],
  [
    "the database is away",
    { measureSlot: () => Promise.reject(new GluttonyError("connect.source_unreachable")) },
    "connect.source_unreachable",
  ],
  ["nobody has a login", { registry: { list: async () => [entry], openConnString: () => null } }, "no_login"],
];

test.each(refused)("says why the slot is not known when %s", async (_what, changes, reason) => {
  const [measured] = await measuredWith(changes);

  expect(measured).toMatchObject({ slot: null, slotReason: reason, heartbeatAt: at });
});

test.each([
  ["is switched off", { "topic.prefix": "p", "heartbeat.interval.ms": "0" }, "switched_off"],
  ["is not known", null, "configuration_unknown"],
] as const)("says so when the heartbeat %s", async (_what, applied, reason) => {
  const [measured] = await measuredWith({}, [{ ...entry, applied }]);

  expect(measured).toMatchObject({ heartbeatAt: null, heartbeatReason: reason });
});

test("goes on without Kafka Connect, and without one source", async () => {
  const measured = await measuredWith(
    {
      client: { list: () => Promise.reject(new GluttonyError("connect.unreachable")) },
      newestAt: (topic) =>
        topic === "bad" ? Promise.reject(new GluttonyError("kafka.unreachable")) : Promise.resolve(null),
    },
    [entry, { ...entry, name: "c2", topic: "bad" }],
  );

  expect(measured).toMatchObject([
    { connector: "c1", tasks: null, lastChangeAt: null, lastChangeReason: "no_record" },
    { connector: "c2", lastChangeAt: null, lastChangeReason: "kafka.unreachable" },
  ]);
});

test("does nothing while another host measures", async () => {
  const { collaborators, saved } = parts();

  const isOurs = await measureOnce({
    ...collaborators,
    book: { ...collaborators.book, whileAlone: async () => null },
  });

  expect(isOurs).toBe(false);
  expect(saved).toEqual([]);
});
