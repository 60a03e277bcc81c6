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
  /** Lanes that wait for the next attempt of their first task, the longest waiting first. */
  readonly #waiting = new Set<Lane<Task>>();
  #ready: Lane<Task>[] = [];
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

  /** Whether there is nothing to run, now or later. */
  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  /** Lanes that wait for the next attempt of their first task. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Appends a task to its lane; a new lane may have to wait first. Answers whether the task was started at once. */
  push(key: string, task: Task, waitMs: number = 0): boolean {
    const lane = this.#lanes.get(key);
    if (lane !== undefined) {
      lane.tasks.push(task);
      return false;
    }
    const created: Lane<Task> = { key, tasks: [task], isRunning: false, cancelWait: null };
    this.#lanes.set(key, created);
    if (waitMs > 0) this.#wait(created, waitMs);
    else this.#ready.push(created);
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

  /** Starts one task although the lanes are held: to find out whether the cause is gone. */
  probe(): void {
    if (!this.#isHeld || this.#running > 0) return;
    const lane = this.#ready.shift() ?? this.#unwait();
    const task = lane?.tasks[0];
    if (lane !== undefined && task !== undefined) this.#start(lane, task);
  }

  /** Resolves when nothing runs any more. */
  async whenIdle(): Promise<void> {
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Lets waiting lanes whose first task is meant try at once, at most `limit` of them. */
  wake(isMeant: (task: Task) => boolean, limit: number = Number.POSITIVE_INFINITY): void {
    let woken = 0;
    for (const lane of this.#waiting) {
      const [task] = lane.tasks;
      if (woken >= limit) return;
      if (task === undefined || !isMeant(task)) continue;
      woken += 1;
      this.#wake(lane);
    }
  }

  /** The tasks of each lane that waits: the first is the one that waits for its attempt. */
  *waitingLanes(): Iterable<readonly Task[]> {
    for (const { tasks } of this.#waiting) yield tasks;
  }

  /** Tasks that run now. */
  *runningTasks(): Iterable<Task> {
    for (const { tasks, isRunning } of this.#lanes.values()) {
      const [task] = tasks;
      if (isRunning && task !== undefined) yield task;
    }
  }

  /** Forgets queued and waiting tasks; running ones end by themselves. */
  drop(isUnwanted: (task: Task) => boolean): void {
    for (const lane of this.#lanes.values()) {
      const [first] = lane.tasks;
      const kept = lane.tasks.filter((task, index) => (lane.isRunning && index === 0) || !isUnwanted(task));
      lane.tasks.splice(0, lane.tasks.length, ...kept);
      if (lane.tasks.length === 0) this.#forget(lane);
      // The wait was for a task that is gone.
      else if (lane.cancelWait !== null && lane.tasks[0] !== first) this.#wake(lane);
    }
    // What was dropped while it was ready must not be counted on.
    this.#ready = this.#ready.filter((lane) => lane.tasks.length > 0);
  }

  #dispatch(): void {
    while (!this.#isHeld && this.#running < this.#slots) {
      const lane = this.#ready.shift();
      if (lane === undefined) return;
      const [task] = lane.tasks;
      if (task !== undefined) this.#start(lane, task);
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
    if (lane.tasks.length === 0) this.#forget(lane);
    else if (step.kind === "ended") this.#ready.push(lane);
    else this.#wait(lane, step.afterMs);
    this.#dispatch();
    if (this.#running === 0) {
      for (const resolve of this.#idleWaiters.splice(0)) resolve();
    }
  }

  #wait(lane: Lane<Task>, afterMs: number): void {
    this.#waiting.add(lane);
    lane.cancelWait = this.#work.later(afterMs, () => this.#wake(lane));
  }

  #wake(lane: Lane<Task>): void {
    this.#endWait(lane);
    this.#ready.push(lane);
    this.#dispatch();
  }

  /** Takes the lane that has waited longest out of its wait. */
  #unwait(): Lane<Task> | undefined {
    const [lane] = this.#waiting;
    if (lane !== undefined) this.#endWait(lane);
    return lane;
  }

  #endWait(lane: Lane<Task>): void {
    lane.cancelWait?.();
    lane.cancelWait = null;
    this.#waiting.delete(lane);
  }

  #forget(lane: Lane<Task>): void {
    this.#endWait(lane);
    // A lane of the same key may have been made since this one was forgotten.
    if (this.#lanes.get(lane.key) === lane) this.#lanes.delete(lane.key);
  }
}
