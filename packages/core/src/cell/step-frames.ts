import { decodeJson, encodeJsonFrame, frameTypes } from "./frames.ts";
import type { HostSteps, SteppingAttempt } from "./host-steps.ts";
import { parseRequestNumber } from "./messages.ts";
import { parseStepClaim, parseStepFinish } from "./step-messages.ts";
import type { StepAnsweredMessage } from "./step-messages.ts";

/** The pipe of one cell, as its steps need it. */
export interface StepPipe {
  readonly write: (frame: Buffer) => void;
  readonly inFlight: (attemptId: number) => SteppingAttempt | undefined;
}

/** Answers the frames by which a cell asks for the ledger of steps. */
export class StepFrames {
  readonly #steps: HostSteps;
  readonly #pipe: StepPipe;

  constructor(steps: HostSteps, pipe: StepPipe) {
    this.#steps = steps;
    this.#pipe = pipe;
  }

  /** Takes a frame if it is about a step. Throws FrameError when it cannot be read. */
  take(type: number, payload: Buffer): boolean {
    if (type === frameTypes.onceClaim) this.#claim(payload);
    else if (type === frameTypes.onceFinish) this.#finish(payload);
    else if (type === frameTypes.onceRelease) this.#release(payload);
    else return false;
    return true;
  }

  #claim(payload: Buffer): void {
    const { request, attemptId, name } = parseStepClaim(decodeJson(payload));
    const claim = this.#steps.claim(request, name, this.#pipe.inFlight(attemptId));
    void claim.then((answer) => this.#answer({ request, answer }));
  }

  #finish(payload: Buffer): void {
    const { request, result } = parseStepFinish(decodeJson(payload));
    void this.#steps
      .finish(request, result)
      .then((failure) => this.#answer({ request, answer: { failure } }));
  }

  #release(payload: Buffer): void {
    const request = parseRequestNumber(decodeJson(payload));
    void this.#steps.release(request).then((failure) => this.#answer({ request, answer: { failure } }));
  }

  #answer(message: StepAnsweredMessage): void {
    this.#pipe.write(encodeJsonFrame(frameTypes.onceAnswered, message));
  }
}
