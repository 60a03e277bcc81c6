import type { ProcessCell } from "./process-cell.ts";

/** Milliseconds between looks at processes that are to end, and how often one may be seen idle before it is killed. */
const lookMs = 1_000;
const idleLooksMax = 15;

/** Processes that were replaced and finish what they hold. */
export class Retiring {
  readonly #processes = new Map<ProcessCell, Promise<unknown>>();

  /** Has a process end as soon as it has answered what it holds. */
  add(process: ProcessCell): void {
    process.retire();
    let idleLooks = 0;
    const looking = setInterval(() => {
      // Its attempts have deadlines of their own; a teardown that never ends has this one.
      idleLooks = process.isIdle ? idleLooks + 1 : 0;
      if (idleLooks > idleLooksMax) void process.drain(0);
    }, lookMs);
    looking.unref();
    const over = process.died.then(() => {
      clearInterval(looking);
      this.#processes.delete(process);
    });
    this.#processes.set(process, over);
  }

  has(process: ProcessCell): boolean {
    return this.#processes.has(process);
  }

  /** Ends all of them within the budget. */
  async close(budgetMs: number): Promise<void> {
    const over = [...this.#processes.values()];
    for (const process of this.#processes.keys()) void process.drain(budgetMs);
    await Promise.all(over);
  }
}
