import { GluttonyError } from "@gluttony/model";
import type {
  BoardConnector,
  BoardLook,
  ConnectorDeed,
  ConnectorEvent,
  ConnectorPlan,
  ConnectorPorts,
  ConnectorVerb,
  OffsetDeed,
  OffsetPlan,
  SnapshotDeed,
} from "../../src/connector-ports.ts";

/** Connectors as the ports show them, and everything that was asked of them. */
export interface MemoryConnectors {
  readonly connectors: BoardConnector[];
  readonly events: ConnectorEvent[];
  readonly asked: (readonly [string, ConnectorVerb])[];
  readonly planned: ConnectorDeed[];
  readonly applied: (ConnectorDeed | OffsetDeed)[];
  readonly signals: SnapshotDeed[];
  unseen: BoardLook["unseen"];
  /** What the next plan says against it. */
  refusals: ConnectorPlan["refusals"];
  readonly ports: ConnectorPorts;
}

const type = { name: "PostgresConnector", className: "io.PostgresConnector", type: "source" } as const;

export function memoryConnectors(): MemoryConnectors {
  const house: MemoryConnectors = {
    ...{ connectors: [], events: [], asked: [], planned: [], applied: [], signals: [] },
    unseen: null,
    refusals: [],
    get ports(): ConnectorPorts {
      return portsOf(house);
    },
  };
  return house;
}

function portsOf(house: MemoryConnectors): ConnectorPorts {
  return {
    board: {
      look: async () => ({ connectors: house.connectors, unseen: house.unseen }),
      config: async () => ({ "topic.prefix": "his", "database.password": "********" }),
      events: async (connector, limit) =>
        house.events.filter((event) => event.connector === connector).slice(0, limit),
    },
    cluster: {
      look: async () => ({
        workers: [{ url: "http://worker:8083", isReachable: true, version: "4.1.2", refusal: null }],
        version: "4.1.2",
        kafkaClusterId: "k",
        capabilities: { stop: true },
      }),
      types: async () => [{ ...type, version: "3.6.1", isAllowed: true }],
      async schema(name) {
        if (name !== type.name) throw new GluttonyError("connect.type_missing");
        return { type: { ...type, version: "3.6.1", isAllowed: true }, options: [option] };
      },
    },
    deeds: { ask: async (connector, verb) => void house.asked.push([connector, verb]) },
    plans: {
      plan: async (deed) => {
        house.planned.push(deed);
        return planOf(house, deed);
      },
      async apply(deed, hash) {
        if (hash !== "right") throw new GluttonyError("connect.plan_stale");
        if (house.refusals.length > 0)
          throw new GluttonyError("connect.plan_refused", {}, { faults: house.refusals });
        house.applied.push(deed);
        return planOf(house, deed);
      },
    },
    offsets: {
      read: async () => [{ partition: { server: "his" }, offset: { lsn: 7 } }],
      plan: async (deed) => offsetPlanOf(deed),
      async apply(deed, hash) {
        if (hash !== "right") throw new GluttonyError("connect.plan_stale");
        house.applied.push(deed);
        return offsetPlanOf(deed);
      },
    },
    snapshots: {
      async signal(deed, id = "made-1") {
        house.signals.push(deed);
        return { id, isNew: true };
      },
      progress: async () => [
        {
          ...{ id: "s1", kind: "incremental", state: "running", current: "his.patient" },
          ...{ tables: [{ name: "his.visit", status: "SUCCEEDED", rows: 3 }], startedMs: 0, updatedMs: null },
        },
      ],
    },
  };
}

const option = {
  ...{ name: "slot.name", type: "STRING", isRequired: false, defaultValue: "debezium", importance: null },
  ...{ group: null, label: null, documentation: "", isSecret: false, isSettable: true },
};

function planOf({ refusals }: MemoryConnectors, deed: ConnectorDeed): ConnectorPlan {
  const connector = deed.do === "follow" ? deed.consumer.name : deed.connector;
  return {
    ...{ do: deed.do, connector, isNew: true, refusals, warnings: [], effects: ["registers"] },
    changes: [{ option: "poll.interval.ms", before: null, after: "50", isSecret: false }],
    hash: "right",
    expiresAt: new Date(0),
  };
}

function offsetPlanOf(deed: OffsetDeed): OffsetPlan {
  const before = [{ partition: { server: "his" }, offset: { lsn: 7 } }];
  return {
    ...{ do: deed.do, connector: deed.connector, before, after: [], refusals: [], warnings: [] },
    hash: "right",
    expiresAt: new Date(0),
  };
}

/** One that is in our care, for the first consumer, and runs. */
export function boardConnector(changes: Partial<BoardConnector> = {}): BoardConnector {
  return {
    name: "c1",
    registration: {
      ...{ kind: "made", consumerIds: ["1"], topic: "persons", slot: "slot_a", publication: "pub_a" },
      sourceIdentity: "postgresql:his:5432/emr",
    },
    health: null,
    running: {
      ...{ className: "io.PostgresConnector", type: "source", state: "running", workerState: "RUNNING" },
      ...{ worker: "worker:8083", failure: null },
      tasks: [{ id: 0, state: "RUNNING", worker: "worker:8083", failure: null }],
    },
    drift: [],
    ...changes,
  };
}
