import { EventHeap, type TimedEvent } from "./event-heap.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { Trace } from "./trace.ts";

/** A promise of the contract that was broken. */
export interface Violation {
  /** K1 to K11 of the reliability page, or a name of its own. */
  readonly check: string;
  readonly atMs: number;
  readonly text: string;
}

/** More says nothing more about one seed. */
const violationsMax = 20;
/** Events of one run; beyond, something goes round in circles without any time passing. */
const eventsMax = 400_000;

/**
 * Virtual time: events happen one after the other, and between two of them every promise settles that can. One
 * generator decides everything that could go either way, so a seed tells one story only.
 */
export class World {
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly violations: Violation[] = [];
  readonly #heap = new EventHeap();
  #nowMs = 0;
  #planned = 0;
  #happened = 0;
  #isOver = false;

  constructor(random: SeededRandom, isTraced: boolean) {
    this.random = random;
    this.trace = new Trace(isTraced);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get eventCount(): number {
    return this.#happened;
  }

  /** Plans an event; the answer calls it off. */
  after(delayMs: number, run: () => void): () => void {
    const event: TimedEvent = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#planned, run };
    this.#planned += 1;
    this.#heap.push(event);
    return () => {
      event.run = null;
    };
  }

  note(line: string): void {
    this.trace.add(this.#nowMs, line);
  }

  violate(check: string, text: string): void {
    this.note(`!! ${check} ${text}`);
    if (this.violations.length < violationsMax) this.violations.push({ check, atMs: this.#nowMs, text });
  }

  end(): void {
    this.#isOver = true;
  }

  /**
   * Lets everything happen until `end` or until nothing is planned. Microtasks run dry between two events: a tick
   * that a microtask asks for begins only when no microtask is left, so no round has to be counted.
   */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          if (!this.#happen()) {
            resolve();
            return;
          }
        } catch (error) {
          reject(error);
          return;
        }
        queueMicrotask(() => process.nextTick(step));
      };
      process.nextTick(step);
    });
  }

  #happen(): boolean {
    if (this.#isOver) return false;
    const event = this.#nextEvent();
    if (event === undefined) return false;
    this.#happened += 1;
    if (this.#happened > eventsMax) {
      this.violate("K11", `more than ${eventsMax} events: something goes round in circles`);
      return false;
    }
    this.#nowMs = event.atMs;
    event.run?.();
    return true;
  }

  #nextEvent(): TimedEvent | undefined {
    let event = this.#heap.pop();
    while (event !== undefined && event.run === null) event = this.#heap.pop();
    return event;
  }
}
