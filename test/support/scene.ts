import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pool } from "@gluttony/postgres";
import { type CommandResult, TestHost, runCommand, until } from "./host.ts";
import { type KafkaTools, kafkaTools, nameFor } from "./kafka-tools.ts";
import { packPlugin } from "./pack-plugin.ts";
import { removeReadOnly } from "./remove-read-only.ts";
import { type ConsumerColumns, insertConsumer, openMigrated } from "./sql.ts";
import { type TestDatabase, makeDatabase, stack } from "./stack.ts";

/** What `GET /api/v1/consumers/NAME/status` says, as far as tests look. */
export interface SeenStatus {
  readonly consumer: { readonly revision: string };
  readonly observed: {
    readonly state: string;
    readonly since: string | null;
    readonly cause: SeenCause | null;
    readonly isConverged: boolean;
  };
  readonly hosts: readonly {
    readonly hostId: string;
    readonly revision: string;
    readonly release: string | null;
  }[];
  readonly lag: { readonly records: string | null };
  readonly accounting: {
    readonly total: {
      readonly markMinusStart: string;
      readonly balances: boolean;
      readonly endings: { readonly [ending: string]: string };
    };
  };
}

export interface SeenCause {
  readonly code: string;
  readonly title: string;
  readonly remedy: string;
  readonly facts: { readonly [name: string]: unknown };
  readonly faults: readonly {
    readonly path: string;
    readonly message: string;
    readonly suggestion?: string;
  }[];
}

const forgetLimitMs = 30_000;

/** One host on a database of its own, with what a test needs to feed it and to look at it; leaves nothing behind. */
export class Scene implements AsyncDisposable {
  readonly pool: Pool;
  readonly tools: KafkaTools;
  readonly host: TestHost;
  readonly folder: string;
  /** Everything the admin API and the commands ever answered here, to be searched for what must not be there. */
  readonly answers: string[] = [];
  readonly #database: TestDatabase;
  readonly #topics: string[] = [];
  readonly #groups: string[] = [];

  private constructor(parts: {
    pool: Pool;
    tools: KafkaTools;
    host: TestHost;
    folder: string;
    database: TestDatabase;
  }) {
    this.pool = parts.pool;
    this.tools = parts.tools;
    this.host = parts.host;
    this.folder = parts.folder;
    this.#database = parts.database;
  }

  static async open(env: { readonly [name: string]: string } = {}): Promise<Scene> {
    const { kafka, connectUrl } = stack();
    const database = await makeDatabase("gluttony");
    const folder = await mkdtemp(join(tmpdir(), "gluttony-scene-"));
    const pool = await openMigrated(database.url);
    const tools = await kafkaTools(kafka);
    const given = { GLUTTONY_DATA_DIR: folder, ...env };
    const host = await TestHost.prepare({ databaseUrl: database.url, kafka, connectUrl, env: given });
    return new Scene({ pool, tools, host, folder, database });
  }

  async install(folder: string, grants: readonly string[] = []): Promise<CommandResult> {
    const granting = grants.flatMap((origin) => ["--grant", origin]);
    return this.installFile(await packPlugin(folder, this.folder), ...granting);
  }

  async installFile(file: string, ...further: readonly string[]): Promise<CommandResult> {
    return this.command("plugin", "install", file, "-o", "json", ...further);
  }

  async command(...parameters: readonly string[]): Promise<CommandResult> {
    const result = await runCommand(parameters, this.host.env);
    this.answers.push(result.stdout, result.stderr);
    return result;
  }

  async makeTopic(partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = await this.tools.makeTopic(partitions, config);
    this.#topics.push(topic);
    return topic;
  }

  /** Names a topic that the host is to make. */
  nameTopic(): string {
    const topic = nameFor("topic");
    this.#topics.push(topic);
    return topic;
  }

  /** Inserts a row by plain SQL, under a group of its own. */
  async insert(columns: ConsumerColumns): Promise<string> {
    const group = columns.group ?? nameFor("group");
    this.#groups.push(group);
    return insertConsumer(this.pool, { ...columns, group });
  }

  /** What the API answers, or null when it knows no such consumer. */
  async status(name: string): Promise<SeenStatus | null> {
    const answer = await this.get(`/api/v1/consumers/${name}/status`);
    return answer.status === 200 ? (JSON.parse(answer.text) as SeenStatus) : null;
  }

  async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${this.host.url}${path}`);
    const text = await response.text();
    this.answers.push(text);
    return { status: response.status, text };
  }

  async post(path: string, body: unknown): Promise<{ readonly status: number; readonly text: string }> {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${this.host.url}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const text = await response.text();
    this.answers.push(text);
    return { status: response.status, text };
  }

  /** Waits for a cause; answers what is seen then, or instead. */
  async untilCause(name: string, code: string, limitMs = 20_000): Promise<SeenStatus | null> {
    await until(async () => (await this.status(name))?.observed.cause?.code === code, limitMs);
    return this.status(name);
  }

  async untilEnded(name: string, ending: string, count: number, limitMs = 30_000): Promise<boolean> {
    return until(async () => (await this.endings(name))[ending] === String(count), limitMs);
  }

  async endings(name: string): Promise<{ readonly [ending: string]: string | undefined }> {
    return (await this.status(name))?.accounting.total.endings ?? {};
  }

  /** `count` and the sum of done endings as the database holds them. */
  async counted(name: string): Promise<{ readonly count: string; readonly done: string }> {
    const [row] = await this.pool.query<{ count: string; done: string }>(
      `select c.count::text as count, coalesce(sum(p.done), 0)::text as done from cdc.consumer c
       left join cdc.position p on p.consumer_id = c.id::text where c.name = $1 group by c.count`,
      [name],
    );
    return row ?? { count: "", done: "" };
  }

  async sql(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly { readonly [column: string]: unknown }[]> {
    return this.pool.query(text, values);
  }

  /** Tables of the schema in which any column of any row holds the text, as text or as bytes. */
  async tablesHolding(text: string): Promise<readonly string[]> {
    const hex = Buffer.from(text).toString("hex");
    const tables = await this.sql(
      "select table_name as name from information_schema.tables where table_schema = 'cdc'",
    );
    const holding: string[] = [];
    for (const { name } of tables) {
      const found = await this.sql(
        `select from cdc."${String(name)}" t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0 limit 1`,
        [text, hex],
      );
      if (found.length > 0) holding.push(String(name));
    }
    return holding;
  }

  /** Deletes every row and waits until the host removed what it had made for them. */
  async forgetAll(): Promise<void> {
    await this.sql("delete from cdc.consumer");
    const isLeft = async (): Promise<boolean> => (await this.sql("select from cdc.connector")).length > 0;
    await until(async () => !this.host.isRunning || !(await isLeft()), forgetLimitMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.forgetAll();
    await this.host[Symbol.asyncDispose]();
    await this.tools.admin.deleteGroups(this.#groups).catch(() => undefined);
    await this.#deleteTopics();
    await this.tools[Symbol.asyncDispose]();
    await this.pool.close();
    await this.#database[Symbol.asyncDispose]();
    await removeReadOnly(this.folder);
  }

  async #deleteTopics(): Promise<void> {
    const there = new Set(await this.tools.admin.listTopics());
    const topics = this.#topics.filter((topic) => there.has(topic));
    if (topics.length > 0) await this.tools.admin.deleteTopics({ topics });
  }
}
