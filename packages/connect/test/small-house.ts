import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
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

export const SECRET = "s3cr3t";

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

export const table: InspectedTable = {
  exists: true,
  primaryKey: ["id"],
  replicaIdentity: "f",
  identityColumns: ["id", "patient_id"],
  columns: ["id", "patient_id"],
  walLevel: "logical",
};

export interface House {
  readonly worker: Worker;
  readonly entries: Map<string, RegisteredConnector>;
  readonly topics: Map<string, number>;
  readonly dropped: unknown[];
  readonly logged: string[];
  readonly ids: Set<string>;
  readonly settings: { workers: string[] } & ConnectorsSettings;
  readonly collaborators: ConnectorsCollaborators;
}

export async function makeHouse(context: TestContext): Promise<House> {
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
