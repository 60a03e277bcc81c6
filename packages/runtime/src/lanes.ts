/** What one run of a task came to: it ended, or its lane waits and runs it again. */
export type LaneStep = { readonly kind: "ended" } | { readonly kind: "again"; readonly afterMs: number };

/** How tasks are run and how waiting is timed. */
export interface LaneWork<Task> {
  run(task: Task): Promise<LaneStep>;
  /** Calls back after the time; the answer cancels it. */
  later(ms: number, callback: () => void): () => void;
}

interface Lane<Task> {
  readonly key: string;
  readonly tasks: Task[];
  isRunning: boolean;
  cancelWait: (() => void) | null;
}

/**
 * Runs one task at a time per key and at most `slots` at once over all keys. A lane that waits for its next
 * attempt holds no slot, so one bad record holds up only its own key.
 */
export class Lanes<Task> {
  readonly #slots: number;
  readonly #work: LaneWork<Task>;
  readonly #lanes = new Map<string, Lane<Task>>();
  readonly #ready: Lane<Task>[] = [];
  #running = 0;
  #isHeld = false;
  #idleWaiters: (() => void)[] = [];

  constructor(slots: number, work: LaneWork<Task>) {
    this.#slots = slots;
    this.#work = work;
  }

  get running(): number {
    return this.#running;
  }

  /** Lanes that wait for the next attempt of their first task. */
  get waiting(): number {
    let count = 0;
    for (const lane of this.#lanes.values()) if (lane.cancelWait !== null) count += 1;
    return count;
  }

  /** Appends a task to its lane. Answers whether it was started at once. */
  push(key: string, task: Task): boolean {
    const lane = this.#lanes.get(key);
    if (lane !== undefined) {
      lane.tasks.push(task);
      return false;
    }
    const created: Lane<Task> = { key, tasks: [task], isRunning: false, cancelWait: null };
    this.#lanes.set(key, created);
    this.#ready.push(created);
    this.#dispatch();
    return created.isRunning;
  }

  /** Starts no further task until `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#dispatch();
  }

  /** Resolves when nothing runs any more. */
  async whenIdle(): Promise<void> {
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Lets every waiting lane try at once. */
  wakeAll(): void {
    for (const lane of this.#lanes.values()) {
      if (lane.cancelWait !== null) this.#wake(lane);
    }
  }

  /** Forgets queued and waiting tasks; running ones end by themselves. */
  drop(isUnwanted: (task: Task) => boolean): void {
    for (const lane of this.#lanes.values()) {
      const kept = lane.tasks.filter((task, index) => (lane.isRunning && index === 0) || !isUnwanted(task));
      lane.tasks.splice(0, lane.tasks.length, ...kept);
      if (lane.tasks.length === 0) {
        lane.cancelWait?.();
        lane.cancelWait = null;
        this.#lanes.delete(lane.key);
      }
    }
  }

  #dispatch(): void {
    while (!this.#isHeld && this.#running < this.#slots) {
      const lane = this.#ready.shift();
      if (lane === undefined) return;
      const task = lane.tasks[0];
      // A lane whose tasks were dropped while it was ready.
      if (task === undefined) continue;
      this.#start(lane, task);
    }
  }

  #start(lane: Lane<Task>, task: Task): void {
    lane.isRunning = true;
    this.#running += 1;
    void this.#work.run(task).then((step) => this.#stepped(lane, step));
  }

  #stepped(lane: Lane<Task>, step: LaneStep): void {
    lane.isRunning = false;
    this.#running -= 1;
    if (step.kind === "ended") lane.tasks.shift();
    if (lane.tasks.length === 0) this.#lanes.delete(lane.key);
    else if (step.kind === "ended") this.#ready.push(lane);
    else lane.cancelWait = this.#work.later(step.afterMs, () => this.#wake(lane));
    this.#dispatch();
    if (this.#running === 0) {
      for (const resolve of this.#idleWaiters.splice(0)) resolve();
    }
  }

  #wake(lane: Lane<Task>): void {
    lane.cancelWait?.();
    lane.cancelWait = null;
    this.#ready.push(lane);
    this.#dispatch();
  }
}
