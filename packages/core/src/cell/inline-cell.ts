import type { Handler, Logger } from "@gluttony/sdk";
import { debeziumJson } from "@gluttony/sdk/codecs";
import type { TargetRequest, TargetResponse } from "@gluttony/sdk";
import type { AttemptRequest, AttemptResult, Cell, CellObservation } from "./cell.ts";
import { runAttempt } from "./run-attempt.ts";

/** What the handlers of an inline cell may use. */
export interface InlineTools {
  readonly log: Logger;
  fetch(url: string, request?: TargetRequest): Promise<TargetResponse>;
}

/**
 * Runs handlers in this process, by the same code as a real cell but without any of its fences: for tests and
 * for stepping through a handler.
 */
export class InlineCell implements Cell {
  readonly release: string;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #tools: InlineTools;
  readonly #running = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(release: string, handlers: readonly Handler[], tools: InlineTools) {
    this.release = release;
    this.#handlers = new Map(handlers.map((handler) => [handler.name, handler]));
    this.#tools = tools;
  }

  async attempt(request: AttemptRequest): Promise<AttemptResult> {
    const handler = this.#handlers.get(request.consumer.handler);
    if (handler === undefined || this.#isClosed) return notRun;
    const running = this.#run(handler, request);
    this.#running.add(running);
    return running.finally(() => this.#running.delete(running));
  }

  observe(): CellObservation {
    const state = this.#isClosed ? "closed" : "ready";
    return { release: this.release, state, pid: null, crashes: 0, heartbeatAgeMs: null, residentBytes: null };
  }

  async close(budgetMs: number): Promise<void> {
    this.#isClosed = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, budgetMs);
    });
    await Promise.race([Promise.allSettled(this.#running), late]);
    clearTimeout(timer);
  }

  async #run(handler: Handler, request: AttemptRequest): Promise<AttemptResult> {
    const { record, consumer, attempt, idempotencyKey } = request;
    const controller = new AbortController();
    const stop = (): void =>
      controller.abort(new DOMException("The host called the attempt off.", "AbortError"));
    const late = (): void => controller.abort(new DOMException("The deadline has passed.", "TimeoutError"));
    request.signal?.addEventListener("abort", stop, { once: true });
    const timer = setTimeout(late, consumer.deadlineMs);
    const { config, name } = consumer;
    const { signal } = controller;
    const job = { handler, record, config, consumer: name, attempt, idempotencyKey, signal };
    const { log } = this.#tools;
    const fetch = (url: string, sent?: TargetRequest): Promise<TargetResponse> =>
      this.#tools.fetch(url, sent);
    const result = await runAttempt(job, { codec: debeziumJson, log, rootUrl: "file:///", fetch });
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", stop);
    return result;
  }
}

const notRun: AttemptResult = {
  kind: "failed",
  failure: {
    kind: "transient",
    code: "handler.aborted",
    message: "The cell is closed or lacks the handler.",
  },
};
