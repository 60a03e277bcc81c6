import { setTimeout as sleep } from "node:timers/promises";
import type { EventStore } from "../event-ports.ts";

/** Wakes the streams of one API when something happened: one connection listens for all of them, while there are any. */
export class EventHub {
  readonly #store: Pick<EventStore, "listen">;
  #waiting = new Set<() => void>();
  #users = 0;
  #listening: AbortController | null = null;

  constructor(store: Pick<EventStore, "listen">) {
    this.#store = store;
  }

  /** Listens for as long as the stream lives. */
  join(signal: AbortSignal): void {
    this.#users += 1;
    if (this.#listening === null) {
      this.#listening = new AbortController();
      void this.#store.listen(() => this.#wake(), this.#listening.signal);
    }
    signal.addEventListener("abort", () => this.#leave(), { once: true });
  }

  /** Resolves when something may have happened, after the time, or with the signal. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const over = new AbortController();
    const wake = (): void => over.abort();
    this.#waiting.add(wake);
    await sleep(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => undefined);
    this.#waiting.delete(wake);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  #leave(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#listening?.abort();
    this.#listening = null;
  }
}
