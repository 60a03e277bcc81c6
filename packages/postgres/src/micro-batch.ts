import { setTimeout as sleep } from "node:timers/promises";

/** How calls are gathered. */
export interface MicroBatchLimits {
  /** Milliseconds that the first call of a batch waits for others. */
  readonly waitMs: number;
  /** Calls of one batch at most. */
  readonly sizeMax: number;
  /** Batches under way at once at most; further calls wait and make the next ones fuller. */
  readonly atOnceMax: number;
}

interface Waiting<Call, Answer> {
  readonly call: Call;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers calls that come at nearly the same time into one piece of work. How many wait is bounded by the callers:
 * each of them waits for its answer.
 */
export class MicroBatch<Call, Answer> {
  readonly #work: (calls: readonly Call[]) => Promise<readonly Answer[]>;
  readonly #limits: MicroBatchLimits;
  #waiting: Waiting<Call, Answer>[] = [];
  #underWay = 0;
  #isTimed = false;

  /** `work` answers as many as it is given, in the same order. */
  constructor(work: (calls: readonly Call[]) => Promise<readonly Answer[]>, limits: MicroBatchLimits) {
    this.#work = work;
    this.#limits = limits;
  }

  add(call: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, resolve, reject });
      if (this.#waiting.length >= this.#limits.sizeMax) this.#start();
      else void this.#startSoon();
    });
  }

  async #startSoon(): Promise<void> {
    if (this.#isTimed) return;
    this.#isTimed = true;
    await sleep(this.#limits.waitMs);
    this.#isTimed = false;
    this.#start();
  }

  #start(): void {
    if (this.#waiting.length === 0 || this.#underWay >= this.#limits.atOnceMax) return;
    const batch = this.#waiting.splice(0, this.#limits.sizeMax);
    this.#underWay += 1;
    void this.#run(batch).finally(() => {
      this.#underWay -= 1;
      this.#start();
    });
  }

  async #run(batch: readonly Waiting<Call, Answer>[]): Promise<void> {
    try {
      const answers = await this.#work(batch.map((one) => one.call));
      for (const [index, one] of batch.entries()) {
        const answer = answers[index];
        if (answer === undefined) one.reject(new RangeError("a batch answered too little"));
        else one.resolve(answer);
      }
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }
}
