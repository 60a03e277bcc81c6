import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./ports.js";
import { answerControl } from "./stub-control.js";
import { StubJournal } from "./stub-journal.js";
/** A longer body is answered with 413. */
const BODY_MAX_BYTES = 4 * 1024 * 1024;
/** Starts a target on loopback, with a control API on a port of its own. */
export async function startStubTarget(wish) {
  const stub = new Stub(wish, wish.port ?? (await freePort()));
  await stub.start(await freePort());
  return stub;
}
class Stub {
  port;
  #kind;
  #journal = new StubJournal();
  #sockets = new Set();
  #stopping = new AbortController();
  #rejects;
  #mode = { mode: "ok" };
  #server;
  #control;
  #controlPort = 0;
  constructor(wish, port) {
    this.#kind = wish.kind;
    this.#rejects = wish.rejects ?? (() => false);
    this.port = port;
  }
  get url() {
    return `http://127.0.0.1:${this.port}`;
  }
  get controlUrl() {
    return `http://127.0.0.1:${this.#controlPort}`;
  }
  get mode() {
    return this.#mode;
  }
  get dropped() {
    return this.#journal.dropped;
  }
  journal(after = 0) {
    return this.#journal.after(after);
  }
  setRejects(rejects) {
    this.#rejects = rejects;
  }
  async setMode(mode) {
    const wasHanging = this.#mode.mode === "hang";
    this.#mode = mode;
    if (mode.mode === "refuse") await this.#close();
    else await this.#listen();
    // What hangs has been forgotten by the target: it never answers those, also not later.
    if (wasHanging) for (const socket of this.#sockets) socket.destroy();
  }
  async start(controlPort) {
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
  async stop() {
    this.#stopping.abort();
    await this.#close();
    const control = this.#control;
    this.#control = undefined;
    if (control !== undefined) await closeServer(control);
  }
  [Symbol.asyncDispose]() {
    return this.stop();
  }
  async #listen() {
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
  async #close() {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await closeServer(server);
  }
  async #receive(request, response) {
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
  #answerOf(mode, request, subject) {
    if (mode.mode === "unavailable") return { status: 503, body: { code: 503, msg: "服务不可用" } };
    if (mode.mode === "throttled") return { status: 429, body: { code: 429, msg: "请求过于频繁" } };
    if (mode.mode === "businessError") return { status: 200, body: { code: mode.code, msg: mode.message } };
    if (this.#rejects(subject)) return { status: 200, body: { code: 422, msg: "数据校验不通过" } };
    return this.#kind.answer(request) ?? { status: 404, body: { code: 404, msg: "接口不存在" } };
  }
  #receiveControl(request, response) {
    void readJson(request)
      .catch(() => undefined)
      .then(async (body) =>
        answerControl(this, { method: request.method ?? "", url: request.url ?? "/", body: body?.value }),
      )
      .then((answer) => send(response, answer))
      .catch(() => response.destroy());
  }
}
const NO_SUBJECT = { subject: undefined, version: undefined };
const TOO_LARGE = { status: 413, body: { code: 413, msg: "请求体过大或格式错误" } };
async function readJson(request) {
  const parts = [];
  let sizeBytes = 0;
  for await (const part of request) {
    sizeBytes += part.length;
    if (sizeBytes > BODY_MAX_BYTES) throw new RangeError("The body is too large.");
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString("utf8");
  return { value: text === "" ? undefined : JSON.parse(text) };
}
function send(response, answer, headers = {}) {
  response.writeHead(answer.status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(answer.body));
}
function codeOf(body) {
  const isCoded =
    typeof body === "object" && body !== null && "code" in body && typeof body.code === "number";
  return isCoded ? Number(body.code) : undefined;
}
function pathOf(request) {
  return new URL(request.url ?? "/", "http://stub").pathname;
}
function headerOf(request, name) {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1" }, () => resolve());
  });
}
function closeServer(server) {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
