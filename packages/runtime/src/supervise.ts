import { type ConsumerRow, type ObservedState, toGluttonyError } from "@gluttony/model";
import type { Connectors, DesiredConsumers, Observations } from "./ports.ts";
import { type Action, reconcile } from "./reconcile.ts";
import {
  type ConsumerCollaborators,
  type ConsumerHostSettings,
  SupervisedConsumer,
} from "./supervised-consumer.ts";

/** What the supervisor works with beside what its consumers share. */
export interface SupervisorCollaborators extends ConsumerCollaborators {
  readonly desired: DesiredConsumers;
  readonly observations: Observations;
  readonly connectors: Connectors;
}

/** Milliseconds in which a consumer that is switched off drains; the rest runs again at its next start. */
const stopBudgetMs = 1_500;
/** Milliseconds between writes of what is seen. */
const observeBeatMs = 1_000;
/** Milliseconds until the desired state is asked for again after the database failed. */
const reconcileRetryMs = 1_000;

/** Moves what this host runs towards what `cdc.consumer` desires, and writes back what it sees. */
export class Supervisor {
  readonly #with: SupervisorCollaborators;
  readonly #settings: ConsumerHostSettings;
  readonly #held = new Map<string, SupervisedConsumer>();
  /** Consumers that are switched off, shown as stopped. */
  readonly #off = new Map<string, ConsumerRow>();
  /** Per consumer the end of what is being applied, so that actions on one never overlap. */
  readonly #applying = new Map<string, Promise<void>>();
  readonly #over = new AbortController();
  #reconciling: Promise<void> = Promise.resolve();
  #isAsked = false;

  constructor(collaborators: SupervisorCollaborators, settings: ConsumerHostSettings) {
    this.#with = collaborators;
    this.#settings = settings;
  }

  /** Supervises until the signal; then drains everything within the budget. */
  async run(signal: AbortSignal, drainBudgetMs: number): Promise<void> {
    const end = (): void => this.#over.abort();
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    const listening = this.#with.desired.listen(() => this.#ask(), this.#over.signal);
    this.#ask();
    await Promise.all([listening, this.#observeUntilOver()]);
    await this.#reconciling;
    await Promise.all(this.#applying.values());
    await Promise.all([...this.#held.values()].map((consumer) => consumer.stop(drainBudgetMs)));
    await this.#with.observations
      .forget(this.#settings.hostId, [...this.#held.keys(), ...this.#off.keys()])
      .catch((error: unknown) =>
        this.#with.log.warn("observations stay behind", { code: toGluttonyError(error).code }),
      );
  }

  /** Reconciles soon; asks that come meanwhile make one more round. */
  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#reconciling = this.#reconciling.then(async () => {
      this.#isAsked = false;
      try {
        await this.#reconcileOnce();
      } catch (error) {
        this.#with.log.warn("the desired state cannot be read", { code: toGluttonyError(error).code });
        await this.#with.clock.sleep(reconcileRetryMs, this.#over.signal);
        if (!this.#over.signal.aborted) this.#ask();
      }
    });
  }

  async #reconcileOnce(): Promise<void> {
    const rows = await this.#with.desired.list();
    if (this.#over.signal.aborted) return;
    this.#off.clear();
    for (const row of rows) if (!row.isValid) this.#off.set(row.id, row);
    const held = [...this.#held.values()].map(({ row }) => ({
      id: row.id,
      revision: row.revision,
      isActive: true,
    }));
    const actions = reconcile(rows, held);
    for (const action of actions) this.#apply(action);
    const touched = new Set(actions.map((action) => ("row" in action ? action.row.id : action.id)));
    for (const [id, consumer] of this.#held) if (!touched.has(id)) consumer.poke();
    await this.#removeUnusedConnectors();
  }

  /** Starts an action after the one before it on the same consumer; other consumers do not wait. */
  #apply(action: Action): void {
    const id = "row" in action ? action.row.id : action.id;
    const current = this.#held.get(id);
    this.#held.delete(id);
    const before = this.#applying.get(id) ?? Promise.resolve();
    const applied = before.then(async () => {
      await current?.stop(stopBudgetMs);
      if (this.#over.signal.aborted) return;
      if (action.do === "forget") await this.#with.observations.forget(this.#settings.hostId, [id]);
      // A later action may have been asked for while this one waited.
      else if ("row" in action && !this.#held.has(id) && this.#applying.get(id) === chained)
        this.#start(action.row);
    });
    const chained = applied.catch((error: unknown) => {
      this.#with.log.error("a consumer could not be changed", { code: toGluttonyError(error).code });
    });
    this.#applying.set(id, chained);
    void chained.then(() => {
      if (this.#applying.get(id) === chained) this.#applying.delete(id);
    });
  }

  #start(row: ConsumerRow): void {
    this.#held.set(row.id, new SupervisedConsumer(row, this.#with, this.#settings));
  }

  async #removeUnusedConnectors(): Promise<void> {
    try {
      const removed = await this.#with.connectors.removeUnused();
      for (const connector of removed) this.#with.log.info("connector removed", { connector });
    } catch (error) {
      this.#with.log.warn("unused connectors stay for now", { code: toGluttonyError(error).code });
    }
  }

  async #observeUntilOver(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#with.clock.sleep(observeBeatMs, this.#over.signal);
      const states = [...this.#held.values()].map((consumer) => consumer.observe());
      const off = [...this.#off.values()].filter(
        (row) => !this.#held.has(row.id) && !this.#applying.has(row.id),
      );
      try {
        await this.#with.observations.write([...states, ...off.map((row) => this.#stoppedState(row))]);
      } catch (error) {
        this.#with.log.debug("what is seen cannot be written", { code: toGluttonyError(error).code });
      }
    }
  }

  #stoppedState(row: ConsumerRow): ObservedState {
    return {
      consumerId: row.id,
      hostId: this.#settings.hostId,
      state: "stopped",
      since: new Date(this.#with.clock.wallMs()),
      cause: null,
      revision: row.revision,
      release: null,
      partitions: [],
      lagMs: null,
      retrying: 0,
      nextAttemptAt: null,
    };
  }
}
