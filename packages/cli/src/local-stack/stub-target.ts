import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./ports.ts";
import { answerControl } from "./stub-control.ts";
import { type JournalEntry, StubJournal } from "./stub-journal.ts";
import type { StubMode } from "./stub-mode.ts";

/** A longer body is answered with 413. */
const BODY_MAX_BYTES = 4 * 1024 * 1024;

export interface StubSubject {
  readonly subject: string | undefined;
  readonly version: string | undefined;
}

export interface StubAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What one kind of target does: how it is asked, what it answers, and what its journal notes of a body. */
export interface StubKind {
  readonly name: string;
  /** The right answer; undefined for a path or a body that this target does not know (404). */
  answer(request: { readonly path: string; readonly body: unknown }): StubAnswer | undefined;
  subjectOf(body: unknown): StubSubject;
}

export interface StubWish {
  readonly kind: StubKind;
  /** A free one if left out. */
  readonly port?: number;
  /** True for a request that is always refused for what it says, as with an invalid record. */
  readonly rejects?: (request: StubSubject) => boolean;
}

/** A running target whose faults can be switched, and who remembers what it was asked. */
export interface StubTarget extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** As it is now. */
  readonly mode: StubMode;
  setMode(mode: StubMode): Promise<void>;
  /** Replaces the rule of refused requests. */
  setRejects(rejects: (request: StubSubject) => boolean): void;
  journal(after?: number): readonly JournalEntry[];
  /** Requests that the journal had to forget. */
  readonly dropped: number;
  /** Port of the control API, which stays reachable while the target refuses. */
  readonly controlUrl: string;
  stop(): Promise<void>;
}

/** Starts a target on loopback, with a control API on a port of its own. */
export async function startStubTarget(wish: StubWish): Promise<StubTarget> {
  const stub = new Stub(wish, wish.port ?? (await freePort()));
  await stub.start(await freePort());
  return stub;
}

class Stub implements StubTarget {
  readonly port: number;
  readonly #kind: StubKind;
  readonly #journal = new StubJournal();
  readonly #sockets = new Set<Socket>();
  readonly #stopping = new AbortController();
  #rejects: (request: StubSubject) => boolean;
  #mode: StubMode = { mode: "ok" };
  #server: Server | undefined;
  #control: Server | undefined;
  #controlPort = 0;

  constructor(wish: StubWish, port: number) {
    this.#kind = wish.kind;
    this.#rejects = wish.rejects ?? (() => false);
    this.port = port;
    // Every request that is answered slowly waits on it.
    setMaxListeners(0, this.#stopping.signal);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get controlUrl(): string {
    return `http://127.0.0.1:${this.#controlPort}`;
  }

  get mode(): StubMode {
    return this.#mode;
  }

  get dropped(): number {
    return this.#journal.dropped;
  }

  journal(after = 0): readonly JournalEntry[] {
    return this.#journal.after(after);
  }

  setRejects(rejects: (request: StubSubject) => boolean): void {
    this.#rejects = rejects;
  }

  async setMode(mode: StubMode): Promise<void> {
    const wasHanging = this.#mode.mode === "hang";
    this.#mode = mode;
    if (mode.mode === "refuse") await this.#close();
    else await this.#listen();
    // What hangs has been forgotten by the target: it never answers those, also not later.
    if (wasHanging) for (const socket of this.#sockets) socket.destroy();
  }

  async start(controlPort: number): Promise<void> {
    this.#controlPort = controlPort;
    await this.#listen();
    try {
      this.#control = createServer((request, response) => this.#receiveControl(request, response));
      await listen(this.#control, controlPort);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#close();
    const control = this.#control;
    this.#control = undefined;
    if (control !== undefined) await closeServer(control);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #listen(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => void this.#receive(request, response));
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    await listen(server, this.port);
    this.#server = server;
  }

  /** A refused connection is one that nobody listens for; open ones end too, as when the target's machine goes down. */
  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await closeServer(server);
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const receivedAtMs = performance.now();
    const mode = this.#mode;
    const body = await readJson(request).catch(() => undefined);
    const subject = body === undefined ? NO_SUBJECT : this.#kind.subjectOf(body.value);
    const number = this.#journal.add({
      receivedAtMs,
      method: request.method ?? "",
      path: pathOf(request),
      idempotencyKey: headerOf(request, "idempotency-key"),
      ...subject,
    });
    if (mode.mode === "hang") return;
    if (mode.mode === "slow") {
      await sleep(mode.delayMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
    if (response.destroyed) return;
    const answer =
      body === undefined
        ? TOO_LARGE
        : this.#answerOf(mode, { path: pathOf(request), body: body.value }, subject);
    send(
      response,
      answer,
      mode.mode === "throttled" ? { "retry-after": String(mode.retryAfterSeconds) } : {},
    );
    this.#journal.finish(number, {
      status: answer.status,
      code: codeOf(answer.body),
      finishedAtMs: performance.now(),
    });
  }

  #answerOf(mode: StubMode, request: { path: string; body: unknown }, subject: StubSubject): StubAnswer {
    if (mode.mode === "unavailable") return { status: 503, body: { code: 503, msg: "服务不可用" } };
    if (mode.mode === "throttled") return { status: 429, body: { code: 429, msg: "请求过于频繁" } };
    if (mode.mode === "businessError") return { status: 200, body: { code: mode.code, msg: mode.message } };
    if (this.#rejects(subject)) return { status: 200, body: { code: 422, msg: "数据校验不通过" } };
    return this.#kind.answer(request) ?? { status: 404, body: { code: 404, msg: "接口不存在" } };
  }

  #receiveControl(request: IncomingMessage, response: ServerResponse): void {
    void readJson(request)
      .catch(() => undefined)
      .then(async (body) =>
        answerControl(this, { method: request.method ?? "", url: request.url ?? "/", body: body?.value }),
      )
      .then((answer) => send(response, answer))
      .catch(() => response.destroy());
  }
}

const NO_SUBJECT: StubSubject = { subject: undefined, version: undefined };
const TOO_LARGE: StubAnswer = { status: 413, body: { code: 413, msg: "请求体过大或格式错误" } };

async function readJson(request: IncomingMessage): Promise<{ readonly value: unknown }> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > BODY_MAX_BYTES) throw new RangeError("The body is too large.");
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString("utf8");
  return { value: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

function send(response: ServerResponse, answer: StubAnswer, headers: Record<string, string> = {}): void {
  response.writeHead(answer.status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(answer.body));
}

function codeOf(body: unknown): number | undefined {
  const isCoded =
    typeof body === "object" && body !== null && "code" in body && typeof body.code === "number";
  return isCoded ? Number(body.code) : undefined;
}

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? "/", "http://stub").pathname;
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1" }, () => resolve());
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
