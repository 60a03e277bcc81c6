import { execFile } from "node:child_process";
import { chmodSync, chownSync, existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { GluttonyError } from "@gluttony/model";
import {
  UNPRIVILEGED_ID,
  cacheFolder,
  checkDisk,
  isRoot,
  makeFolder,
  postgresFolder,
  reachableFolder,
} from "./folders.ts";
import { giveBack, portOf } from "./ports.ts";
import { type PostgresFiles, preparePostgresFiles } from "./postgres-files.ts";
import { runStatements } from "./simple-query.ts";
import { SpawnedProcess, endLeftover } from "./spawned.ts";
import { makeOnce } from "./template.ts";
import { waitUntilReady } from "./wait-until.ts";

export const POSTGRES_START_LIMIT_MS = 60_000;
const INITDB_LIMIT_MS = 60_000;

/**
 * Durability is off: the demo and the tests may lose what a power failure takes, not what a kill does. A commit still
 * writes its log before it returns: else logical decoding sees it up to 200 ms later, when the log's writer wakes.
 */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  wal_level: "logical",
  max_wal_senders: "10",
  max_replication_slots: "10",
  max_connections: "200",
  fsync: "off",
  synchronous_commit: "on",
  full_page_writes: "off",
  shared_buffers: "32MB",
  max_slot_wal_keep_size: "512MB",
} as const;

export interface PostgresWish {
  /** The part's own folder: log, record of the process and, where its user can reach it, the data. */
  readonly dataDir: string;
  /** A free one if left out. */
  readonly port?: number;
}

/** A running server with logical decoding on, that trusts every local connection of user `postgres`. */
export interface Postgres extends AsyncDisposable {
  readonly port: number;
  readonly logFile: string;
  /** Process id of the server as it runs now. */
  readonly pid: number;
  url(database?: string): string;
  /** Runs statements that return no rows, each alone in its own transaction unless the text says otherwise. */
  execute(database: string, sql: string): Promise<void>;
  /** Makes the database if there is none of this name. */
  createDatabase(name: string): Promise<void>;
  stop(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts again, after stop or kill, on the same port and data. */
  restart(): Promise<void>;
  tail(lines: number): readonly string[];
}

const run = promisify(execFile);

/** Starts the embedded Postgres on a new or kept data folder. */
export async function startPostgres(wish: PostgresWish): Promise<Postgres> {
  const folder = resolve(wish.dataDir);
  await makeFolder(folder);
  await endLeftover(folder);
  await checkDisk(folder, 100 * 1024 * 1024);
  const port = await portOf(folder, "postgres", wish.port);
  const files = await preparePostgresFiles();
  if (isRoot()) chmodSync(folder, 0o711);
  const data = postgresFolder(folder);
  if (!existsSync(join(data, "PG_VERSION"))) await fillData(data, files);
  const start = (): Promise<SpawnedProcess> => startServer({ folder, data, port }, files);
  return serverOf(port, await start(), start);
}

function serverOf(port: number, first: SpawnedProcess, start: () => Promise<SpawnedProcess>): Postgres {
  let running = first;
  const execute = (database: string, sql: string): Promise<void> => runStatements({ port, database }, sql);
  const stop = async (): Promise<void> => {
    await running.stop();
    giveBack(port);
  };
  return {
    port,
    execute,
    stop,
    get pid(): number {
      return running.pid;
    },
    get logFile(): string {
      return running.logFile;
    },
    url: (database = "postgres") => `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    async createDatabase(name) {
      await execute("postgres", `create database ${quoteName(name)}`).catch((error: unknown) => {
        const isThere = error instanceof Error && error.message.startsWith("42P04");
        if (!isThere) throw error;
      });
    },
    kill: (signal = "SIGKILL") => running.kill(signal),
    async restart() {
      await stop();
      running = await start();
    },
    tail: (lines) => running.tail(lines),
    [Symbol.asyncDispose]: stop,
  };
}

interface ServerPlace {
  readonly folder: string;
  readonly data: string;
  readonly port: number;
}

async function startServer(place: ServerPlace, files: PostgresFiles): Promise<SpawnedProcess> {
  // The record says that no server of ours lives here, so a file left by a killed one must not stop the next.
  await endLeftover(place.folder);
  await rm(join(place.data, "postmaster.pid"), { force: true });
  const settings = Object.entries({ ...SETTINGS, port: String(place.port) });
  const server = await SpawnedProcess.start(
    {
      name: "postgres",
      program: join(files.native, "bin", "postgres"),
      args: ["-D", place.data, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      env: serverEnv(),
      cwd: "/",
      stopSignal: "SIGINT", // Fast: it does not wait for clients to leave.
      ...(isRoot() ? { userId: UNPRIVILEGED_ID } : {}),
    },
    place.folder,
  );
  const wait = { reason: `Postgres answers on 127.0.0.1:${place.port}`, limitMs: POSTGRES_START_LIMIT_MS };
  try {
    await waitUntilReady(server, wait, async () => {
      await runStatements({ port: place.port, database: "postgres" }, "select");
      return true;
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function fillData(data: string, files: PostgresFiles): Promise<void> {
  const template = await templateOf(files);
  await rm(data, { recursive: true, force: true });
  await makeOwned(data);
  await runAsServer("cp", ["-R", `${template}/.`, data]);
}

/** An empty cluster, made once by initdb: copying it is quicker. */
async function templateOf(files: PostgresFiles): Promise<string> {
  const parent = join(isRoot() ? reachableFolder() : await cacheFolder(), "templates");
  await makeFolder(parent);
  return makeOnce(join(parent, `postgres-${files.version}`), async (half) => {
    await makeOwned(half);
    const options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
    await runAsServer(join(files.native, "bin", "initdb"), ["-D", half, ...options]);
  });
}

async function makeOwned(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  if (isRoot()) chownSync(folder, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
}

async function runAsServer(program: string, args: readonly string[]): Promise<void> {
  const user = isRoot() ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {};
  try {
    await run(program, [...args], { cwd: "/", env: serverEnv(), timeout: INITDB_LIMIT_MS, ...user });
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr) : "";
    if (/No space left/i.test(said)) throw new GluttonyError("environment.disk_full", { program }, { cause });
    throw new GluttonyError("environment.process_failed", { program }, { cause });
  }
}

/** Only what a server needs: settings of ours such as `PGPORT` or `PGDATA` must not reach it. */
function serverEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], LANG: "C.UTF-8", LC_ALL: "C.UTF-8", TZ: "UTC" };
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
