import type { ConsumerRow } from "@gluttony/model";
import type { HostProcess } from "./host-process.ts";
import type { SeedPlan } from "./plan.ts";
import type { World } from "./world.ts";

/** Milliseconds between questions that need no notification. */
const refreshMs = 60_000;

/** The one row of `cdc.consumer`, and who listens to its changes. */
export class ConsumerRows {
  readonly #world: World;
  readonly #listeners = new Set<() => void>();
  readonly #isAway: () => boolean;
  #row: ConsumerRow;
  #offSinceMs: number | null = null;

  constructor(world: World, plan: SeedPlan, isAway: () => boolean) {
    this.#world = world;
    this.#isAway = isAway;
    this.#row = {
      id: "1",
      name: "sim",
      connString: null,
      dataSource: null,
      captureSchema: null,
      captureTable: null,
      topic: "t",
      group: "g",
      handlerFunc: "sim",
      globalKey: [],
      isValid: true,
      count: 0n,
      creationTime: new Date(0),
      configuration: { delivery: plan.delivery, filter: { operations: plan.operations } },
      revision: 1n,
    };
  }

  get offSinceMs(): number | null {
    return this.#offSinceMs;
  }

  list(): readonly ConsumerRow[] {
    return [this.#row];
  }

  switchTo(isValid: boolean): void {
    if (this.#row.isValid === isValid) return;
    this.#world.note(`the consumer is switched ${isValid ? "on" : "off"}`);
    this.#row = { ...this.#row, isValid, revision: this.#row.revision + 1n };
    this.#offSinceMs = isValid ? null : this.#world.nowMs;
    if (!this.#isAway()) this.tellAll();
  }

  /** Also after every reconnect: what was said meanwhile is lost. */
  tellAll(): void {
    if (this.#offSinceMs !== null) this.#offSinceMs = this.#world.nowMs;
    for (const tell of this.#listeners) tell();
  }

  listen(process: HostProcess, onChange: () => void, signal: AbortSignal): Promise<void> {
    const tell = (): void => {
      process.after(this.#world.random.delayMs(4), onChange);
    };
    const refresh = (): void => {
      if (signal.aborted) return;
      onChange();
      process.after(refreshMs, refresh);
    };
    this.#listeners.add(tell);
    process.onDeath(() => this.#listeners.delete(tell));
    process.after(refreshMs, refresh);
    return new Promise((resolve) => {
      const end = (): void => {
        this.#listeners.delete(tell);
        resolve();
      };
      if (signal.aborted) end();
      else signal.addEventListener("abort", end, { once: true });
    });
  }
}
