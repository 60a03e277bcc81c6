import type { TargetObservation } from "@gluttony/model";
import type { Clock, Random } from "./ports.ts";

/** Answers of a target that are remembered. */
const windowLength = 20;
/** Failures in a row that open a breaker. */
const failuresInARow = 5;
/** Milliseconds until the first probe of an open breaker; doubled with every probe that fails. */
const openFirstMs = 1_000;
const openMaxMs = 30_000;
/** Milliseconds after which a probe that told nothing is given up, and another one may go. */
const probeMaxMs = 15_000;
/** Targets known at once; the one that was heard of longest ago is forgotten first. */
const targetsMax = 1_000;

/** What one attempt says of a target. */
export interface TargetWord {
  /** Whether the target answered as a working target does. */
  readonly isGood: boolean;
  /** Whether it could not be reached or said itself that it is not at service. */
  readonly isPlain: boolean;
  /** Which record it was; a failure of the same record again says little about the target. */
  readonly record: string;
  /** Milliseconds for which the target asked to be left alone. */
  readonly retryAfterMs: number;
}

/** Told when a held target may be tried, by one call or by all, and when an awaited one answered well. */
export type BreakerListener = (target: string, what: "probe" | "closed" | "good") => void;

interface Breaker {
  readonly words: TargetWord[];
  state: "closed" | "open" | "probing";
  openedInARow: number;
  sinceMs: number;
  nextProbeAtMs: number;
  /** When it last answered well. */
  goodAtMs: number;
  cancelTimer: () => void;
}

/**
 * One breaker per target, shared by every consumer of the host that calls it. It opens when the target fails
 * several times in a row, or half of its latest answers, and closes when a probe is answered well. While it is open
 * one call at a time is let through; nothing is parked and no attempts are used up.
 */
export class TargetBreakers {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #breakers = new Map<string, Breaker>();
  readonly #listeners = new Set<BreakerListener>();
  /** Targets whose next good answer somebody waits for. */
  readonly #awaited = new Set<string>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Calls back until the answer is called. */
  subscribe(listener: BreakerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Null lets the call through; asked right before each call. */
  admit(target: string): { readonly retryAfterMs: number } | null {
    const breaker = this.#breakers.get(target);
    if (breaker === undefined || breaker.state === "closed") return null;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < breaker.nextProbeAtMs) return { retryAfterMs: breaker.nextProbeAtMs - nowMs };
    // This call is the probe; should it tell nothing, another one goes after it.
    breaker.state = "probing";
    this.#planProbe(target, breaker, probeMaxMs);
    return null;
  }

  /** Whether calls go through. Unknown targets are taken to be up. */
  isUp(target: string | undefined): boolean {
    return target === undefined || (this.#breakers.get(target)?.state ?? "closed") === "closed";
  }

  /** Whether the target gave a good answer since then, to whichever consumer; true when there is no target. */
  hasAnsweredSince(target: string | undefined, monotonicMs: number): boolean {
    if (target === undefined) return true;
    return (this.#breakers.get(target)?.goodAtMs ?? Number.NEGATIVE_INFINITY) >= monotonicMs;
  }

  /** Milliseconds until the next probe; 0 when the target is up. */
  probeInMs(target: string): number {
    const breaker = this.#breakers.get(target);
    if (breaker === undefined || breaker.state === "closed") return 0;
    return Math.max(0, breaker.nextProbeAtMs - this.#clock.monotonicMs());
  }

  /** Has the listeners told of the target's next good answer. */
  awaitGood(target: string): void {
    this.#awaited.add(target);
  }

  /** Learns from an attempt that called the target. */
  note(target: string, word: TargetWord): void {
    const breaker = this.#breakers.get(target) ?? this.#add(target);
    breaker.words.push(word);
    if (word.isGood) this.#noteGood(target, breaker);
    if (breaker.words.length > windowLength) breaker.words.shift();
    if (breaker.state === "closed") {
      if (!word.isGood && isDown(breaker.words)) this.#open(target, breaker, word.retryAfterMs);
      return;
    }
    // Calls that were under way when it opened say nothing of now.
    const isProbe = breaker.state === "probing" || this.#clock.monotonicMs() >= breaker.nextProbeAtMs;
    if (!isProbe) return;
    if (word.isGood) this.#close(target, breaker);
    else this.#open(target, breaker, word.retryAfterMs);
  }

  /** Targets whose breaker is not closed. */
  observe(): readonly TargetObservation[] {
    const { wallMs, nowMs } = { wallMs: this.#clock.wallMs(), nowMs: this.#clock.monotonicMs() };
    return [...this.#breakers].flatMap(([target, { state, sinceMs, nextProbeAtMs }]) =>
      state === "closed"
        ? []
        : [
            {
              target,
              breaker: state,
              since: new Date(wallMs - (nowMs - sinceMs)),
              nextProbeAt: new Date(wallMs + Math.max(0, nextProbeAtMs - nowMs)),
            },
          ],
    );
  }

  /** Lets every timer go. */
  close(): void {
    for (const breaker of this.#breakers.values()) breaker.cancelTimer();
    this.#breakers.clear();
  }

  #noteGood(target: string, breaker: Breaker): void {
    breaker.goodAtMs = this.#clock.monotonicMs();
    if (this.#awaited.delete(target)) this.#tell(target, "good");
  }

  #add(target: string): Breaker {
    const [oldest] = this.#breakers;
    if (this.#breakers.size >= targetsMax && oldest !== undefined) {
      oldest[1].cancelTimer();
      this.#breakers.delete(oldest[0]);
    }
    const breaker: Breaker = {
      words: [],
      state: "closed",
      openedInARow: 0,
      sinceMs: 0,
      nextProbeAtMs: 0,
      goodAtMs: Number.NEGATIVE_INFINITY,
      cancelTimer: () => undefined,
    };
    this.#breakers.set(target, breaker);
    return breaker;
  }

  #open(target: string, breaker: Breaker, retryAfterMs: number): void {
    if (breaker.state === "closed") breaker.sinceMs = this.#clock.monotonicMs();
    breaker.state = "open";
    const ceilingMs = Math.min(openMaxMs, openFirstMs * 2 ** Math.min(breaker.openedInARow, 20));
    breaker.openedInARow += 1;
    // Half is jitter, so that many hosts do not probe in step.
    const waitMs = ceilingMs * (0.5 + this.#random() / 2);
    this.#planProbe(target, breaker, Math.max(waitMs, Math.min(retryAfterMs, openMaxMs)));
  }

  #planProbe(target: string, breaker: Breaker, afterMs: number): void {
    breaker.cancelTimer();
    breaker.nextProbeAtMs = this.#clock.monotonicMs() + afterMs;
    breaker.cancelTimer = this.#clock.later(afterMs, () => this.#tell(target, "probe"));
  }

  #close(target: string, breaker: Breaker): void {
    breaker.cancelTimer();
    breaker.state = "closed";
    breaker.openedInARow = 0;
    breaker.words.length = 0;
    this.#tell(target, "closed");
  }

  #tell(target: string, what: Parameters<BreakerListener>[1]): void {
    for (const listener of this.#listeners) listener(target, what);
  }
}

/**
 * Whether a target is down: its last answers all failed, or half of the window did. Failures of one record alone
 * do not count, unless the target plainly was not at service: a record that makes it fail is the record's fault.
 */
function isDown(words: readonly TargetWord[]): boolean {
  const last = words.slice(-failuresInARow);
  if (last.length === failuresInARow && last.every((word) => !word.isGood)) return isTheTargets(last);
  const failed = words.filter((word) => !word.isGood);
  return words.length === windowLength && failed.length * 2 >= windowLength && isTheTargets(failed);
}

function isTheTargets(failed: readonly TargetWord[]): boolean {
  return failed.some((word) => word.isPlain) || new Set(failed.map((word) => word.record)).size > 1;
}
