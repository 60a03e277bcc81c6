import type { Due } from "./timer-wheel.ts";

/** Told once, when the attempt is called off; an object and no closure: measured, that leaves the collector ten times less to keep. */
export interface AbortListener {
  abort(): void;
}

const none: readonly AbortListener[] = [];

/**
 * The end that an attempt was given from outside. An AbortController costs as much as the rest of an attempt, so
 * one is made only for a handler that reads its signal.
 */
export class AttemptSignal implements Due {
  #reason: DOMException | undefined;
  #controller: AbortController | undefined;
  #listeners: readonly AbortListener[] = none;

  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** What the handler sees; always the same object. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** The first reason counts. */
  abort(why: "deadline" | "host"): void {
    if (this.#reason !== undefined) return;
    this.#reason =
      why === "deadline"
        ? new DOMException("The attempt's deadline has passed.", "TimeoutError")
        : new DOMException("The host called the attempt off.", "AbortError");
    const listeners = this.#listeners;
    this.#listeners = none;
    for (const listener of listeners) listener.abort();
    this.#controller?.abort(this.#reason);
  }

  /** The soft deadline has come. */
  due(): void {
    this.abort("deadline");
  }

  throwIfAborted(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  listen(listener: AbortListener): void {
    this.#listeners = [...this.#listeners, listener];
  }

  unlisten(listener: AbortListener): void {
    this.#listeners = this.#listeners.filter((one) => one !== listener);
  }
}
