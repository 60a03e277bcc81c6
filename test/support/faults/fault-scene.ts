import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Producer } from "kafkajs";
import type { Broker, Postgres } from "gluttony/local-stack";
import type { Pool } from "@gluttony/postgres";
import { fixturePlugin } from "../cells.ts";
import { readAccount } from "../delivery-scene.ts";
import type { FaultProxy } from "../fault-proxy.ts";
import { pause, TestHost, until } from "../host.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../kafka-tools.ts";
import { packPlugin } from "../pack-plugin.ts";
import { removeReadOnly } from "../remove-read-only.ts";
import { openMigrated } from "../sql.ts";
import { isShown } from "./checkers.ts";
import type { Deed, Letter } from "./evidence.ts";
import type { SceneWish, Shown } from "./fault-row.ts";
import { FaultyTarget } from "./faulty-target.ts";
import { isDrained, lettersOf } from "./memory.ts";
import { openParts, type SceneParts } from "./own-parts.ts";
import { departmentRow, PatientStream } from "./patient-stream.ts";
import { configurationOf, empiHandler, insertConsumers, patients } from "./scene-consumers.ts";
import { type Sample, Timeline } from "./timeline.ts";

const neighbourPerSecond = 12;
const neighbourSubjects = 50;

/** Hosts, two consumers beside each other, their targets and their streams: everything one fault needs. */
export class FaultScene implements AsyncDisposable {
  readonly marker: string;
  readonly topic: string;
  readonly group: string;
  readonly target: FaultyTarget;
  readonly neighbour: FaultyTarget;
  readonly stream: PatientStream;
  readonly neighbourStream: PatientStream;
  readonly timeline: Timeline;
  readonly tools: KafkaTools;
  readonly pool: Pool;
  readonly hosts: TestHost[] = [];
  readonly deeds: Deed[] = [];
  consumerId = "";
  readonly #wish: SceneWish;
  readonly #parts: SceneParts;
  readonly #folder: string;
  readonly #topics: readonly string[];

  private constructor(
    wish: SceneWish,
    parts: SceneParts,
    made: {
      readonly pool: Pool;
      readonly tools: KafkaTools;
      readonly folder: string;
      readonly target: FaultyTarget;
      readonly neighbour: FaultyTarget;
      readonly producer: Producer;
    },
  ) {
    this.#wish = wish;
    this.#parts = parts;
    this.pool = made.pool;
    this.tools = made.tools;
    this.#folder = made.folder;
    this.target = made.target;
    this.neighbour = made.neighbour;
    this.marker = `K4n4ri3${Math.random().toString(36).slice(2, 10)}`;
    this.topic = nameFor("patients");
    this.group = nameFor("group");
    const neighbourTopic = nameFor("neighbour");
    this.#topics = [this.topic, neighbourTopic];
    const seed = Number(process.env["SEED"] ?? 7);
    const { perSecond = 40, subjects = 100 } = wish;
    this.stream = new PatientStream(
      { topic: this.topic, marker: this.marker, subjects, perSecond, seed },
      made.producer,
    );
    const beside = { topic: neighbourTopic, marker: this.marker, seed, rowOf: departmentRow };
    this.neighbourStream = new PatientStream(
      { ...beside, subjects: neighbourSubjects, perSecond: neighbourPerSecond },
      made.producer,
    );
    this.timeline = new Timeline(() => this.#asked(), patients);
  }

  /** Starts everything; nothing flows yet. */
  static async open(wish: SceneWish): Promise<FaultScene> {
    const parts = await openParts(wish);
    const pool = await openMigrated(parts.databaseUrl);
    const [tools, target, neighbour, folder] = await Promise.all([
      kafkaTools(parts.kafka),
      FaultyTarget.start(),
      FaultyTarget.start(),
      mkdtemp(join(tmpdir(), "gluttony-fault-host-")),
    ]);
    // What is written again after a broker came back must not lie there twice.
    const producer = await tools.idempotent();
    const scene = new FaultScene(wish, parts, { pool, tools, folder, target, neighbour, producer });
    try {
      await scene.#fill();
      return scene;
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The host that rows about one host mean. */
  get host(): TestHost {
    const [host] = this.hosts;
    if (host === undefined) throw new Error("the scene has no host");
    return host;
  }

  /** The host that holds the topic's only partition. */
  async owner(): Promise<{ readonly owner: TestHost; readonly others: readonly TestHost[] }> {
    const sample = await this.look();
    const holders = sample.hosts.filter(({ partitions, isFresh }) => isFresh && partitions > 0);
    const owner = this.hosts.find(({ env }) => env["GLUTTONY_HOST_ID"] === holders[0]?.hostId);
    if (owner === undefined || holders.length !== 1)
      throw new Error(`${holders.length} hosts hold the partition`);
    return { owner, others: this.hosts.filter((host) => host !== owner) };
  }

  get broker(): Broker {
    if (this.#parts.broker === null) throw new Error("the row does not wish a broker of its own");
    return this.#parts.broker;
  }

  /** Between everybody and the scene's own broker. */
  get proxy(): FaultProxy {
    if (this.#parts.proxy === null) throw new Error("the row does not wish a broker of its own");
    return this.#parts.proxy;
  }

  get postgresDisk(): string {
    if (this.#parts.postgresDisk === null) throw new Error("the row does not wish a small disk");
    return this.#parts.postgresDisk;
  }

  get postgres(): Postgres {
    if (this.#parts.postgres === null) throw new Error("the row does not wish a Postgres of its own");
    return this.#parts.postgres;
  }

  /** Address of the broker that this scene uses. */
  get kafka(): string {
    return this.#parts.kafka;
  }

  /** Prepares one more host on this scene; it ends with the scene. Requests to the target say in their path whose they are. */
  async addHost(env: { readonly [name: string]: string } = {}): Promise<TestHost> {
    const hostId = `host-${this.hosts.length + 1}`;
    const host = await TestHost.prepare({
      databaseUrl: this.#parts.databaseUrl,
      kafka: this.#parts.kafka,
      env: {
        EMPI_HOST: `${this.target.url}/${hostId}`,
        DATASYNC_HOST: this.neighbour.url,
        GLUTTONY_HOST_ID: hostId,
        GLUTTONY_DATA_DIR: this.#folder,
        // The most talkative level, since nothing may leak at any.
        LOG_LEVEL: "trace",
        ...this.#wish.env,
        ...env,
      },
    });
    this.hosts.push(host);
    return host;
  }

  /** Writes down what was done to the system. */
  note(what: string): void {
    this.deeds.push({ atMs: performance.now(), what });
  }

  startStreams(): void {
    this.stream.start();
    this.neighbourStream.start();
    this.timeline.start();
  }

  async stopStreams(): Promise<void> {
    await Promise.all([this.stream.stop(), this.neighbourStream.stop()]);
  }

  /** Looks at the state until one of the wanted is shown; answers whether it was. */
  untilShown(wanted: readonly Shown[], limitMs = 30_000): Promise<boolean> {
    return until(async () => {
      const sample = await this.look();
      return wanted.some((shown) => isShown(sample, shown));
    }, limitMs);
  }

  /** One look at the state, kept in the timeline. */
  async look(): Promise<Sample> {
    await pause(150);
    const sample = await this.timeline.look();
    this.timeline.samples.push(sample);
    return sample;
  }

  /** Waits until so many more were applied. */
  untilApplied(more: number, limitMs = 30_000): Promise<boolean> {
    const wanted = this.target.appliedCount + more;
    return until(() => this.target.appliedCount >= wanted, limitMs);
  }

  pause(ms: number): Promise<void> {
    return pause(ms);
  }

  /** Whether every partition's mark stands at the end of its log. */
  async isDrained(): Promise<boolean> {
    const ends = await this.tools.admin.fetchTopicOffsets(this.topic);
    return isDrained(await readAccount(this.pool, this.consumerId), ends);
  }

  letters(): Promise<readonly Letter[]> {
    return lettersOf(this.pool, this.consumerId);
  }

  /** Switches the consumer on or off by plain SQL, and waits until it is. */
  async switchTo(isValid: boolean): Promise<void> {
    await this.pool.query("update cdc.consumer set is_valid = $2 where name = $1", [patients, isValid]);
    this.note(isValid ? "switched on" : "switched off");
    if (!isValid) await this.untilShown([{ state: "stopped" }], 20_000);
  }

  /** Changes the consumer's row by plain SQL. */
  async configure(configuration: { readonly [part: string]: unknown }): Promise<void> {
    const wanted = { ...this.#configuration(), ...configuration };
    await this.pool.query("update cdc.consumer set configuration = $2 where name = $1", [
      patients,
      JSON.stringify(wanted),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopStreams();
    await this.timeline.stop();
    for (const host of this.hosts) host.signal("SIGCONT");
    await Promise.all(this.hosts.map((host) => host[Symbol.asyncDispose]()));
    await this.target[Symbol.asyncDispose]();
    await this.neighbour[Symbol.asyncDispose]();
    await this.tools.admin.deleteTopics({ topics: [...this.#topics] }).catch(() => undefined);
    await this.tools[Symbol.asyncDispose]();
    await this.pool.close();
    await this.#parts[Symbol.asyncDispose]();
    await removeReadOnly(this.#folder);
  }

  async #fill(): Promise<void> {
    const { partitions = 2, hosts = 1, topicConfig = {}, withoutTopic, plugin, behaviour } = this.#wish;
    if (behaviour !== undefined) this.target.behave(behaviour);
    const configEntries = Object.entries(topicConfig).map(([name, value]) => ({ name, value }));
    const topics = this.#topics
      .filter((topic) => withoutTopic !== true || topic !== this.topic)
      .map((topic) => ({ topic, numPartitions: partitions, configEntries }));
    await this.tools.admin.createTopics({ topics, waitForLeaders: true });
    for (let count = 0; count < hosts; count += 1) await this.addHost();
    if (plugin !== undefined) await this.#install(plugin.folder);
    this.consumerId = await insertConsumers(this.pool, {
      topic: this.topic,
      group: this.group,
      neighbourTopic: this.neighbourStream.wish.topic,
      handlerFunc: plugin?.handlerFunc ?? "empi",
      configuration: this.#configuration(),
    });
    for (const host of this.hosts) await host.start();
  }

  #configuration(): { readonly [part: string]: unknown } {
    const { handler, plugin, delivery } = this.#wish;
    return configurationOf({ handler: handler ?? (plugin === undefined ? empiHandler : {}), delivery });
  }

  async #install(folder: string): Promise<void> {
    const file = await packPlugin(fixturePlugin(folder), this.#folder);
    const installed = await this.host.command("plugin", "install", file, "--grant", "${env:EMPI_HOST}");
    if (installed.code !== 0) throw new Error(`not installed: ${installed.stderr}`);
  }

  #asked(): readonly { readonly hostId: string; readonly url: string; readonly isRunning: boolean }[] {
    return this.hosts.map((host) => ({
      hostId: host.env["GLUTTONY_HOST_ID"] ?? "",
      url: host.url,
      isRunning: host.isRunning,
    }));
  }
}
