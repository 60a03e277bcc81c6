import { fileURLToPath } from "node:url";
import { createPluginHost } from "@gluttony/core";
import type {
  AttemptRequest,
  CellConsumer,
  CellLease,
  CellOptions,
  HostFetchRequest,
  HostLog,
  PluginHost,
  HandlerStates,
  Releases,
  Secrets,
  StatePlace,
} from "@gluttony/core";
import type { Release } from "@gluttony/model";
import { MemoryLedger } from "../../packages/core/test/support/memory-ledger.ts";

/** Folder of a plugin that tests load. */
export function fixturePlugin(name: string): string {
  return fileURLToPath(new URL(`../fixtures/plugins/${name}`, import.meta.url));
}

/** Folder of a plugin of the zoo. */
export function zooPlugin(name: string): string {
  return fileURLToPath(new URL(`../plugin-zoo/plugins/${name}`, import.meta.url));
}

/** Releases kept in memory. */
export class MemoryReleases implements Releases {
  readonly #releases: Release[] = [];

  async active(packageName: string): Promise<readonly Release[]> {
    return this.#releases.filter((release) => release.package === packageName);
  }

  async list(): Promise<readonly Release[]> {
    return this.#releases;
  }

  async pinned(): Promise<null> {
    return null;
  }

  async shadowing(): Promise<null> {
    return null;
  }

  async file(): Promise<null> {
    return null;
  }

  async install(release: Release): Promise<void> {
    const isKnown = this.#releases.some(({ treeHash }) => treeHash === release.treeHash);
    if (!isKnown) this.#releases.unshift(release);
  }
}

/** Handlers' states kept in memory; set `isDown` to have it fail as an unreachable database does. */
export class MemoryStates implements HandlerStates {
  readonly values = new Map<string, string>();
  isDown = false;

  async get(place: StatePlace): Promise<string | null> {
    return this.#of(place).get(JSON.stringify(place)) ?? null;
  }

  async set(place: StatePlace, value: string): Promise<void> {
    this.#of(place).set(JSON.stringify(place), value);
  }

  async delete(place: StatePlace): Promise<void> {
    this.#of(place).delete(JSON.stringify(place));
  }

  #of(_place: StatePlace): Map<string, string> {
    if (this.isDown) throw new Error("The store is down.");
    return this.values;
  }
}

/** Every reference has a value that names it. */
const testSecrets: Secrets = { resolve: async (reference) => `value of ${reference}` };

/** A log that keeps its lines, so that a test can say what must not be in them. */
export function memoryLog(): HostLog & { readonly lines: string[] } {
  const lines: string[] = [];
  const line = (message: string, facts?: object): void => {
    lines.push(`${message} ${JSON.stringify(facts ?? {})}`);
  };
  return { lines, debug: line, info: line, warn: line, error: line };
}

/** A plugin host on fixture plugins, with the waits of a test. */
export interface TestHost extends AsyncDisposable {
  readonly host: PluginHost;
  readonly log: ReturnType<typeof memoryLog>;
  readonly calls: HostFetchRequest[];
  readonly ledger: MemoryLedger;
  readonly states: MemoryStates;
  acquire(plugin: string): Promise<CellLease>;
  /** The cell of a plugin in any folder. */
  acquireFolder(folder: string): Promise<CellLease>;
}

export function testHost(
  cellOptions: Partial<CellOptions> = {},
  releases: Releases = new MemoryReleases(),
  storeDir = "/nowhere",
): TestHost {
  const log = memoryLog();
  const calls: HostFetchRequest[] = [];
  const ledger = new MemoryLedger();
  const states = new MemoryStates();
  const targets = {
    call: async (request: HostFetchRequest) => {
      calls.push(request);
      return { status: 200, headers: {}, body: new Uint8Array(0) };
    },
  };
  const host = createPluginHost(
    { releases, targets, once: ledger, states, secrets: testSecrets, log },
    {
      firstParty: { from: new URL(import.meta.url), packages: {} },
      env: {},
      storeDir,
      devMode: true,
      cellOptions: { backoffFirstMs: 20, backoffMaxMs: 100, memoryCheckMs: 100, ...cellOptions },
    },
  );
  const acquireFolder = async (folder: string): Promise<CellLease> =>
    host.acquire(await host.resolve(`file:${folder}`, {}));
  const acquire = (plugin: string): Promise<CellLease> => acquireFolder(fixturePlugin(plugin));
  return {
    host,
    log,
    calls,
    ledger,
    states,
    acquire,
    acquireFolder,
    [Symbol.asyncDispose]: () => host.close(2_000),
  };
}

const consumer: CellConsumer = {
  id: "1",
  name: "patients",
  revision: 1n,
  handler: "onChange",
  config: { greeting: "hello" },
  deadlineMs: 1_000,
  graceMs: 1_000,
};

let lastOffset = 0n;

/** One insert whose row tells the fixture what to do. */
export function insertOf(instruction: string, changes: Partial<CellConsumer> = {}): AttemptRequest {
  lastOffset += 1n;
  const source = {
    version: "3",
    connector: "postgresql",
    name: "s",
    ts_ms: 1,
    db: "d",
    schema: "p",
    table: "t",
  };
  const payload = {
    op: "c",
    before: null,
    after: { id: 1, do: instruction, pid: process.pid },
    source,
    ts_ms: 1,
  };
  const value = Buffer.from(JSON.stringify(payload));
  const record = {
    topic: "t",
    partition: 0,
    offset: lastOffset,
    timestampMs: 1,
    key: null,
    value,
    headers: [],
  };
  const request = { record, attempt: 1, idempotencyKey: `t/0/${lastOffset}` };
  return { ...request, consumer: { ...consumer, ...changes } };
}
