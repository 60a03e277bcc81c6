import type { BatchLimits } from "@gluttony/model";
import type { AttemptResult } from "./cell.ts";
import type { BatchItem } from "./run-batch.ts";
import { runBatch } from "./run-batch.ts";

interface Gathered {
  readonly item: BatchItem;
  readonly settle: (result: AttemptResult) => void;
}

/** Gathers first attempts of one consumer until there are enough of them or the first has waited long enough. */
export class Batcher {
  readonly #limits: BatchLimits;
  #gathered: Gathered[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** Takes one attempt; `settle` is called once, with its own result. */
  add(item: BatchItem, settle: (result: AttemptResult) => void): void {
    this.#gathered.push({ item, settle });
    if (this.#gathered.length >= this.#limits.max) this.#run();
    else this.#timer ??= setTimeout(() => this.#run(), this.#limits.waitMs);
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const gathered = new Map(this.#gathered.map(({ item, settle }) => [item, settle]));
    this.#gathered = [];
    void runBatch([...gathered.keys()], (item, result) => gathered.get(item)?.(result));
  }
}
