import { type ConsumerRow, type ObservedState, toGluttonyError } from "@gluttony/model";
import type { Connectors, DesiredConsumers, Observations } from "./ports.ts";
import { type Action, type Held, reconcile } from "./reconcile.ts";
import { sharedGroups } from "./shared-groups.ts";
import type { ConsumerCollaborators, ConsumerHostSettings } from "./consumer-collaborators.ts";
import { SupervisedConsumer } from "./supervised-consumer.ts";

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
  /** Consumers that are switched off, shown as stopped since they were seen to be. */
  #off: ReadonlyMap<string, { readonly row: ConsumerRow; readonly since: Date }> = new Map();
  /** Rows that run as soon as what is being applied is done: what is desired now is compared with them. */
  readonly #aimed = new Map<string, ConsumerRow>();
  /** Consumers that a person asked to begin anew, until they do. */
  readonly #anew = new Set<string>();
  /** Consumers that must not run beside an older one of their group. */
  #shared: ReadonlyMap<string, string> = new Map();
  /** Per consumer the end of what is being applied, so that actions on one never overlap. */
  readonly #applying = new Map<string, Promise<void>>();
  /** Consumers that drain; they are shown until they have ended. */
  readonly #leaving = new Set<SupervisedConsumer>();
  readonly #over = new AbortController();
  #reconciling: Promise<void> = Promise.resolve();
  #isAsked = false;

  constructor(collaborators: SupervisorCollaborators, settings: ConsumerHostSettings) {
    this.#with = collaborators;
    this.#settings = settings;
  }

  /** Supervises until the signal; then drains everything within the budget. Answers how many keys were left in flight. */
  async run(signal: AbortSignal, drainBudgetMs: number): Promise<number> {
    const end = (): void => this.#over.abort();
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    const listening = this.#with.desired.listen(() => this.#ask(), this.#over.signal);
    this.#ask();
    await Promise.all([listening, this.#observeUntilOver()]);
    await this.#reconciling;
    await Promise.all(this.#applying.values());
    const abandoned = await Promise.all(
      [...this.#held.values()].map((consumer) => consumer.stop(drainBudgetMs)),
    );
    await this.#with.observations
      .forget(this.#settings.hostId, [...this.#held.keys(), ...this.#off.keys()])
      .catch((error: unknown) =>
        this.#with.log.warn("observations stay behind", { code: toGluttonyError(error).code }),
      );
    return abandoned.reduce((sum, count) => sum + count, 0);
  }

  /** Says which keys are in flight, because the process ends at once. */
  abandon(): void {
    for (const consumer of [...this.#held.values(), ...this.#leaving]) consumer.abandon();
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
    this.#shared = sharedGroups(rows);
    const actions = [...reconcile(rows, this.#heldOrAimed()), ...this.#deletedWhileOff(rows)];
    this.#off = this.#offOf(rows);
    for (const action of actions) this.#apply(action);
    const touched = new Set(actions.map((action) => ("row" in action ? action.row.id : action.id)));
    for (const [id, consumer] of this.#held) if (!touched.has(id)) consumer.poke();
    await this.#removeUnusedConnectors();
  }

  #heldOrAimed(): readonly Held[] {
    const held = new Map([...this.#held].map(([id, consumer]) => [id, consumer.row]));
    return [...new Map([...held, ...this.#aimed])].map(([id, row]) => ({ id, revision: row.revision, row }));
  }

  #offOf(
    rows: readonly ConsumerRow[],
  ): ReadonlyMap<string, { readonly row: ConsumerRow; readonly since: Date }> {
    const now = new Date(this.#with.clock.wallMs());
    const off = rows.filter((row) => !row.isValid);
    return new Map(off.map((row) => [row.id, { row, since: this.#off.get(row.id)?.since ?? now }]));
  }

  /** Nothing runs for them, but this host still says that they are stopped. */
  #deletedWhileOff(rows: readonly ConsumerRow[]): readonly Action[] {
    const ids = new Set(rows.map((row) => row.id));
    return [...this.#off.keys()].filter((id) => !ids.has(id)).map((id) => ({ do: "forget", id }));
  }

  /** Starts an action after the one before it on the same consumer; other consumers do not wait. */
  #apply(action: Action): void {
    const id = "row" in action ? action.row.id : action.id;
    const current = this.#held.get(id);
    if (action.do === "follow" && current !== undefined && !this.#applying.has(id)) {
      current.follow(action.row);
      return;
    }
    const isAnew = "row" in action && isAskedAnew(current?.row ?? this.#aimed.get(id), action.row);
    if (isAnew) this.#anew.add(id);
    this.#held.delete(id);
    if ("row" in action) this.#aimed.set(id, action.row);
    else this.#aimed.delete(id);
    const before = this.#applying.get(id) ?? Promise.resolve();
    const applied = before.then(async () => {
      if (current !== undefined) await this.#leave(current);
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
      if (this.#applying.get(id) !== chained) return;
      this.#applying.delete(id);
      this.#aimed.delete(id);
    });
  }

  async #leave(consumer: SupervisedConsumer): Promise<void> {
    this.#leaving.add(consumer);
    try {
      await consumer.stop(stopBudgetMs);
    } finally {
      this.#leaving.delete(consumer);
    }
  }

  #start(row: ConsumerRow): void {
    this.#held.set(
      row.id,
      new SupervisedConsumer(row, this.#with, {
        ...this.#settings,
        groupOwnerOf: (id) => this.#shared.get(id),
        needsNewCell: this.#anew.delete(row.id),
      }),
    );
  }

  async #removeUnusedConnectors(): Promise<void> {
    try {
      const removed = await this.#with.connectors.removeUnused();
      for (const connector of removed) this.#with.log.info("connector removed", { connector });
    } catch (error) {
      this.#with.log.warn("unused connectors stay for now", { code: toGluttonyError(error).code });
    }
  }

  #showHeldTargets(): void {
    const { breakers, metrics } = this.#with;
    metrics.showHeld(breakers.observe().map(({ target }) => target));
  }

  async #observeUntilOver(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#with.clock.sleep(observeBeatMs, this.#over.signal);
      const states = [...this.#held.values(), ...this.#leaving].map((consumer) => consumer.observe());
      this.#showHeldTargets();
      const off = [...this.#off.values()].filter(
        ({ row }) => !this.#held.has(row.id) && !this.#applying.has(row.id),
      );
      try {
        await this.#with.observations.write([...states, ...off.map((one) => this.#stoppedState(one))]);
        await this.#rememberHistory();
      } catch (error) {
        this.#with.log.debug("what is seen cannot be written", { code: toGluttonyError(error).code });
      }
    }
  }

  async #rememberHistory(): Promise<void> {
    const changes = [...this.#held.values(), ...this.#leaving].flatMap((consumer) => consumer.takeHistory());
    if (changes.length > 0) await this.#with.observations.remember(changes);
  }

  #stoppedState({ row, since }: { readonly row: ConsumerRow; readonly since: Date }): ObservedState {
    return {
      consumerId: row.id,
      hostId: this.#settings.hostId,
      state: "stopped",
      since,
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

/** Whether a person asked for a new beginning since what ran was started. */
function isAskedAnew(before: ConsumerRow | undefined, after: ConsumerRow): boolean {
  return before !== undefined && before.steering?.restarts !== after.steering?.restarts;
}
