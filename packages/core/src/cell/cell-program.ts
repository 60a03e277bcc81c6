import type { Socket } from "node:net";
import type { Handler } from "@gluttony/sdk";
import { debeziumJson } from "@gluttony/sdk/codecs";
import { decodeBatch } from "./batch.ts";
import type { BatchEntry } from "./batch.ts";
import {
  FrameDecoder,
  decodeJson,
  decodeMixed,
  encodeJsonFrame,
  frameTypes,
  hostFrameBytesMax,
} from "./frames.ts";
import type { Frame } from "./frames.ts";
import { FetchOverPipe } from "./fetch-over-pipe.ts";
import { loadHandlers, withinMs } from "./load-handlers.ts";
import { LogOverPipe } from "./log-over-pipe.ts";
import { cellMagic, cellProtocols, outcomeTuple } from "./messages.ts";
import type { ConsumerMessage, FetchedMessage, OutcomeTuple, StartMessage } from "./messages.ts";
import { runAttempt } from "./run-attempt.ts";
import { TimerWheel } from "./timer-wheel.ts";

/** What the program needs of its process. */
export interface CellProcessBasics {
  readonly exit: (code: number) => void;
  readonly sdkVersion: string;
}

const heartbeatMs = 1_000;
const teardownMs = 5_000;

/** Answers the host's frames: loads the plugin, runs attempts side by side, and tells what came of them. */
export class CellProgram {
  readonly #channel: Socket;
  readonly #basics: CellProcessBasics;
  readonly #decoder = new FrameDecoder(hostFrameBytesMax);
  readonly #wheel = new TimerWheel();
  readonly #consumers = new Map<number, ConsumerMessage>();
  readonly #running = new Map<number, AbortController>();
  readonly #fetches: FetchOverPipe;
  readonly #log: LogOverPipe;
  #handlers: ReadonlyMap<string, Handler> = new Map();
  #rootUrl = "";
  #outcomes: OutcomeTuple[] = [];
  #draining = false;

  constructor(channel: Socket, basics: CellProcessBasics) {
    this.#channel = channel;
    this.#basics = basics;
    this.#fetches = new FetchOverPipe((frame) => this.#write(frame));
    this.#log = new LogOverPipe((frame) => this.#write(frame));
    channel.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  greet(): void {
    const { sdkVersion: sdk } = this.#basics;
    const hello = { magic: cellMagic, protocols: cellProtocols, sdk, pid: process.pid };
    this.#write(encodeJsonFrame(frameTypes.hello, hello));
    this.#beat();
  }

  #read(chunk: Buffer): void {
    for (const frame of this.#decoder.push(chunk)) this.#take(frame);
  }

  // The host is trusted: its payloads are read without checks.
  #take({ type, payload }: Frame): void {
    if (type === frameTypes.batch) for (const entry of decodeBatch(payload)) this.#begin(entry);
    else if (type === frameTypes.fetched) this.#takeFetched(payload);
    else if (type === frameTypes.ping) this.#write(encodeJsonFrame(frameTypes.heartbeat, { lagMs: 0 }));
    else if (type === frameTypes.abort) this.#abort(decodeJson(payload) as { attemptId: number });
    else if (type === frameTypes.consumer) this.#takeConsumer(decodeJson(payload) as ConsumerMessage);
    else if (type === frameTypes.forget)
      this.#consumers.delete((decodeJson(payload) as { number: number }).number);
    else if (type === frameTypes.start) void this.#start(decodeJson(payload) as StartMessage);
    else if (type === frameTypes.drain) void this.#drain();
  }

  async #start(message: StartMessage): Promise<void> {
    this.#rootUrl = message.rootUrl;
    const loaded = await loadHandlers(message.handlers);
    if ("refused" in loaded) {
      this.#write(encodeJsonFrame(frameTypes.refused, loaded.refused));
      return;
    }
    this.#handlers = loaded.handlers;
    this.#write(encodeJsonFrame(frameTypes.ready, { handlers: [...loaded.handlers.keys()] }));
  }

  #takeConsumer(message: ConsumerMessage): void {
    // One object serves every attempt, so a handler must not be able to change it.
    this.#consumers.set(message.number, { ...message, config: deepFreeze(message.config) });
  }

  #begin(entry: BatchEntry): void {
    void this.#run(entry);
  }

  async #run(entry: BatchEntry): Promise<void> {
    const consumer = this.#consumers.get(entry.consumer);
    const handler = this.#handlers.get(consumer?.handler ?? "");
    if (consumer === undefined || handler === undefined) {
      throw new Error("The host named a consumer or handler that it never introduced.");
    }
    const { attemptId, record, attempt, idempotencyKey, deadlineMs } = entry;
    const controller = new AbortController();
    const { signal } = controller;
    this.#running.set(attemptId, controller);
    const deadline = this.#wheel.after(deadlineMs, () =>
      controller.abort(new DOMException("The attempt's deadline has passed.", "TimeoutError")),
    );
    const result = await runAttempt(
      { handler, record, config: consumer.config, consumer: consumer.name, attempt, idempotencyKey, signal },
      {
        codec: debeziumJson,
        log: this.#log.of(attemptId),
        rootUrl: this.#rootUrl,
        fetch: (url, request) => this.#fetches.call({ attemptId, signal }, url, request),
      },
    );
    deadline.cancel();
    this.#running.delete(attemptId);
    this.#answer(outcomeTuple(attemptId, result));
  }

  // Answers of one turn of the loop leave in one frame.
  #answer(outcome: OutcomeTuple): void {
    this.#outcomes.push(outcome);
    if (this.#outcomes.length === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    this.#write(encodeJsonFrame(frameTypes.outcomes, outcomes));
    if (this.#draining && this.#running.size === 0) void this.#end();
  }

  #takeFetched(payload: Buffer): void {
    const { head, body } = decodeMixed(payload);
    this.#fetches.settle(head as FetchedMessage, body);
  }

  #abort({ attemptId }: { attemptId: number }): void {
    const reason = new DOMException("The host called the attempt off.", "AbortError");
    this.#running.get(attemptId)?.abort(reason);
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    if (this.#running.size === 0) await this.#end();
  }

  async #end(): Promise<void> {
    for (const handler of new Set(this.#handlers.values())) {
      await withinMs(teardownMs, async () => handler.teardown?.()).catch(() => "late");
    }
    this.#channel.end(encodeJsonFrame(frameTypes.drained, {}), () => this.#basics.exit(0));
  }

  #beat(): void {
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      const lagMs = Math.max(0, Math.round(now - last - heartbeatMs));
      last = now;
      this.#write(encodeJsonFrame(frameTypes.heartbeat, { lagMs }));
    }, heartbeatMs);
  }

  #write(frame: Buffer): void {
    if (this.#channel.writable) this.#channel.write(frame);
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
