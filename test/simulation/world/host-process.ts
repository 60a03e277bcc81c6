import type { Clock } from "@gluttony/runtime";
import type { World } from "./world.ts";

/** Wall clock of the world's beginning. */
export const epochMs = 1_760_000_000_000;

/**
 * One life of a host. After its death nothing of it has an effect and nothing reaches it; while it is paused, as by
 * SIGSTOP, what it waits for arrives later, and its clocks have jumped by then.
 */
export class HostProcess {
  readonly id: string;
  readonly hostId: string;
  readonly #world: World;
  readonly #bornMs: number;
  #isDead = false;
  #pausedUntilMs = 0;
  /** When it last came to itself. */
  awakeSinceMs: number;
  #late: (() => void)[] = [];
  readonly #mourners: (() => void)[] = [];

  constructor(world: World, hostId: string, life: number) {
    this.#world = world;
    this.hostId = hostId;
    this.id = `${hostId}.${life}`;
    this.#bornMs = world.nowMs;
    this.awakeSinceMs = world.nowMs;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get isPaused(): boolean {
    return this.#world.nowMs < this.#pausedUntilMs;
  }

  /** Calls back in this process, unless it died; late when it is paused. The answer calls it off, also when it is late. */
  after(delayMs: number, run: () => void): () => void {
    let isOff = false;
    const callOff = this.#world.after(delayMs, () =>
      this.#reach(() => {
        if (!isOff) run();
      }),
    );
    return () => {
      isOff = true;
      callOff();
    };
  }

  kill(why: string): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#late = [];
    this.#world.note(`${this.id} is killed: ${why}`);
    for (const mourner of this.#mourners.splice(0)) mourner();
  }

  /** Calls back at its death; the world's business, not the process's. */
  onDeath(mourner: () => void): void {
    if (this.#isDead) mourner();
    else this.#mourners.push(mourner);
  }

  pause(forMs: number): void {
    if (this.#isDead || this.isPaused) return;
    this.#pausedUntilMs = this.#world.nowMs + forMs;
    this.#world.note(`${this.id} is paused for ${forMs} ms`);
    this.#world.after(forMs, () => this.#goOn());
  }

  readonly clock: Clock = {
    monotonicMs: () => this.#world.nowMs - this.#bornMs,
    wallMs: () => epochMs + Math.floor(this.#world.nowMs),
    later: (ms, callback) => this.after(ms, callback),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const end = (): void => {
          cancel();
          signal?.removeEventListener("abort", end);
          resolve();
        };
        const cancel = this.after(ms, end);
        signal?.addEventListener("abort", end, { once: true });
      }),
  };

  #reach(run: () => void): void {
    if (this.#isDead) return;
    if (this.isPaused) this.#late.push(run);
    else run();
  }

  #goOn(): void {
    if (this.#isDead) return;
    this.#world.note(`${this.id} goes on`);
    this.awakeSinceMs = this.#world.nowMs;
    // One event each, so that promises settle in between as they would.
    for (const run of this.#late.splice(0)) this.after(0, run);
  }
}
