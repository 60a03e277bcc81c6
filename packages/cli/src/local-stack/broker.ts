import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { apiVersionsAnswered } from "./api-versions.ts";
import { cacheFolder, checkDisk, makeFolder } from "./folders.ts";
import { findJava } from "./java.ts";
import { javaEnv, propertiesText, startJava } from "./java-process.ts";
import { giveBack, portOf } from "./ports.ts";
import { type SpawnedProcess, endLeftover } from "./spawned.ts";
import { makeOnce } from "./template.ts";
import { waitUntilReady } from "./wait-until.ts";

export const BROKER_START_LIMIT_MS = 120_000;
const FORMAT_LIMIT_MS = 60_000;

export interface BrokerWish {
  readonly dataDir: string;
  /** Folder of the class path's jars. */
  readonly libs: string;
  /** A free one if left out; kept data may be started on another port than before. */
  readonly port?: number;
  /** Further lines of the broker's properties, for tests of limits and faults. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Java's heap at most, in MiB; enough for tests and the demo if left out. */
  readonly heapMaxMb?: number;
}

/** A running broker of one node; its topics outlive stop, kill and restart. */
export interface Broker extends AsyncDisposable {
  /** `127.0.0.1:port`, as `KAFKA_HOST` wants it. */
  readonly address: string;
  readonly port: number;
  readonly logFile: string;
  readonly pid: number;
  stop(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts again, after stop or kill, on the same port and data. */
  restart(): Promise<void>;
  tail(lines: number): readonly string[];
}

const run = promisify(execFile);

/** Starts a broker on a new or kept data folder and waits until it answers. */
export async function startBroker(wish: BrokerWish): Promise<Broker> {
  const folder = resolve(wish.dataDir);
  await makeFolder(folder);
  await endLeftover(folder);
  await checkDisk(folder, 100 * 1024 * 1024);
  const port = await portOf(folder, "broker", wish.port);
  const controllerPort = await portOf(folder, "controller");
  const logs = join(folder, "logs");
  const properties = { ...brokerProperties({ port, controllerPort, logs }), ...wish.properties };
  const configuration = join(folder, "broker.properties");
  await writeFile(configuration, propertiesText(properties));
  if (!existsSync(join(logs, "meta.properties"))) await fillLogs(logs, wish.libs);
  const start = async (): Promise<SpawnedProcess> => {
    const broker = await startJava(
      {
        name: "broker",
        libs: wish.libs,
        mainClass: "kafka.Kafka",
        args: [configuration],
        heapMinMb: 96,
        heapMaxMb: wish.heapMaxMb ?? 256,
        loggers: { "kafka.server.KafkaRaftServer": "INFO" },
      },
      folder,
    );
    await untilAnswering(broker, port);
    return broker;
  };
  return brokerOf(port, await start(), start);
}

function brokerOf(port: number, first: SpawnedProcess, start: () => Promise<SpawnedProcess>): Broker {
  let running = first;
  const stop = async (): Promise<void> => {
    await running.stop();
    giveBack(port);
  };
  return {
    address: `127.0.0.1:${port}`,
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

async function untilAnswering(broker: SpawnedProcess, port: number): Promise<void> {
  const wait = { reason: `the broker answers on 127.0.0.1:${port}`, limitMs: BROKER_START_LIMIT_MS };
  try {
    await waitUntilReady(broker, wait, (signal) => apiVersionsAnswered(port, signal));
  } catch (error) {
    await broker.stop();
    throw error;
  }
}

interface BrokerPlace {
  readonly port: number;
  readonly controllerPort: number;
  readonly logs: string;
}

function brokerProperties(place: BrokerPlace): Record<string, string | number> {
  return {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@127.0.0.1:${place.controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${place.port},CONTROLLER://127.0.0.1:${place.controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${place.port}`,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "log.dirs": place.logs,
    "auto.create.topics.enable": "false",
    "offsets.topic.num.partitions": 4,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.num.partitions": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.num.partitions": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1000,
    // With the default of 9 s a broker that was killed waits for its own old session when it comes back.
    "broker.session.timeout.ms": 3000,
    "broker.heartbeat.interval.ms": 500,
    "num.network.threads": 2,
    "num.io.threads": 2,
    "background.threads": 2,
    "log.cleaner.dedupe.buffer.size": 4_194_304,
    "log.segment.bytes": 16_777_216,
  };
}

/** Copies the formatted template; each copy becomes a cluster of its own by its name. */
async function fillLogs(logs: string, libs: string): Promise<void> {
  const template = await templateOf(libs);
  await cp(template, logs, { recursive: true });
  const nameFile = join(logs, "meta.properties");
  const text = await readFile(nameFile, "utf8");
  const named = text
    .replace(/^cluster\.id=.*$/m, `cluster.id=${kafkaId()}`)
    .replace(/^directory\.id=.*$/m, `directory.id=${kafkaId()}`);
  await writeFile(nameFile, named);
}

async function templateOf(libs: string): Promise<string> {
  const parent = join(await cacheFolder(), "templates");
  await makeFolder(parent);
  return makeOnce(join(parent, `broker-${basename(dirname(libs))}`), async (half) => {
    const work = await mkdtemp(join(parent, "format-"));
    try {
      await format({ logs: half, libs, work });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}

async function format(place: {
  readonly logs: string;
  readonly libs: string;
  readonly work: string;
}): Promise<void> {
  const configuration = join(place.work, "broker.properties");
  // Formatting opens no port; the numbers only have to be there.
  await writeFile(
    configuration,
    propertiesText(brokerProperties({ port: 1, controllerPort: 2, logs: place.logs })),
  );
  const { program } = await findJava();
  const options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"];
  const command = ["kafka.tools.StorageTool", "format", "-t", kafkaId(), "-c", configuration];
  const args = [...options, "-cp", join(place.libs, "*"), ...command];
  await run(program, args, { cwd: place.work, env: javaEnv(), timeout: FORMAT_LIMIT_MS });
}

/** Kafka's form of a UUID: 22 characters, never beginning with a dash, which its command line would read as an option. */
function kafkaId(): string {
  const id = Buffer.from(randomUUID().replaceAll("-", ""), "hex").toString("base64url");
  return id.startsWith("-") ? kafkaId() : id;
}
