import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "vitest";

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
}

/** What becomes of one request that a test scripted. */
interface Script {
  /** Matched against verb and path. */
  readonly to: RegExp;
  /** Null closes the connection instead of answering. */
  readonly reply: Reply | null;
  /** Whether the worker does what was asked all the same. */
  readonly isDone: boolean;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, string> | null;
}

interface KeptConnector {
  config: Record<string, string>;
  taskState: string;
  trace?: string;
  /** Connect's word for the connector itself. */
  state: string;
  /** None while it rebalances. */
  hasTasks: boolean;
  offsets: unknown[];
}

/**
 * A small worker of Kafka Connect on a real socket. It keeps connectors with their states and offsets, and answers out of turn
 * what a test scripts: errors, pages of a proxy, a broken connection, or a time-out after which the work was done.
 */
export class FakeConnect {
  readonly asked: Asked[] = [];
  readonly connectors = new Map<string, KeptConnector>();
  /** Answered before anything else, first come first served. */
  readonly replies: Script[] = [];
  newTaskState = "RUNNING";
  version = "4.1.2";
  url = "";

  async start(context: Pick<TestContext, "onTestFinished">): Promise<this> {
    const server = createServer((request, response) => {
      void textOf(request).then((text) => {
        this.#serve({ method: request.method ?? "", path: request.url ?? "", text }, response);
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

  /** The next request of this kind is answered so, and nothing is done. */
  next(to: RegExp, status: number, body?: unknown, headers: { readonly [name: string]: string } = {}): void {
    this.replies.push({ to, reply: { status, body, headers }, isDone: false });
  }

  /** The next request of this kind is carried out, and then answered so; null closes the connection instead. */
  nextDone(to: RegExp, reply: Reply | null): void {
    this.replies.push({ to, reply, isDone: true });
  }

  /** The next request of this kind meets a worker that dies before it does anything. */
  nextLost(to: RegExp): void {
    this.replies.push({ to, reply: null, isDone: false });
  }

  count(what: RegExp): number {
    return this.asked.filter(({ method, path }) => what.test(`${method} ${path}`)).length;
  }

  /** A connector that somebody else made. */
  keep(name: string, config: Record<string, string>, changes: Partial<KeptConnector> = {}): KeptConnector {
    const kept = { config, taskState: "RUNNING", state: "RUNNING", hasTasks: true, offsets: [], ...changes };
    this.connectors.set(name, kept);
    return kept;
  }

  #serve(
    { method, path, text }: { readonly method: string; readonly path: string; readonly text: string },
    response: ServerResponse,
  ): void {
    const body = text === "" ? null : (JSON.parse(text) as Record<string, string>);
    this.asked.push({ method, path, body });
    const at = this.replies.findIndex(({ to }) => to.test(`${method} ${path}`));
    const [script] = at < 0 ? [] : this.replies.splice(at, 1);
    const own = script === undefined || script.isDone ? this.#answer(method, path, body) : null;
    const reply = script === undefined ? own : script.reply;
    if (reply === null) {
      response.socket?.destroy();
      return;
    }
    const isHtml = typeof reply.body === "string";
    const type = { "content-type": isHtml ? "text/html" : "application/json" };
    response.writeHead(reply.status, { ...type, ...reply.headers });
    response.end(reply.body === undefined ? "" : isHtml ? reply.body : JSON.stringify(reply.body));
  }

  #answer(method: string, path: string, body: Record<string, string> | null): Reply {
    if (path === "/") return { status: 200, body: { version: this.version, kafka_cluster_id: "cluster" } };
    if (path === "/health") return { status: 200, body: { status: "healthy" } };
    if (path.startsWith("/connector-plugins")) return plugin(path);
    if (path.startsWith("/connectors?")) return { status: 200, body: this.#list() };
    const [, , name = "", ...rest] = path.split(/[/?]/);
    return this.#connector({ method, name: decodeURIComponent(name), verb: rest[0] ?? "", path }, body);
  }

  #list(): object {
    const entries = [...this.connectors].map(([name, kept]) => {
      return [name, { status: statusOf(name, kept), info: { name, config: kept.config, type: "source" } }];
    });
    return Object.fromEntries(entries) as object;
  }

  #connector(
    { method, name, verb, path }: { method: string; name: string; verb: string; path: string },
    body: Record<string, string> | null,
  ): Reply {
    const kept = this.connectors.get(name);
    if (method === "PUT" && verb === "config") {
      const config = { ...body, name };
      if (kept === undefined) this.keep(name, config, { taskState: this.newTaskState });
      else Object.assign(kept, { config, taskState: this.newTaskState });
      return { status: kept === undefined ? 201 : 200, body: { name, config } };
    }
    if (kept === undefined)
      return { status: 404, body: { error_code: 404, message: `No status found for connector ${name}` } };
    return this.#existing({ method, name, verb, path, kept }, body);
  }

  #existing(
    {
      method,
      name,
      verb,
      path,
      kept,
    }: { method: string; name: string; verb: string; path: string; kept: KeptConnector },
    body: Record<string, unknown> | null,
  ): Reply {
    switch (`${method} ${verb}`) {
      case "DELETE ":
        this.connectors.delete(name);
        return { status: 204 };
      case "GET config":
        return { status: 200, body: kept.config };
      case "GET topics":
        return { status: 200, body: { [name]: { topics: [`${name}.topic`] } } };
      case "GET offsets":
        return { status: 200, body: { offsets: kept.offsets } };
      case "PUT pause":
        Object.assign(kept, { state: "PAUSED", taskState: "PAUSED" });
        return { status: 202 };
      case "PUT resume":
        Object.assign(kept, { state: "RUNNING", taskState: "RUNNING", hasTasks: true });
        return { status: 202 };
      case "PUT stop":
        Object.assign(kept, { state: "STOPPED", hasTasks: false });
        return { status: 204 };
      case "PATCH offsets":
      case "DELETE offsets":
        if (kept.state !== "STOPPED")
          return { status: 400, body: { message: "must be in the STOPPED state" } };
        kept.offsets = method === "PATCH" && Array.isArray(body?.["offsets"]) ? body["offsets"] : [];
        return { status: 200, body: { message: "altered" } };
      default:
        return { status: path.includes("restart") ? 202 : 200, body: statusOf(name, kept) };
    }
  }
}

function statusOf(name: string, { state, taskState, hasTasks, trace }: KeptConnector): object {
  const task = {
    id: 0,
    state: taskState,
    worker_id: "127.0.0.1:8083",
    ...(trace === undefined ? {} : { trace }),
  };
  const tasks = hasTasks ? [task] : [];
  return { name, connector: { state, worker_id: "127.0.0.1:8083" }, tasks, type: "source" };
}

function plugin(path: string): Reply {
  if (path.endsWith("/validate"))
    return { status: 200, body: { error_count: 0, configs: [{ value: null }] } };
  if (path.endsWith("/config"))
    return {
      status: 200,
      body: [{ name: "slot.name", type: "STRING", required: false, default_value: "debezium" }],
    };
  const classes = ["io.debezium.connector.postgresql.PostgresConnector"];
  return {
    status: 200,
    body: classes.map((name) => ({ class: name, type: "source", version: "3.6.1.Final" })),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
