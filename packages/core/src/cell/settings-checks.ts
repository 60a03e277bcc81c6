import type { Failure, JsonObject } from "@gluttony/model";
import type { CellConsumer } from "./cell.ts";
import { decodeJson, encodeJsonFrame, FrameError, frameTypes } from "./frames.ts";
import { objectOf, parseFailure } from "./messages.ts";

/** Asks a cell what a handler's own schema says of settings. */
export interface CheckMessage {
  readonly request: number;
  readonly handler: string;
  readonly config: JsonObject;
}

/** The cell's answer. */
export interface CheckedMessage {
  readonly request: number;
  readonly failure: Failure | null;
}

/** Milliseconds until a cell that does not answer has no say. */
const answerMs = 8_000;
/** Questions that are open at once. */
const openMax = 256;

/** The host's half: asks one process about settings. Never rejects. */
export class SettingsChecks {
  readonly #write: (frame: Buffer) => void;
  readonly #open = new Map<number, (failure: Failure | null) => void>();
  #last = 0;

  constructor(write: (frame: Buffer) => void) {
    this.#write = write;
  }

  /** Null when the settings are taken, and when the process does not say. */
  ask({ handler, config }: CellConsumer): Promise<Failure | null> {
    if (this.#open.size >= openMax) return Promise.resolve(null);
    this.#last += 1;
    const request = this.#last;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(request, null), answerMs);
      this.#open.set(request, (failure) => {
        clearTimeout(timer);
        resolve(failure);
      });
      const message: CheckMessage = { request, handler, config };
      this.#write(encodeJsonFrame(frameTypes.check, message));
    });
  }

  /** Takes a frame if it is an answer. Throws FrameError when it cannot be read. */
  take(type: number, payload: Buffer): boolean {
    if (type !== frameTypes.checked) return false;
    const { request, failure } = objectOf(decodeJson(payload), "check");
    if (typeof request !== "number") throw new FrameError("A check has no number.");
    this.#settle(request, failure === null ? null : parseFailure(failure));
    return true;
  }

  /** The process is gone: nobody answers any more. */
  end(): void {
    for (const request of this.#open.keys()) this.#settle(request, null);
  }

  #settle(request: number, failure: Failure | null): void {
    const settle = this.#open.get(request);
    this.#open.delete(request);
    settle?.(failure);
  }
}
