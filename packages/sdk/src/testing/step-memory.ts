import type { OnceOptions, OnceResult } from "../context.ts";
import { HandlerError } from "../failure.ts";

const namePattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
const resultBytesMax = 4_096;

type Noted = { readonly state: "unknown" } | { readonly state: "done"; readonly result: string | null };

/**
 * Remembers the steps of `context.once`, as the host's ledger does. Give the same memory to two runs to see what
 * the second attempt makes of the first; a run without one begins with nothing done.
 */
export class StepMemory {
  readonly #noted = new Map<string, Noted>();

  /** Makes a step's outcome unknown, as a process does that dies between the step and its note. */
  forgetOutcome(idempotencyKey: string, name: string): void {
    this.#noted.set(`${idempotencyKey}:${name}`, { state: "unknown" });
  }

  /** The state of a step; undefined when it was never begun, or is known not to be done. */
  stateOf(idempotencyKey: string, name: string): "done" | "unknown" | undefined {
    return this.#noted.get(`${idempotencyKey}:${name}`)?.state;
  }

  /** The `once` of one attempt. */
  onceOf(
    idempotencyKey: string,
  ): <Result extends OnceResult>(
    name: string,
    step: () => Promise<Result> | Result,
    options?: OnceOptions,
  ) => Promise<Result> {
    const running = new Map<string, Promise<OnceResult>>();
    return async <Result extends OnceResult>(
      name: string,
      step: () => Promise<Result> | Result,
      options: OnceOptions = {},
    ): Promise<Result> => {
      if (!namePattern.test(name)) {
        const message = "A step's name is at most 64 characters of a-z, 0-9 and hyphen.";
        throw new HandlerError("config", message, { code: "once.name_invalid" });
      }
      const result = running.get(name) ?? this.#run(`${idempotencyKey}:${name}`, step, options);
      running.set(name, result);
      // The same name always stands for the same step.
      return (await result) as Result;
    };
  }

  async #run(
    key: string,
    step: () => Promise<OnceResult> | OnceResult,
    options: OnceOptions,
  ): Promise<OnceResult> {
    const noted = this.#noted.get(key);
    if (noted?.state === "done") return parsed(noted.result);
    if (noted?.state === "unknown" && options.whenUnknown === "park") {
      throw new HandlerError("record", "The step's outcome is unknown.", { code: "once.outcome_unknown" });
    }
    this.#noted.set(key, { state: "unknown" });
    const result = textOf(await this.#perform(key, step, noted === undefined));
    this.#noted.set(key, { state: "done", result });
    return parsed(result);
  }

  async #perform(
    key: string,
    step: () => Promise<OnceResult> | OnceResult,
    isFirst: boolean,
  ): Promise<OnceResult> {
    try {
      return await step();
    } catch (error) {
      // What ran before with an unknown outcome stays unknown, whatever becomes of this time.
      if (isFirst && isKnownNotDone(error)) this.#noted.delete(key);
      throw error;
    }
  }
}

/** By its kind and not by its class: the handler may bring another copy of the SDK. */
function isKnownNotDone(error: unknown): boolean {
  const kind: unknown = error instanceof Error ? Reflect.get(error, "kind") : undefined;
  return kind === "transient" || kind === "record" || kind === "auth" || kind === "config";
}

function textOf(result: OnceResult): string | null {
  if (result === undefined) return null;
  const text = jsonOf(result);
  if (text !== undefined && new TextEncoder().encode(text).byteLength <= resultBytesMax) return text;
  const message = "A step returns JSON of at most 4 KiB, or nothing.";
  throw new HandlerError("config", message, { code: "once.result_invalid" });
}

function jsonOf(result: OnceResult): string | undefined {
  try {
    return JSON.stringify(result);
  } catch {
    return undefined;
  }
}

function parsed(text: string | null): OnceResult {
  return text === null ? undefined : JSON.parse(text);
}
