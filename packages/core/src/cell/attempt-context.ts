import type { HandlerContext, Logger, TargetRequest, TargetResponse } from "@gluttony/sdk";
import type { HandlerState, OnceOptions, OnceResult } from "@gluttony/sdk/testing";
import { secretOver, stateOver } from "./asks.ts";
import { AttemptSteps } from "./attempt-steps.ts";
import type { AttemptJob, AttemptTools } from "./run-attempt.ts";

/** The address that an attempt called last. */
export interface Called {
  url: string | null;
}

/**
 * What a handler is given beside the change. Its members can be taken out or spread like those of any object. Those
 * that cost something are made when they are read; as accessors of a literal they would give each context a hidden
 * class of its own, which costs more than the rest of an attempt's dispatch.
 */
export class AttemptContext implements HandlerContext {
  readonly config: unknown;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly consumer: string;
  declare readonly log: Logger;
  declare readonly signal: AbortSignal;
  declare readonly state: HandlerState;
  readonly secret: HandlerContext["secret"];
  readonly fetch: (url: string, request?: TargetRequest) => Promise<TargetResponse>;
  readonly once: HandlerContext["once"];
  readonly #job: AttemptJob;
  readonly #tools: AttemptTools;
  #log: Logger | undefined;
  #steps: AttemptSteps | undefined;
  #state: HandlerState | undefined;

  constructor(job: AttemptJob, tools: AttemptTools, called: Called) {
    this.#job = job;
    this.#tools = tools;
    this.config = job.config;
    this.attempt = job.attempt;
    this.idempotencyKey = job.idempotencyKey;
    this.consumer = job.consumer;
    Object.defineProperty(this, "log", AttemptContext.#logAccessor);
    Object.defineProperty(this, "signal", AttemptContext.#signalAccessor);
    Object.defineProperty(this, "state", AttemptContext.#stateAccessor);
    this.secret = (name) => secretOver(tools.asks(), name);
    this.fetch = (url, request) => {
      called.url = url;
      return tools.fetch(url, request, this.#steps?.current);
    };
    this.once = async <Result extends OnceResult>(
      name: string,
      step: () => Promise<Result> | Result,
      options?: OnceOptions,
    ): Promise<Result> => {
      this.#steps ??= new AttemptSteps(tools.steps(), job.signal);
      // The same name always stands for the same step.
      return (await this.#steps.once(name, step, options)) as Result;
    };
  }

  // The same functions for every context, so that all of them share one hidden class.
  static readonly #logAccessor: PropertyDescriptor & ThisType<AttemptContext> = {
    enumerable: true,
    configurable: true,
    get() {
      return (this.#log ??= this.#tools.log());
    },
  };

  static readonly #stateAccessor: PropertyDescriptor & ThisType<AttemptContext> = {
    enumerable: true,
    configurable: true,
    get() {
      return (this.#state ??= stateOver(this.#tools.asks()));
    },
  };

  static readonly #signalAccessor: PropertyDescriptor & ThisType<AttemptContext> = {
    enumerable: true,
    configurable: true,
    get() {
      return this.#job.signal.signal;
    },
  };
}
