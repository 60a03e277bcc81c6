import { type ConsumerRow, type Facts, GluttonyError, pauseLeftMs, type Steering } from "@gluttony/model";
import type { Clock } from "./ports.ts";

/** Milliseconds that a timer can wait; a longer pause is looked at again then. */
const timerMaxMs = 2_147_483_647;

/** Why a run hands out nothing, and since when by the wall clock, milliseconds. */
export interface PauseReason {
  readonly cause: GluttonyError;
  readonly sinceMs: number;
}

/** What can be paused. */
export interface PausableRun {
  pause(reason: PauseReason): void;
  resume(): void;
}

/** Keeps a run paused for as long as a person wants it so; a pause with an end is ended here, by this host's clock. */
export class Pause {
  readonly #clock: Clock;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Brings the run to what the row asks for, now and when the pause ends. */
  follow({ steering }: Pick<ConsumerRow, "steering">, run: PausableRun): void {
    this.forget();
    const leftMs = pauseLeftMs(steering, this.#clock.wallMs());
    if (steering === undefined || leftMs === 0) return run.resume();
    run.pause(reasonOf(steering));
    if (leftMs === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#clock.later(Math.min(leftMs, timerMaxMs), () => this.follow({ steering }, run));
  }

  /** The run is over. */
  forget(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}

function reasonOf({ actor, reason, at, until }: Steering): PauseReason {
  const facts: Facts = {
    by: actor,
    reason,
    since: at.toISOString(),
    until: until?.toISOString() ?? null,
  };
  return { cause: new GluttonyError("consumer.paused", facts), sinceMs: at.getTime() };
}
