import { AsyncLocalStorage } from "node:async_hooks";
import type { Failure } from "@gluttony/model";
import { HandlerError } from "@gluttony/sdk";
import type { OnceOptions, OnceResult } from "@gluttony/sdk/testing";
import type { OnceClaim } from "../ports.ts";
import type { AttemptSignal } from "./attempt-signal.ts";
import { isFailureKind } from "./failure-of.ts";
import { handlerError } from "./handler-error.ts";

/** The host's answer to a step that asks to begin; its number is told when the step ends. */
export type StepAnswer =
  | { readonly number: number; readonly claim: OnceClaim }
  | { readonly failure: Failure };

/** How the steps of one attempt reach the host: over the pipe, or directly from an inline cell. Never rejects. */
export interface StepChannel {
  claim(name: string): Promise<StepAnswer>;
  finish(number: number, result: string | null): Promise<Failure | null>;
  release(number: number): Promise<Failure | null>;
}

/** A step's work. */
export type Step = () => Promise<OnceResult> | OnceResult;

/** The step that a piece of work belongs to, and the steps around it. */
interface StepScope {
  readonly steps: AttemptSteps;
  readonly name: string;
  readonly outer: StepScope | undefined;
}

// It costs nothing until the first step runs; from then on Node 20 pays for it with every promise of the process.
const scopes = new AsyncLocalStorage<StepScope>();

/** `context.once` of one attempt: claims a step, runs it, and notes how it went. */
export class AttemptSteps {
  readonly #channel: StepChannel;
  readonly #signal: AttemptSignal;
  readonly #running = new Map<string, Promise<OnceResult>>();

  constructor(channel: StepChannel, signal: AttemptSignal) {
    this.#channel = channel;
    this.#signal = signal;
  }

  /** The name of the step that the caller's work belongs to. */
  get current(): string | undefined {
    const scope = scopes.getStore();
    return scope?.steps === this ? scope.name : undefined;
  }

  /** The second call of a name waits for the first and shares its end. */
  once(name: string, step: Step, options: OnceOptions = {}): Promise<OnceResult> {
    if (this.#isInside(name)) return Promise.reject(insideItself);
    const known = this.#running.get(name);
    if (known !== undefined) return known;
    const running = this.#run(name, step, options);
    this.#running.set(name, running);
    return running;
  }

  async #run(name: string, step: Step, options: OnceOptions): Promise<OnceResult> {
    this.#signal.throwIfAborted();
    const answer = await this.#channel.claim(name);
    if ("failure" in answer) throw handlerError(answer.failure);
    const { number, claim } = answer;
    if (claim.state === "done") return valueOf(claim.result);
    const isFirst = claim.state === "claimed";
    if (!isFirst && options.whenUnknown === "park") throw outcomeUnknown(name);
    const result = textOf(await this.#perform(name, step, isFirst ? number : null));
    const failure = await this.#channel.finish(number, result);
    if (failure !== null) throw handlerError(failure);
    // As a later attempt will read it, so that no handler ever depends on more than what is remembered.
    return valueOf(result);
  }

  /** Runs the step. `claimed` is the number of a claim to give back when the step is known not to be done. */
  async #perform(name: string, step: Step, claimed: number | null): Promise<OnceResult> {
    const scope = { steps: this, name, outer: scopes.getStore() };
    let hasBegun = false;
    try {
      this.#signal.throwIfAborted();
      hasBegun = true;
      return await scopes.run(scope, step);
    } catch (error) {
      // What ran before with an unknown outcome stays unknown, whatever becomes of this time. The host logs a claim
      // that it could not give back; the step's own error says more to the handler.
      if (claimed !== null && (!hasBegun || isKnownNotDone(error))) await this.#channel.release(claimed);
      throw error;
    }
  }

  #isInside(name: string): boolean {
    for (let scope = scopes.getStore(); scope !== undefined; scope = scope.outer) {
      if (scope.steps === this && scope.name === name) return true;
    }
    return false;
  }
}

/** Decided by what the error says, not by its class: a plugin may carry its own copy of the SDK. */
function isKnownNotDone(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const kind: unknown = Reflect.get(error, "kind");
  return isFailureKind(kind) && kind !== "ambiguous";
}

function textOf(result: OnceResult): string | null {
  if (result === undefined) return null;
  try {
    const text: string | undefined = JSON.stringify(result);
    if (text !== undefined && Buffer.byteLength(text) <= stepResultBytesMax) return text;
  } catch {
    // A cycle or a bigint: no JSON, and answered below like any other.
  }
  throw handlerError(resultInvalid);
}

function valueOf(result: string | null): OnceResult {
  return result === null ? undefined : JSON.parse(result);
}

/** The largest result that a step may have remembered, bytes of JSON. */
export const stepResultBytesMax = 4_096;

export const resultInvalid: Failure = {
  kind: "config",
  code: "once.result_invalid",
  message: "A step returns JSON of at most 4 KiB, or nothing.",
};

const insideItself = new HandlerError("config", "A step begins itself again.", { code: "once.name_invalid" });

function outcomeUnknown(name: string): HandlerError {
  const message = `The step ${name} had begun before, and its outcome is unknown.`;
  return new HandlerError("record", message, { code: "once.outcome_unknown" });
}
