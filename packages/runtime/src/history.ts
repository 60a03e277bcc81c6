import type { ObservedStateName, StateChange } from "@gluttony/model";
import type { Clock } from "./ports.ts";

/** Lines that wait to be written; the oldest are dropped first. */
const linesMax = 100;

/** Collects what happens to one consumer on this host until it is written. */
export class History {
  readonly #who: { readonly consumerId: string; readonly hostId: string };
  readonly #clock: Clock;
  #lines: StateChange[] = [];

  constructor(who: { readonly consumerId: string; readonly hostId: string }, clock: Clock) {
    this.#who = who;
    this.#clock = clock;
  }

  /** `note` is one sentence without row values. */
  add(state: ObservedStateName, code: string | null, note: string): void {
    this.#lines.push({ ...this.#who, at: new Date(this.#clock.wallMs()), state, code, note });
    if (this.#lines.length > linesMax) this.#lines.shift();
  }

  /** Hands out what was added since the last call. */
  take(): readonly StateChange[] {
    return this.#lines.splice(0);
  }
}
