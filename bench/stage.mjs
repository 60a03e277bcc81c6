// What every row stands on: one broker, one Postgres with gluttony's schema and the bench's plugin, and one target.
import { execFile } from "node:child_process";
import { chmod, mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createPool, migrate } from "@gluttony/postgres";
import {
  freePort,
  prepareJars,
  removeDataFolder,
  runStatements,
  startBroker,
  startPostgres,
} from "gluttony/local-stack";
import { startTarget } from "./target/target.mjs";
import { fill } from "./workload.mjs";

const { Kafka, logLevel } = createRequire(import.meta.url)("kafkajs");
const run = promisify(execFile);

export const root = join(import.meta.dirname, "..");
export const program = join(root, "packages", "cli", "dist", "main.js");
const plugin = join(root, "bench", "peers", "gluttony-cell", "plugin");
const brokerHeapMb = 1_024;
/** As README advises for a busy host. Every system on Node has it: records that wait would be copied too often without. */
export const nodeOptions = "--max-semi-space-size=64";

/** Builds the stage; whatever fails, nothing is left behind. */
export async function openStage(tell) {
  const stage = new Stage();
  try {
    await stage.open(tell);
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

class Stage {
  #closers = [];
  #sets = new Map();
  #runs = 0;
  #producer;

  async open(tell) {
    this.folder = await mkdtemp(join(tmpdir(), "gluttony-bench-"));
    await chmod(this.folder, 0o711); // Run as root, Postgres is another user and must get in.
    this.#closers.push(() => removeDataFolder(this.folder));
    tell("jars");
    this.jars = await prepareJars();
    tell("broker, database, target");
    this.target = this.#keep(await startTarget(), (target) => target.stop());
    const broker = await startBroker({
      dataDir: join(this.folder, "broker"),
      libs: this.jars.libs,
      heapMaxMb: brokerHeapMb,
    });
    this.broker = this.#keep(broker, (one) => one.stop());
    const postgres = await startPostgres({ dataDir: join(this.folder, "postgres") });
    this.postgres = this.#keep(postgres, (one) => one.stop());
    await this.#connectKafka();
    await this.#openDatabase();
    await this.#installPlugin();
  }

  get kafka() {
    return this.broker.address;
  }

  /**
   * Settings of a `gluttony` on this stage; the target stands under a name that the plugin's manifest asks for. A host
   * calls one target with as many connections as a row has slots, as every other system does.
   */
  async gluttonyEnv(slots = 64) {
    return {
      PATH: process.env.PATH ?? "",
      HOME: this.folder,
      DATABASE_URL: this.databaseUrl,
      KAFKA_HOST: this.kafka,
      DATASYNC_HOST: this.target.url,
      GLUTTONY_ADMIN_LISTEN: `127.0.0.1:${await freePort()}`,
      GLUTTONY_MASTER_KEY: "bm90LWEtc2VjcmV0LWp1c3QtYS10ZXN0LWtleS0zMmI=",
      GLUTTONY_DATA_DIR: join(this.folder, "host"),
      GLUTTONY_TARGET_CONCURRENCY: String(slots),
      NODE_OPTIONS: nodeOptions,
      LOG_LEVEL: "info",
      ...(process.env.BENCH_PROFILE ? { BENCH_PROFILE: process.env.BENCH_PROFILE } : {}),
    };
  }

  /** A name that nobody used before on this stage: for groups and topics. */
  freshName(prefix) {
    this.#runs += 1;
    return `${prefix}-${this.#runs}`;
  }

  /** The topic with this set of records; made once and read again by every run. */
  async records(set) {
    const name = JSON.stringify(set);
    const known = this.#sets.get(name);
    if (known !== undefined) return known;
    const topic = await this.emptyTopic(set.partitions);
    const filled = { topic, ...(await fill(this.#producer, topic, set)) };
    await this.#checkFilled(topic, filled.ends);
    this.#sets.set(name, filled);
    return filled;
  }

  async emptyTopic(partitions) {
    const topic = this.freshName("bench.his.patient");
    await this.admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor: 1 }] });
    return topic;
  }

  send(topic, messages) {
    return this.#producer.send({ topic, messages, acks: -1 });
  }

  /** Per partition, the offset that a group committed; 0 where there is none. */
  async committed(group, topic, partitions) {
    const [found] = await this.admin.fetchOffsets({ groupId: group, topics: [topic] });
    const offsets = Array.from({ length: partitions }, () => 0);
    for (const { partition, offset } of found?.partitions ?? [])
      offsets[partition] = Math.max(0, Number(offset));
    return offsets;
  }

  async close() {
    for (const close of this.#closers.splice(0).toReversed()) await close();
  }

  /** A record that the producer sent twice, or not at all, would be laid to the systems' charge. */
  async #checkFilled(topic, ends) {
    const found = await this.admin.fetchTopicOffsets(topic);
    for (const { partition, high } of found) {
      if (Number(high) !== ends[partition])
        throw new Error(
          `Partition ${partition} was filled with ${ends[partition]} records but holds ${high}.`,
        );
    }
  }

  #keep(part, close) {
    this.#closers.push(() => close(part));
    return part;
  }

  async #connectKafka() {
    const kafka = new Kafka({ brokers: [this.kafka], clientId: "bench", logLevel: logLevel.NOTHING });
    this.admin = this.#keep(kafka.admin(), (admin) => admin.disconnect());
    this.#producer = this.#keep(
      kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 }),
      (one) => one.disconnect(),
    );
    await this.admin.connect();
    await this.#producer.connect();
  }

  async #openDatabase() {
    const { port } = this.postgres;
    await runStatements({ port, database: "postgres" }, "create database bench");
    this.databaseUrl = `postgres://postgres@127.0.0.1:${port}/bench`;
    const wish = { connectionString: this.databaseUrl, applicationName: "gluttony bench", connectionsMax: 4 };
    this.pool = this.#keep(createPool(wish), (pool) => pool.close());
    await migrate(this.pool);
  }

  async #installPlugin() {
    const env = {
      ...(await this.gluttonyEnv()),
      npm_config_cache: join(this.folder, "npm"),
      npm_config_offline: "true",
    };
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", this.folder], {
      cwd: plugin,
      env,
    });
    const [{ filename }] = JSON.parse(stdout);
    const grants = ["--grant", `${"$"}{env:DATASYNC_HOST}`];
    await run(process.execPath, [program, "plugin", "install", join(this.folder, filename), ...grants], {
      env,
    });
    // Installed releases are read-only folders, which only root can remove as they are.
    this.#closers.push(() => run("chmod", ["-R", "u+w", join(this.folder, "host")]));
  }
}
