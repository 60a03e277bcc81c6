import type { Failure } from "@gluttony/model";
import type { Handler, TargetRequest, TargetResponse } from "@gluttony/sdk";
import { compileDecoding, RecordCodec } from "@gluttony/sdk/codecs";
import type { HostLog, OnceLedger } from "../ports.ts";
import { AttemptSignal } from "./attempt-signal.ts";
import type { StepChannel } from "./attempt-steps.ts";
import { CalledTargets, withCalled } from "./called-targets.ts";
import type {
  AttemptRequest,
  AttemptResult,
  Cell,
  CellConsumer,
  CellDecoding,
  CellObservation,
} from "./cell.ts";
import { handlerError } from "./handler-error.ts";
import { keyOf, originOf } from "./host-calls.ts";
import { HostSteps } from "./host-steps.ts";
import type { SteppingAttempt } from "./host-steps.ts";
import { leaseLost, mayCall } from "./lease-lost.ts";
import { runAttempt } from "./run-attempt.ts";
import { SchemaShelf } from "./schema-shelf.ts";
import { settingsFailure } from "./settings-check.ts";
import { SignalListeners } from "./signal-listeners.ts";
import type { Listening } from "./signal-listeners.ts";
import { TimerWheel } from "./timer-wheel.ts";

/** What the handlers of an inline cell may use. */
export interface InlineTools {
  readonly log: HostLog;
  readonly once: OnceLedger;
  fetch(url: string, request: TargetRequest | undefined, idempotencyKey: string): Promise<TargetResponse>;
}

/**
 * Runs handlers in this process, by the same code as a real cell but without any of its fences: for tests and
 * for stepping through a handler.
 */
export class InlineCell implements Cell {
  readonly release: string;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #tools: InlineTools;
  readonly #steps: HostSteps;
  readonly #wheel = new TimerWheel();
  readonly #signals = new SignalListeners();
  readonly #schemas = new SchemaShelf();
  readonly #plain = new RecordCodec(this.#schemas);
  readonly #codecs = new WeakMap<CellDecoding, RecordCodec>();
  #running = 0;
  #onIdle: (() => void) | null = null;
  #lastStep = 0;
  #isClosed = false;

  constructor(release: string, handlers: readonly Handler[], tools: InlineTools) {
    this.release = release;
    this.#handlers = new Map(handlers.map((handler) => [handler.name, handler]));
    this.#tools = tools;
    this.#steps = new HostSteps(() => tools.once, tools.log);
  }

  async attempt(request: AttemptRequest): Promise<AttemptResult> {
    const handler = this.#handlers.get(request.consumer.handler);
    if (handler === undefined || this.#isClosed) return notRun;
    this.#running += 1;
    const result = await this.#run(handler, request);
    this.#running -= 1;
    if (this.#running === 0) this.#onIdle?.();
    return result;
  }

  async checkSettings({ handler: name, config }: CellConsumer): Promise<Failure | null> {
    const handler = this.#handlers.get(name);
    return handler === undefined ? null : settingsFailure(handler, config, inlineRootUrl);
  }

  observe(): CellObservation {
    const state = this.#isClosed ? "closed" : "ready";
    return { release: this.release, state, pid: null, crashes: 0, heartbeatAgeMs: null, residentBytes: null };
  }

  /** There is no process to replace. */
  recycle(): void {
    this.#tools.log.warn("An inline cell cannot be replaced.", { release: this.release });
  }

  async close(budgetMs: number): Promise<void> {
    this.#isClosed = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, budgetMs);
    });
    await Promise.race([this.#untilIdle(), late]);
    clearTimeout(timer);
    this.#wheel.stop();
  }

  async #untilIdle(): Promise<void> {
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  async #run(handler: Handler, request: AttemptRequest): Promise<AttemptResult> {
    const { record, consumer, attempt, idempotencyKey } = request;
    const signal = new AttemptSignal();
    const listening = this.#listen(request.signal, signal);
    const deadline = this.#wheel.after(consumer.deadlineMs, signal);
    const { config, name } = consumer;
    const job = { handler, record, config, consumer: name, attempt, idempotencyKey, signal };
    const running: InlineAttempt = { request, isSettled: false, stepsBegun: 0, called: new CalledTargets() };
    for (const schema of request.schemas ?? []) this.#schemas.put(schema);
    const result = await runAttempt(job, {
      codec: this.#codecOf(consumer.decoding),
      operations: consumer.decoding?.operations ?? [],
      log: () => this.#tools.log,
      rootUrl: inlineRootUrl,
      steps: () => this.#stepsOf(running),
      asks: () => ({ ask: async () => ({ failure: noAsks }) }),
      fetch: (url, sent, step) => this.#fetch(running, { url, sent, step }),
    });
    running.isSettled = true;
    deadline.cancel();
    listening?.leave();
    const called = running.called.list();
    return called.length === 0 ? result : withCalled(result, called);
  }

  #codecOf(decoding: CellDecoding | undefined): RecordCodec {
    if (decoding === undefined) return this.#plain;
    const known = this.#codecs.get(decoding);
    const codec = known ?? new RecordCodec(this.#schemas, decoding.format, compileDecoding(decoding));
    this.#codecs.set(decoding, codec);
    return codec;
  }

  #listen(host: AbortSignal | undefined, signal: AttemptSignal): Listening | null {
    if (host?.aborted === true) signal.abort("host");
    return host === undefined ? null : this.#signals.add(host, () => signal.abort("host"));
  }

  async #fetch({ request, called }: InlineAttempt, { url, sent, step }: InlineCall): Promise<TargetResponse> {
    if (!mayCall(request)) throw handlerError(leaseLost);
    const response = await this.#tools.fetch(url, sent, keyOf(request.idempotencyKey, step ?? null));
    called.note(originOf(url), response.status);
    return response;
  }

  #stepsOf(attempt: InlineAttempt): StepChannel {
    return {
      claim: (name) => {
        this.#lastStep += 1;
        return this.#steps.claim(this.#lastStep, name, attempt);
      },
      finish: (number, result) => this.#steps.finish(number, result),
      release: (number) => this.#steps.release(number),
    };
  }
}

/** Where the code lies is not known. */
const inlineRootUrl = "file:///";

interface InlineAttempt extends SteppingAttempt {
  isSettled: boolean;
  readonly called: CalledTargets;
}

interface InlineCall {
  readonly url: string;
  readonly sent: TargetRequest | undefined;
  readonly step: string | undefined;
}

const noAsks: Failure = {
  kind: "transient",
  code: "state.unavailable",
  message: "An inline cell has neither state nor secrets.",
};

const notRun: AttemptResult = {
  kind: "failed",
  failure: {
    kind: "transient",
    code: "handler.aborted",
    message: "The cell is closed or lacks the handler.",
  },
};
