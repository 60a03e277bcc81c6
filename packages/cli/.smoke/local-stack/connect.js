import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkDisk, makeFolder } from "./folders.js";
import { propertiesText, startJava } from "./java-process.js";
import { giveBack, portOf } from "./ports.js";
import { endLeftover } from "./spawned.js";
import { waitUntilReady } from "./wait-until.js";
export const CONNECT_START_LIMIT_MS = 180_000;
/** Starts one distributed worker and waits until it says that it is healthy. */
export async function startConnect(wish) {
  const folder = resolve(wish.dataDir);
  await makeFolder(folder);
  await endLeftover(folder);
  await checkDisk(folder, 50 * 1024 * 1024);
  const port = await portOf(folder, "connect", wish.port);
  const configuration = join(folder, "connect.properties");
  await writeFile(configuration, propertiesText({ ...workerProperties(wish, port), ...wish.properties }));
  const start = async () => {
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
function workerOf(port, first, start) {
  let running = first;
  const stop = async () => {
    await running.stop();
    giveBack(port);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get pid() {
      return running.pid;
    },
    get logFile() {
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
async function untilHealthy(worker, port) {
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
function workerProperties(wish, port) {
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
