import { toGluttonyError } from "@gluttony/model";
import type { Logger } from "@gluttony/sdk";
import type { Clock, RecordSource } from "./ports.ts";

/** Milliseconds between questions for the log's end. */
const everyMs = 2_000;
/** Milliseconds between questions for the topic's retention, which hardly ever changes. */
const retentionEveryMs = 300_000;

/** Knows the ends of the log and its retention as of a moment ago, without making anybody wait for them. */
export class LogEnds {
  readonly #clock: Clock;
  readonly #log: Logger;
  #ends: ReadonlyMap<number, bigint> = new Map();
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #retentionMs: number | null = null;
  #retentionAskedAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** What is known; asks again when that is old. */
  of(source: RecordSource): ReadonlyMap<number, bigint> {
    if (this.#clock.monotonicMs() - this.#askedAtMs >= everyMs) void this.#ask(source);
    return this.#ends;
  }

  /** Milliseconds for which the topic keeps records, as last told; null when that is not known or for ever. */
  get retentionMs(): number | null {
    return this.#retentionMs;
  }

  async #ask(source: RecordSource): Promise<void> {
    this.#askedAtMs = this.#clock.monotonicMs();
    try {
      const bounds = await source.logBounds();
      this.#ends = new Map([...bounds].map(([partition, { end }]) => [partition, end]));
      if (this.#clock.monotonicMs() - this.#retentionAskedAtMs < retentionEveryMs) return;
      this.#retentionAskedAtMs = this.#clock.monotonicMs();
      this.#retentionMs = await source.retentionMs();
    } catch (error) {
      this.#log.debug("the log's end is not known", { code: toGluttonyError(error).code });
    }
  }
}
