import { createHttpClient } from "@gluttony/egress";
import { type TestContext, expect } from "vitest";
import {
  type ConnectConnectors,
  type ConnectorsCollaborators,
  type ConnectorsSettings,
  type InspectedTable,
  type RegisteredConnector,
  createConnectors,
} from "../src/index.ts";
import { FakeConnect } from "./fake-connect.ts";

export const SECRET = "s3cr3t";

export const table: InspectedTable = {
  exists: true,
  primaryKey: ["id"],
  replicaIdentity: "f",
  identityColumns: ["id", "patient_id"],
  columns: ["id", "patient_id"],
  walLevel: "logical",
};

export interface House {
  readonly worker: FakeConnect;
  readonly entries: Map<string, RegisteredConnector>;
  readonly topics: Map<string, number>;
  readonly dropped: unknown[];
  readonly logged: string[];
  readonly ids: Set<string>;
  readonly settings: { workers: string[] } & ConnectorsSettings;
  readonly collaborators: ConnectorsCollaborators;
}

export async function makeHouse(context: TestContext): Promise<House> {
  const worker = await new FakeConnect().start(context);
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
      noteApplied: async (name, applied) => {
        const entry = entries.get(name);
        if (entry !== undefined) entries.set(name, { ...entry, applied });
      },
      openConnString: ({ connString }) => connString,
      withLock: (_name, work) => work(),
    },
    resolveSecret: async (value) => value.replace("${env:HIS}", `postgresql://dbz:${SECRET}@his:5432/emr`),
    inspectTable: async () => table,
    dropReplication: async (_connString, objects) => void dropped.push(objects),
    ensureTopic: async (name, { partitions }) => void topics.set(name, partitions),
    workerBrokers: "kafka:9092",
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

export const connectorsOf = ({ collaborators, settings }: House): ConnectConnectors =>
  createConnectors(collaborators, settings);

export async function refusal(
  work: Promise<unknown>,
): Promise<{ code: string; facts: object; faults: unknown[] }> {
  const error: unknown = await work.then(
    () => new Error("Nothing was refused."),
    (thrown: unknown) => thrown,
  );
  expect(JSON.stringify([String(error), error])).not.toContain(SECRET);
  return error as { code: string; facts: object; faults: unknown[] };
}

export async function withHouse(work: (house: House) => Promise<void>): Promise<void> {
  const cleanups: (() => unknown)[] = [];
  const context = { onTestFinished: (cleanup: () => unknown) => void cleanups.push(cleanup) };
  try {
    await work(await makeHouse(context as unknown as TestContext));
  } finally {
    for (const cleanup of cleanups) await cleanup();
  }
}

export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
