import type { Socket } from "node:net";
import type { BatchLimits } from "@gluttony/model";
import type { Handler, TargetRequest } from "@gluttony/sdk";
import { compileDecoding, RecordCodec } from "@gluttony/sdk/codecs";
import type { WriterSchema } from "@gluttony/sdk/codecs";
import { decodeBatch } from "./batch.ts";
import type { BatchEntry } from "./batch.ts";
import type { ToldMessage } from "./asks.ts";
import { AsksOverPipe } from "./asks-over-pipe.ts";
import { AttemptSignal } from "./attempt-signal.ts";
import { Batcher } from "./batcher.ts";
import { decodeAnswered, encodeDone } from "./call-frames.ts";
import type { AttemptResult } from "./cell.ts";
import { FrameWriter } from "./frame-writer.ts";
import { FrameDecoder, decodeJson, encodeJsonFrame, frameTypes, hostFrameBytesMax } from "./frames.ts";
import type { Frame } from "./frames.ts";
import { FetchOverPipe } from "./fetch-over-pipe.ts";
import { loadHandlers, withinMs } from "./load-handlers.ts";
import { LogOverPipe } from "./log-over-pipe.ts";
import { cellMagic, cellProtocols, outcomeTuple } from "./messages.ts";
import type { CallFailedMessage, ConsumerMessage, OutcomeTuple, StartMessage } from "./messages.ts";
import { SchemaShelf } from "./schema-shelf.ts";
import { slotOf } from "./numbered-slots.ts";
import { runAttempt } from "./run-attempt.ts";
import { settingsFailure } from "./settings-check.ts";
import type { CheckedMessage, CheckMessage } from "./settings-checks.ts";
import type { StepAnsweredMessage } from "./step-messages.ts";
import { StepsOverPipe } from "./steps-over-pipe.ts";
import { Strays } from "./strays.ts";
import { TimerWheel } from "./timer-wheel.ts";

/** What the program needs of its process. */
export interface CellProcessBasics {
  readonly exit: (code: number) => void;
  readonly sdkVersion: string;
}

/** A consumer as the host introduced it, with what was made for it. */
interface KnownConsumer extends ConsumerMessage {
  readonly batcher: Batcher | null;
  readonly codec: RecordCodec;
}

const heartbeatMs = 1_000;
const teardownMs = 5_000;

/** Answers the host's frames: loads the plugin, runs attempts side by side, and tells what came of them. */
export class CellProgram {
  readonly #channel: Socket;
  readonly #writer: FrameWriter;
  readonly #basics: CellProcessBasics;
  readonly #decoder = new FrameDecoder(hostFrameBytesMax);
  readonly #wheel = new TimerWheel();
  readonly #consumers = new Map<number, KnownConsumer>();
  readonly #schemas = new SchemaShelf();
  /** By the slots of the attempts' numbers: the host uses a slot again only after the outcome. */
  readonly #running: (AttemptSignal | undefined)[] = [];
  #runningCount = 0;
  readonly #fetches: FetchOverPipe;
  readonly #steps: StepsOverPipe;
  readonly #asks: AsksOverPipe;
  readonly #log: LogOverPipe;
  readonly #strays: Strays;
  #handlers: ReadonlyMap<string, Handler> = new Map();
  readonly #limits = new Map<string, BatchLimits>();
  #rootUrl = "";
  #done: number[] = [];
  #outcomes: OutcomeTuple[] = [];
  #draining = false;
  #isEnding = false;

  constructor(channel: Socket, basics: CellProcessBasics) {
    this.#channel = channel;
    this.#writer = new FrameWriter(channel, () => this.#gatherOutcomes());
    this.#basics = basics;
    this.#fetches = new FetchOverPipe((frame) => this.#write(frame));
    this.#asks = new AsksOverPipe((frame) => this.#write(frame));
    this.#steps = new StepsOverPipe((frame) => this.#write(frame));
    this.#log = new LogOverPipe((frame) => this.#write(frame));
    this.#strays = new Strays((frame) => this.#write(frame));
    channel.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  greet(): void {
    const { sdkVersion: sdk } = this.#basics;
    const hello = { magic: cellMagic, protocols: cellProtocols, sdk, pid: process.pid };
    this.#write(encodeJsonFrame(frameTypes.hello, hello));
    this.#beat();
  }

  /** Takes note of a rejection that nobody waits for. */
  noteStray(reason: unknown): void {
    this.#strays.note(reason, this.#rootUrl);
  }

  #read(chunk: Buffer): void {
    for (const frame of this.#decoder.push(chunk)) this.#take(frame);
  }

  // The host is trusted: its payloads are read without checks.
  #take({ type, payload }: Frame): void {
    if (type === frameTypes.batch) for (const entry of decodeBatch(payload)) this.#begin(entry);
    else if (type === frameTypes.answered) this.#fetches.settle(decodeAnswered(payload));
    else if (type === frameTypes.fetched) this.#fetches.fail(decodeJson(payload) as CallFailedMessage);
    else if (type === frameTypes.onceAnswered) this.#steps.settle(decodeJson(payload) as StepAnsweredMessage);
    else if (type === frameTypes.told) this.#asks.settle(decodeJson(payload) as ToldMessage);
    else if (type === frameTypes.ping) this.#write(encodeJsonFrame(frameTypes.heartbeat, { lagMs: 0 }));
    else if (type === frameTypes.abort) this.#abort(decodeJson(payload) as { attemptId: number });
    else if (type === frameTypes.schema) this.#schemas.put(decodeJson(payload) as WriterSchema);
    else if (type === frameTypes.consumer) this.#takeConsumer(decodeJson(payload) as ConsumerMessage);
    else if (type === frameTypes.forget)
      this.#consumers.delete((decodeJson(payload) as { number: number }).number);
    else if (type === frameTypes.check) void this.#check(decodeJson(payload) as CheckMessage);
    else if (type === frameTypes.start) void this.#start(decodeJson(payload) as StartMessage);
    else if (type === frameTypes.drain) this.#drain();
  }

  async #start(message: StartMessage): Promise<void> {
    this.#rootUrl = message.rootUrl;
    const loaded = await loadHandlers(message.handlers);
    if ("refused" in loaded) {
      this.#write(encodeJsonFrame(frameTypes.refused, loaded.refused));
      return;
    }
    this.#handlers = loaded.handlers;
    for (const { name, batch } of message.handlers) if (batch !== undefined) this.#limits.set(name, batch);
    this.#write(encodeJsonFrame(frameTypes.ready, { handlers: [...loaded.handlers.keys()] }));
  }

  async #check({ request, handler: name, config }: CheckMessage): Promise<void> {
    const handler = this.#handlers.get(name);
    const frozen = deepFreeze(config);
    const failure = handler === undefined ? null : await settingsFailure(handler, frozen, this.#rootUrl);
    const message: CheckedMessage = { request, failure };
    this.#write(encodeJsonFrame(frameTypes.checked, message));
  }

  #takeConsumer(message: ConsumerMessage): void {
    // One object serves every attempt, so a handler must not be able to change it.
    const batcher = this.#batcherOf(message.handler);
    const codec = new RecordCodec(
      this.#schemas,
      message.decoding?.format,
      compileDecoding(message.decoding ?? {}),
    );
    this.#consumers.set(message.number, { ...message, config: deepFreeze(message.config), batcher, codec });
  }

  #batcherOf(name: string): Batcher | null {
    const limits = this.#limits.get(name);
    return limits !== undefined && this.#handlers.get(name)?.handleBatch !== undefined
      ? new Batcher(limits)
      : null;
  }

  #begin(entry: BatchEntry): void {
    const consumer = this.#consumers.get(entry.consumer);
    const handler = this.#handlers.get(consumer?.handler ?? "");
    if (consumer === undefined || handler === undefined) {
      throw new Error("The host named a consumer or handler that it never introduced.");
    }
    const { attemptId, record, attempt, idempotencyKey, deadlineMs } = entry;
    const signal = new AttemptSignal();
    this.#running[slotOf(attemptId)] = signal;
    this.#runningCount += 1;
    const deadline = this.#wheel.after(deadlineMs, signal);
    const settle = (result: AttemptResult): void => {
      deadline.cancel();
      this.#running[slotOf(attemptId)] = undefined;
      this.#runningCount -= 1;
      this.#answer(attemptId, result);
    };
    const { config, name, batcher, codec, decoding } = consumer;
    const job = { handler, record, config, consumer: name, attempt, idempotencyKey, signal };
    const tools = {
      codec,
      operations: decoding?.operations ?? [],
      rootUrl: this.#rootUrl,
      log: () => this.#log.of(attemptId),
      steps: () => this.#steps.of(attemptId),
      asks: () => this.#asks.of(attemptId),
      fetch: (url: string, request?: TargetRequest, step?: string) =>
        this.#fetches.call({ attemptId, signal, step }, url, request),
    };
    // What failed before is tried alone, so that it cannot fail others again.
    if (batcher !== null && attempt === 1) return batcher.add({ job, tools }, settle);
    const result = runAttempt(job, tools);
    // A promise of an attempt never rejects; if it did, the process would be wrong and not the record.
    if (result instanceof Promise) result.then(settle).catch(() => this.#basics.exit(1));
    else settle(result);
  }

  // Answers of one turn of the loop leave in one frame.
  #answer(attemptId: number, result: AttemptResult): void {
    if (result.kind === "done") this.#done.push(attemptId);
    else this.#outcomes.push(outcomeTuple(attemptId, result));
    this.#writer.schedule();
  }

  #gatherOutcomes(): void {
    if (this.#done.length > 0) {
      this.#write(encodeDone(this.#done));
      this.#done = [];
    }
    if (this.#outcomes.length > 0) {
      this.#write(encodeJsonFrame(frameTypes.outcomes, this.#outcomes));
      this.#outcomes = [];
    }
    if (this.#draining && this.#runningCount === 0) void this.#end();
  }

  #abort({ attemptId }: { attemptId: number }): void {
    this.#running[slotOf(attemptId)]?.abort("host");
  }

  #drain(): void {
    this.#draining = true;
    this.#writer.schedule();
  }

  async #end(): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const handlers = new Set(this.#handlers.values());
    for (const handler of handlers) {
      await withinMs(teardownMs, async () => handler.flush?.()).catch(() => "late");
    }
    for (const handler of handlers) {
      await withinMs(teardownMs, async () => handler.teardown?.()).catch(() => "late");
    }
    this.#writer.flush();
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
    this.#writer.write(frame);
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
