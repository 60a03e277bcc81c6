import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "gluttony/local-stack";

/** What the target does with one request. Applying and answering are apart: each can happen without the other. */
export interface Answer {
  readonly applies: boolean;
  readonly delayMs?: number;
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  /**
   * How it ends: the whole answer; nothing at all until the caller leaves; a reset in the middle of the body; one
   * byte a tenth of a second; the whole answer and then the connection closed without a word.
   */
  readonly ending?: "whole" | "never" | "reset" | "drip" | "close";
}

/** What a request says. */
export interface Arrival {
  readonly idempotencyKey: string;
  readonly subject: string;
  readonly version: number;
  /** How often this key has come, this time included. */
  readonly attempt: number;
  readonly path: string;
}

/** One request as the target remembers it. Times are monotonic milliseconds of this process. */
export interface TargetEntry extends Arrival {
  readonly number: number;
  readonly receivedAtMs: number;
  /** When the answer was handed over, or the caller left without one; null while neither has happened. */
  readonly finishedAtMs: number | null;
  readonly isApplied: boolean;
  /** HTTP status handed over whole; 0 when there was none. */
  readonly status: number;
}

export type Behaviour = (arrival: Arrival) => Answer;

export const accepts: Behaviour = () => ({ applies: true });

const successBody = JSON.stringify({ code: 0, data: {} });
const dripEveryMs = 100;

/** A target that trusts nobody: it draws its own faults, remembers every request, and what each patient was set to. */
export class FaultyTarget implements AsyncDisposable {
  readonly port: number;
  readonly #entries: TargetEntry[] = [];
  readonly #attempts = new Map<string, number>();
  readonly #sockets = new Set<Socket>();
  readonly #ending = new AbortController();
  #behaviour: Behaviour = accepts;
  #server: Server | null = null;

  private constructor(port: number) {
    this.port = port;
    // Every answer that takes its time listens.
    setMaxListeners(0, this.#ending.signal);
  }

  static async start(): Promise<FaultyTarget> {
    const target = new FaultyTarget(await freePort());
    await target.listen();
    return target;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** In the order of arrival. */
  get journal(): readonly TargetEntry[] {
    return this.#entries;
  }

  /** Requests that were applied so far. */
  get appliedCount(): number {
    return this.#entries.reduce((sum, entry) => sum + (entry.isApplied ? 1 : 0), 0);
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  async listen(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer((request, response) => void this.#receive(request, response));
    server.keepAliveTimeout = 60_000;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port: this.port, host: "127.0.0.1" }, () => resolve());
    });
    this.#server = server;
  }

  /** Connections are refused from now on, and open ones end, as when the target's machine goes down. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.cutConnections();
    await closed;
  }

  /** Ends every open connection without a word. */
  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.refuse();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const receivedAtMs = performance.now();
    const body = await bodyOf(request).catch(() => null);
    if (body === null) return;
    const arrival = this.#arrivalOf(request, body);
    const answer = this.#behaviour(arrival);
    const at = this.#entries.length;
    const entry = { ...arrival, number: at + 1, receivedAtMs, finishedAtMs: null, status: 0 };
    this.#entries.push({ ...entry, isApplied: answer.applies });
    const finish = (status: number): void => {
      const seen = this.#entries[at];
      if (seen === undefined || seen.finishedAtMs !== null) return;
      this.#entries[at] = { ...seen, finishedAtMs: performance.now(), status };
    };
    response.once("close", () => finish(0));
    await this.#wait(answer.delayMs ?? 0);
    if (!response.destroyed) await this.#answer(response, answer, finish);
  }

  async #answer(response: ServerResponse, answer: Answer, finish: (status: number) => void): Promise<void> {
    const status = answer.status ?? 200;
    const body = answer.body ?? successBody;
    const headers = { "content-type": "application/json; charset=utf-8", ...answer.headers };
    const length = { "content-length": String(Buffer.byteLength(body)) };
    switch (answer.ending ?? "whole") {
      case "never":
        return;
      case "whole":
        finish(status);
        response.writeHead(status, { ...headers, ...length });
        response.end(body);
        return;
      case "close":
        finish(status);
        response.writeHead(status, { ...headers, ...length });
        // The header says nothing of it, so the caller keeps the connection for its next request.
        response.end(body, () => setTimeout(() => response.socket?.destroy(), 5).unref());
        return;
      case "reset":
        response.writeHead(status, { ...headers, ...length });
        response.write(body.slice(0, 1));
        setTimeout(() => response.socket?.resetAndDestroy(), 20).unref();
        return;
      case "drip":
        response.writeHead(status, { ...headers, "content-length": "100000" });
        while (!response.destroyed && !this.#ending.signal.aborted) {
          response.write(" ");
          await this.#wait(dripEveryMs);
        }
    }
  }

  #arrivalOf(request: IncomingMessage, body: string): Arrival {
    const key = request.headers["idempotency-key"];
    const idempotencyKey = typeof key === "string" ? key : "";
    const attempt = (this.#attempts.get(idempotencyKey) ?? 0) + 1;
    this.#attempts.set(idempotencyKey, attempt);
    return { idempotencyKey, attempt, path: request.url ?? "", ...subjectOf(body) };
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined);
  }
}

/** The row's version travels in a field that every mapping passes on: the phone number, or the standard code. */
function subjectOf(body: string): { readonly subject: string; readonly version: number } {
  const patient = /"localId":"([^"]*)"/.exec(body)?.[1] ?? /"code":"([^"]*)"/.exec(body)?.[1] ?? "";
  const version = /"phone":"100(\d+)"/.exec(body)?.[1] ?? /"stdCode":"(\d+)"/.exec(body)?.[1] ?? "0";
  return { subject: patient, version: Number(version) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
