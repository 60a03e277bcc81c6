import type { Failure } from "@gluttony/model";
import type { AskChannel, AskMessage, Told, ToldMessage } from "./asks.ts";
import { encodeJsonFrame, frameTypes } from "./frames.ts";

/** Questions of one cell that may be open at once. */
const openMax = 1_024;

/** The cell's half of `context.state` and `context.secret`: a frame asks, a frame answers. */
export class AsksOverPipe {
  readonly #write: (frame: Buffer) => void;
  readonly #waiting = new Map<number, (told: Told) => void>();
  #last = 0;

  constructor(write: (frame: Buffer) => void) {
    this.#write = write;
  }

  /** The channel of one attempt. */
  of(attemptId: number): AskChannel {
    return {
      ask: (ask) => {
        if (this.#waiting.size >= openMax) return Promise.resolve({ failure: tooMany });
        this.#last += 1;
        const message: AskMessage = { ...ask, request: this.#last, attemptId };
        return new Promise((resolve) => {
          this.#waiting.set(message.request, resolve);
          this.#write(encodeJsonFrame(frameTypes.ask, message));
        });
      },
    };
  }

  /** Gives the host's answer to whoever waits for it. */
  settle({ request, told }: ToldMessage): void {
    const settle = this.#waiting.get(request);
    this.#waiting.delete(request);
    settle?.(told);
  }
}

const tooMany: Failure = {
  kind: "transient",
  code: "state.unavailable",
  message: "Too many questions are open.",
};
