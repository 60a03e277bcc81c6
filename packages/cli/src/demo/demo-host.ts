import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { programPath } from "../first-party.ts";
import { portOf } from "../local-stack/ports.ts";
import { SpawnedProcess } from "../local-stack/spawned.ts";
import { waitUntilReady } from "../local-stack/wait-until.ts";
import { masterKeyOf } from "./demo-folder.ts";

const HOST_START_LIMIT_MS = 60_000;
/** Milliseconds that a fetch waits for records: short, because the demo shows how quick a change arrives. */
const FETCH_WAIT_MS = 20;

/** Addresses of everything the host needs. */
export interface HostWish {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly kafka: string;
  readonly connect: string;
  readonly empi: string;
  readonly cdss: string;
  readonly datasync: string;
}

/** The running host, a process of its own as in production. */
export interface DemoHost extends AsyncDisposable {
  readonly url: string;
  /** As the host names itself; another one every time, so that an earlier host's word is not taken for this one's. */
  readonly hostId: string;
  readonly logFile: string;
  readonly process: SpawnedProcess;
}

/** Starts `gluttony serve` and waits until it says that it is ready. */
export async function startHost(wish: HostWish): Promise<DemoHost> {
  const folder = hostFolder(wish.folder);
  mkdirSync(folder, { recursive: true });
  const port = await portOf(folder, "admin");
  const hostId = `demo-${Date.now().toString(36)}`;
  const host = await SpawnedProcess.start(
    {
      name: "host",
      program: process.execPath,
      args: [programPath, "serve"],
      env: hostEnv(wish, port, hostId),
      cwd: folder,
      stopSignal: "SIGTERM",
    },
    folder,
  );
  const url = `http://127.0.0.1:${port}`;
  const wait = { reason: `the host is ready on 127.0.0.1:${port}`, limitMs: HOST_START_LIMIT_MS };
  try {
    await waitUntilReady(host, wait, async (signal) => {
      const answer = await fetch(`${url}/readyz`, { signal });
      await answer.body?.cancel();
      return answer.status === 200;
    });
  } catch (error) {
    await host.stop();
    throw error;
  }
  return { url, hostId, logFile: host.logFile, process: host, [Symbol.asyncDispose]: () => host.stop() };
}

/** The host's own folder, with its log and the record of its process. */
export function hostFolder(folder: string): string {
  return join(folder, "host");
}

/** Where the host keeps installed plugins. */
export function hostDataFolder(folder: string): string {
  return join(hostFolder(folder), "data");
}

/** This user's settings for another host must not reach the demo's. */
function hostEnv(wish: HostWish, port: number, hostId: string): NodeJS.ProcessEnv {
  const foreign = /^(GLUTTONY_|OMIGA_HOST$|NODE_OPTIONS$)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(kept),
    DATABASE_URL: wish.databaseUrl,
    KAFKA_HOST: wish.kafka,
    CONNECT_HOST: wish.connect,
    EMPI_HOST: wish.empi,
    CDSS_HOST: wish.cdss,
    DATASYNC_HOST: wish.datasync,
    TOPIC_CONSUME_INTERVAL: String(FETCH_WAIT_MS),
    LOG_LEVEL: "info",
    GLUTTONY_HOST_ID: hostId,
    GLUTTONY_ADMIN_LISTEN: `127.0.0.1:${port}`,
    GLUTTONY_MASTER_KEY: masterKeyOf(wish.folder),
    GLUTTONY_DATA_DIR: hostDataFolder(wish.folder),
    // The sample hospital lies on the same server.
    GLUTTONY_LOCAL_SOURCES: new URL(wish.databaseUrl).host,
  };
}
