import type { Failure } from "@gluttony/model";
import type { StepAnswer, StepChannel } from "./attempt-steps.ts";
import { encodeJsonFrame, frameTypes } from "./frames.ts";
import type { StepAnsweredMessage } from "./step-messages.ts";

type Answered = (answer: StepAnsweredMessage["answer"]) => void;

/** The cell's half of `context.once`: a frame asks the host's ledger, a frame answers. */
export class StepsOverPipe {
  readonly #write: (frame: Buffer) => void;
  readonly #waiting = new Map<number, Answered>();
  #last = 0;

  constructor(write: (frame: Buffer) => void) {
    this.#write = write;
  }

  /** The channel of one attempt. */
  of(attemptId: number): StepChannel {
    return {
      claim: (name) => this.#claim(attemptId, name),
      finish: (request, result) =>
        this.#note(request, encodeJsonFrame(frameTypes.onceFinish, { request, result })),
      release: (request) => this.#note(request, encodeJsonFrame(frameTypes.onceRelease, { request })),
    };
  }

  /** Gives the host's answer to whoever waits for it. */
  settle({ request, answer }: StepAnsweredMessage): void {
    const answered = this.#waiting.get(request);
    this.#waiting.delete(request);
    answered?.(answer);
  }

  async #claim(attemptId: number, name: string): Promise<StepAnswer> {
    this.#last += 1;
    const number = this.#last;
    const message = { request: number, attemptId, name: String(name) };
    const answer = await this.#ask(number, encodeJsonFrame(frameTypes.onceClaim, message));
    if ("claim" in answer) return { number, claim: answer.claim };
    return { failure: answer.failure ?? unanswered };
  }

  async #note(request: number, frame: Buffer): Promise<Failure | null> {
    const answer = await this.#ask(request, frame);
    return "claim" in answer ? unanswered : answer.failure;
  }

  #ask(request: number, frame: Buffer): Promise<StepAnsweredMessage["answer"]> {
    return new Promise((resolve) => {
      this.#waiting.set(request, resolve);
      this.#write(frame);
    });
  }
}

// The host answers each question by its kind; anything else is a fault of ours.
const unanswered: Failure = {
  kind: "ambiguous",
  code: "once.ledger_unavailable",
  message: "The host's answer does not fit the question.",
};
