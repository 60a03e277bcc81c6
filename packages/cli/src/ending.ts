import { toGluttonyError } from "@gluttony/model";
import type { Logger } from "@gluttony/sdk";

/** Closes what was opened, the last first. (Node 20 has no AsyncDisposableStack.) */
export class Ending implements AsyncDisposable {
  readonly #log: Logger;
  readonly #closers: (() => Promise<void>)[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  add(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) {
      try {
        await close();
      } catch (error) {
        this.#log.warn("a part did not close as asked", { code: toGluttonyError(error).code });
      }
    }
  }
}
