import { GluttonyError } from "@gluttony/model";
import type { Failure } from "@gluttony/model";
import type { HostLog, OnceClaim, OnceLedger, OnceStep } from "../ports.ts";
import { resultInvalid, stepResultBytesMax } from "./attempt-steps.ts";
import type { StepAnswer } from "./attempt-steps.ts";
import type { AttemptRequest } from "./cell.ts";
import { leaseLost, mayCall } from "./lease-lost.ts";

/** The attempt on whose behalf a step runs, as the host knows it; the cell cannot forge it. */
export interface SteppingAttempt {
  readonly request: AttemptRequest;
  readonly isSettled: boolean;
  /** Counts the steps that the attempt asked to begin. */
  stepsBegun: number;
}

interface OpenStep {
  readonly step: OnceStep;
  readonly attempt: SteppingAttempt;
}

const namePattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
/** More distinct names than this are built from values and no constants. */
const stepsPerAttemptMax = 64;
const openStepsMax = 2_048;

/** Whether a text may name a step. */
export function isStepName(name: string): boolean {
  return namePattern.test(name);
}

/** The host's half of `context.once`: asks the ledger for the attempts of one cell. Never rejects. */
export class HostSteps {
  readonly #ledgerOf: (request: AttemptRequest) => OnceLedger;
  readonly #log: HostLog;
  readonly #open = new Map<number, OpenStep>();

  constructor(ledgerOf: (request: AttemptRequest) => OnceLedger, log: HostLog) {
    this.#ledgerOf = ledgerOf;
    this.#log = log;
  }

  /** Claims a step under a number of the caller's. The lease is asked first: a claim says that the step runs here. */
  async claim(number: number, name: string, attempt: SteppingAttempt | undefined): Promise<StepAnswer> {
    if (attempt === undefined) return { failure: attemptOver };
    const refusal = this.#refusalOf(number, name, attempt);
    if (refusal !== null) return { failure: refusal };
    const { consumer, idempotencyKey } = attempt.request;
    const step = { consumerId: consumer.id, idempotencyKey, name };
    this.#open.set(number, { step, attempt });
    const claim = await this.#asked(() => this.#ledgerOf(attempt.request).claim(step));
    if ("failure" in claim || claim.state === "done") this.#open.delete(number);
    if ("failure" in claim) return claim;
    if (!attempt.isSettled) return { number, claim };
    // Nobody waits for it any more, and the step has not run.
    this.#open.delete(number);
    if (claim.state === "claimed") await this.#giveBack({ step, attempt });
    return { failure: attemptOver };
  }

  /** Notes that a step was done. It is noted also after the attempt's end, because it is true. */
  async finish(number: number, result: string | null): Promise<Failure | null> {
    const open = this.#open.get(number);
    this.#open.delete(number);
    if (open === undefined) return unavailable("ambiguous");
    if (result !== null && !isResult(result)) return resultInvalid;
    const noted = await this.#asked(() => this.#ledgerOf(open.attempt.request).finish(open.step, result));
    if (noted === undefined || !("failure" in noted)) return null;
    return noted.failure.kind === "transient" ? unavailable("ambiguous") : noted.failure;
  }

  /**
   * Gives a claim back. A step that ended after its attempt keeps it: the next attempt has seen the claim by then
   * and may be running the step.
   */
  async release(number: number): Promise<Failure | null> {
    const open = this.#open.get(number);
    this.#open.delete(number);
    return open === undefined || open.attempt.isSettled ? null : this.#giveBack(open);
  }

  async #giveBack({ step, attempt }: OpenStep): Promise<Failure | null> {
    const released = await this.#asked(() => this.#ledgerOf(attempt.request).release(step));
    return released !== undefined && "failure" in released ? released.failure : null;
  }

  #refusalOf(number: number, name: string, attempt: SteppingAttempt): Failure | null {
    if (!isStepName(name)) return nameInvalid;
    attempt.stepsBegun += 1;
    if (attempt.stepsBegun > stepsPerAttemptMax) return tooManyNames;
    if (!mayCall(attempt.request)) return leaseLost;
    if (this.#open.has(number) || !this.#hasRoom()) return unavailable("transient");
    return null;
  }

  /** Steps that outlived their attempt make room, oldest first: their outcome is then unknown. */
  #hasRoom(): boolean {
    if (this.#open.size < openStepsMax) return true;
    for (const [number, { attempt }] of this.#open) {
      if (attempt.isSettled) return this.#open.delete(number);
    }
    return false;
  }

  async #asked<Answer extends OnceClaim | void>(
    ask: () => Promise<Answer>,
  ): Promise<Answer | { readonly failure: Failure }> {
    try {
      return await ask();
    } catch (error) {
      const code = error instanceof GluttonyError ? error.code : "internal";
      // A result that this ledger can never keep is no outage of it.
      if (code === "once.result_invalid") return { failure: resultInvalid };
      this.#log.warn("The ledger of steps cannot be written.", {
        code: "once.ledger_unavailable",
        seen: code,
      });
      return { failure: unavailable("transient") };
    }
  }
}

function isResult(text: string): boolean {
  if (Buffer.byteLength(text) > stepResultBytesMax) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function unavailable(kind: "transient" | "ambiguous"): Failure {
  return { kind, code: "once.ledger_unavailable", message: "The ledger of steps cannot be written." };
}

const nameInvalid: Failure = {
  kind: "config",
  code: "once.name_invalid",
  message: "A step's name is a constant of at most 64 characters of a-z, 0-9 and hyphen.",
};

const tooManyNames: Failure = {
  kind: "config",
  code: "once.name_invalid",
  message: `An attempt begins more than ${stepsPerAttemptMax} steps: names are constants.`,
};

const attemptOver: Failure = {
  kind: "transient",
  code: "handler.aborted",
  message: "The attempt is over, so the step does not begin.",
};
