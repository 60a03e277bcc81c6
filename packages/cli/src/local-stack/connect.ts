import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkDisk, makeFolder } from "./folders.ts";
import { propertiesText, startJava } from "./java-process.ts";
import { giveBack, portOf } from "./ports.ts";
import { type SpawnedProcess, endLeftover } from "./spawned.ts";
import { waitUntilReady } from "./wait-until.ts";

export const CONNECT_START_LIMIT_MS = 180_000;

export interface ConnectWish {
  readonly dataDir: string;
  readonly libs: string;
  /** The parent of the plugin folders. */
  readonly plugins: string;
  /** `host:port` of the broker, which must be running. */
  readonly bootstrap: string;
  readonly port?: number;
  /** Further lines of the worker's properties. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** A running worker of Kafka Connect; its state is in the broker's topics. */
export interface ConnectWorker extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly logFile: string;
  readonly pid: number;
  stop(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts again, after stop or kill, on the same port. */
  restart(): Promise<void>;
  tail(lines: number): readonly string[];
}

/** Starts one distributed worker and waits until it says that it is healthy. */
export async function startConnect(wish: ConnectWish): Promise<ConnectWorker> {
  const folder = resolve(wish.dataDir);
  await makeFolder(folder);
  await endLeftover(folder);
  await checkDisk(folder, 50 * 1024 * 1024);
  const port = await portOf(folder, "connect", wish.port);
  const configuration = join(folder, "connect.properties");
  await writeFile(configuration, propertiesText({ ...workerProperties(wish, port), ...wish.properties }));
  const start = async (): Promise<SpawnedProcess> => {
    const worker = await startJava(
      {
        name: "connect",
        libs: wish.libs,
        mainClass: "org.apache.kafka.connect.cli.ConnectDistributed",
        args: [configuration],
        heapMinMb: 128,
        heapMaxMb: 512,
        loggers: { "org.apache.kafka.connect.runtime.distributed.DistributedHerder": "INFO" },
      },
      folder,
    );
    await untilHealthy(worker, port);
    return worker;
  };
  return workerOf(port, await start(), start);
}

function workerOf(port: number, first: SpawnedProcess, start: () => Promise<SpawnedProcess>): ConnectWorker {
  let running = first;
  const stop = async (): Promise<void> => {
    await running.stop();
    giveBack(port);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get pid(): number {
      return running.pid;
    },
    get logFile(): string {
      return running.logFile;
    },
    stop,
    kill: (signal = "SIGKILL") => running.kill(signal),
    async restart() {
      await stop();
      running = await start();
    },
    tail: (lines) => running.tail(lines),
    [Symbol.asyncDispose]: stop,
  };
}

async function untilHealthy(worker: SpawnedProcess, port: number): Promise<void> {
  const wait = { reason: `Kafka Connect is healthy on 127.0.0.1:${port}`, limitMs: CONNECT_START_LIMIT_MS };
  try {
    await waitUntilReady(worker, wait, async (signal) => {
      const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal });
      await answer.body?.cancel();
      return answer.status === 200;
    });
  } catch (error) {
    await worker.stop();
    throw error;
  }
}

function workerProperties(wish: ConnectWish, port: number): Record<string, string | number> {
  const json = "org.apache.kafka.connect.json.JsonConverter";
  return {
    "bootstrap.servers": wish.bootstrap,
    "group.id": "gluttony-connect",
    "key.converter": json,
    "key.converter.schemas.enable": "true",
    "value.converter": json,
    "value.converter.schemas.enable": "true",
    "offset.storage.topic": "gluttony-connect-offsets",
    "offset.storage.partitions": 1,
    "offset.storage.replication.factor": 1,
    "config.storage.topic": "gluttony-connect-configs",
    "config.storage.replication.factor": 1,
    "status.storage.topic": "gluttony-connect-status",
    "status.storage.partitions": 1,
    "status.storage.replication.factor": 1,
    "offset.flush.interval.ms": 1000,
    "scheduled.rebalance.max.delay.ms": 0,
    // A killed worker's place in the group is held this long, and the next worker is not healthy before.
    "session.timeout.ms": 4000,
    "heartbeat.interval.ms": 1000,
    listeners: `http://127.0.0.1:${port}`,
    "rest.advertised.host.name": "127.0.0.1",
    "plugin.path": wish.plugins,
    "plugin.discovery": "service_load",
    // Any client setting may be overridden by a connector: right for a demo on loopback, wrong for a hospital.
    "connector.client.config.override.policy": "All",
    "config.providers": "file,env",
    "config.providers.file.class": "org.apache.kafka.common.config.provider.FileConfigProvider",
    "config.providers.env.class": "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
    "topic.creation.enable": "true",
  };
}
