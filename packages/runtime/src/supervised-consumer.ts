import type { CellConsumer, CellLease, PluginHost, ResolvedHandler } from "@gluttony/core";
import {
  type Cause,
  type Consumer,
  type ConsumerRow,
  GluttonyError,
  type ObservedState,
  type ObservedStateName,
  observedStates,
  parseConsumer,
  toGluttonyError,
} from "@gluttony/model";
import type { Logger } from "@gluttony/sdk";
import { causeOfError } from "./cause.ts";
import { ConsumerRun } from "./consume.ts";
import type { Metrics } from "./metrics.ts";
import { observe } from "./observe.ts";
import type { Clock, Connectors, DeadLetters, Positions, RecordSource, RecordSources } from "./ports.ts";
import { stateOfError } from "./state-of-error.ts";
import type { TargetHealth } from "./target-health.ts";

/** Everything that running consumers share. */
export interface ConsumerCollaborators {
  readonly plugins: PluginHost;
  readonly connectors: Connectors;
  readonly sources: RecordSources;
  readonly positions: Positions;
  readonly deadLetters: DeadLetters;
  readonly targetHealth: TargetHealth;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Settings of this host that concern its consumers. */
export interface ConsumerHostSettings {
  readonly hostId: string;
  /** `TOPIC_CONSUME_INTERVAL`: milliseconds a fetch may wait for data. */
  readonly fetchWaitMs: number;
}

/** What one consumer is told beside. */
export interface SupervisedSettings extends ConsumerHostSettings {
  /** The name of an older consumer that reads the same topic in the same group; undefined when there is none. */
  groupOwnerOf(consumerId: string): string | undefined;
}

/** Milliseconds between starts of a consumer that cannot run: doubled up to the second. */
const restartFirstMs = 500;
const restartMaxMs = 5_000;
/** Milliseconds in which a consumer drains when another release takes over. */
const releaseBudgetMs = 5_000;
/** Milliseconds between questions for the log's end. */
const logEndsEveryMs = 2_000;

/** What is said of a consumer that does not run. */
const nothingSeen = { release: null, partitions: [], lagMs: null, retrying: 0, nextAttemptAt: null };

interface Live {
  readonly consumer: Consumer;
  readonly resolved: ResolvedHandler;
  readonly run: ConsumerRun;
  readonly source: RecordSource;
}

/** Keeps one consumer as its row desires: starts it, starts it again when it ends, and says what it sees. */
export class SupervisedConsumer {
  readonly row: ConsumerRow;
  readonly #with: ConsumerCollaborators;
  readonly #settings: SupervisedSettings;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #poked = new AbortController();
  #live: Live | null = null;
  #shown: { state: ObservedStateName; cause: Cause | null; since: Date };
  #logEnds: ReadonlyMap<number, bigint> = new Map();
  #logEndsAtMs = 0;

  constructor(row: ConsumerRow, collaborators: ConsumerCollaborators, settings: SupervisedSettings) {
    this.row = row;
    this.#with = collaborators;
    this.#settings = settings;
    this.#shown = { state: "starting", cause: null, since: new Date(collaborators.clock.wallMs()) };
    this.#done = this.#keepRunning();
  }

  /** Tries at once what waits for its next start: something it depends on may have changed. */
  poke(): void {
    this.#poked.abort();
    if (this.#live !== null) void this.#followRelease(this.#live);
  }

  /** Drains within the budget and ends. */
  async stop(budgetMs: number): Promise<void> {
    this.#show("draining", null);
    this.#stopping.abort();
    this.#poked.abort();
    await this.#live?.run.stop(budgetMs);
    await this.#done;
  }

  /** What this host sees of the consumer now. */
  observe(): ObservedState {
    const base = { consumerId: this.row.id, hostId: this.#settings.hostId, revision: this.row.revision };
    const live = this.#shown.state === "draining" ? null : this.#live;
    const observed: ObservedState =
      live === null ? { ...base, ...this.#shown, ...nothingSeen } : { ...base, ...this.#observeLive(live) };
    this.#with.metrics.show({
      consumer: this.row.name,
      topic: live?.consumer.topic ?? this.row.topic ?? "",
      state: observed.state,
      states: observedStates,
      lagMs: observed.lagMs,
      waiting: live?.run.waitingCount ?? 0,
      lagByPartition: new Map(observed.partitions.map((one) => [one.partition, BigInt(one.lagRecords)])),
    });
    return observed;
  }

  #observeLive(live: Live): Omit<ObservedState, "consumerId" | "hostId" | "revision"> {
    const { clock } = this.#with;
    void this.#refreshLogEnds(live.source);
    const moment = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs(), logEnds: this.#logEnds };
    const seen = observe(live.run, moment);
    this.#show(seen.state, seen.cause);
    const { release } = live.resolved;
    return { ...seen, since: this.#shown.since, release: `${release.package}@${release.version}` };
  }

  async #keepRunning(): Promise<void> {
    let waitMs = restartFirstMs;
    while (!this.#stopping.signal.aborted) {
      const startedMs = this.#with.clock.monotonicMs();
      try {
        await this.#runOnce();
      } catch (error) {
        this.#showError(toGluttonyError(error));
      }
      if (this.#with.clock.monotonicMs() - startedMs > restartMaxMs) waitMs = restartFirstMs;
      if (!this.#stopping.signal.aborted) await this.#with.clock.sleep(waitMs, this.#poked.signal);
      if (this.#poked.signal.aborted) this.#poked = new AbortController();
      waitMs = Math.min(restartMaxMs, waitMs * 2);
    }
  }

  async #runOnce(): Promise<void> {
    const { plugins, connectors, sources, metrics } = this.#with;
    const parsed = parseConsumer(this.row);
    if ("faults" in parsed) {
      throw new GluttonyError("consumer.invalid", { consumer: this.row.name }, { faults: parsed.faults });
    }
    const { consumer } = parsed;
    const owner = this.#settings.groupOwnerOf(consumer.id);
    if (owner !== undefined) {
      throw new GluttonyError("consumer.group_shared", {
        group: consumer.group,
        topic: consumer.topic,
        with: owner,
      });
    }
    const resolved = await plugins.resolve(consumer.handlerFunc, consumer.handler);
    await connectors.ensure(consumer);
    if (this.#stopping.signal.aborted) return;
    const lease = await plugins.acquire(resolved);
    try {
      const source = sources.create({
        topic: consumer.topic,
        group: consumer.group,
        fetchWaitMs: this.#settings.fetchWaitMs,
      });
      const run = new ConsumerRun(
        { ...this.#with, source, cell: lease.cell, meters: metrics.metersOf(consumer.name) },
        { consumer, cellConsumer: cellConsumerOf(consumer, resolved) },
      );
      await this.#runLive({ consumer, resolved, run, source });
    } finally {
      await this.#giveBack(lease);
    }
  }

  async #runLive(live: Live): Promise<void> {
    // Asked to stop while starting: nobody would end the run.
    if (this.#stopping.signal.aborted) return;
    this.#live = live;
    try {
      await live.run.run();
    } finally {
      this.#live = null;
    }
  }

  /** Starts anew when another release than the running one is now the one to run. */
  async #followRelease(live: Live): Promise<void> {
    try {
      const { release } = await this.#with.plugins.resolve(live.consumer.handlerFunc, live.consumer.handler);
      if (release.treeHash === live.resolved.release.treeHash || this.#live !== live) return;
      this.#with.log.info("another release is active", { consumer: this.row.name, release: release.version });
      await live.run.stop(releaseBudgetMs);
    } catch (error) {
      // What runs goes on; its next start says what is wrong.
      this.#with.log.debug("the release is not known", { code: toGluttonyError(error).code });
    }
  }

  async #giveBack(lease: CellLease): Promise<void> {
    try {
      await lease.release();
    } catch (error) {
      this.#with.log.warn("a cell did not end as asked", { code: toGluttonyError(error).code });
    }
  }

  async #refreshLogEnds(source: RecordSource): Promise<void> {
    const nowMs = this.#with.clock.monotonicMs();
    if (nowMs - this.#logEndsAtMs < logEndsEveryMs) return;
    this.#logEndsAtMs = nowMs;
    try {
      const bounds = await source.logBounds();
      this.#logEnds = new Map([...bounds].map(([partition, { end }]) => [partition, end]));
    } catch (error) {
      this.#with.log.debug("the log's end is not known", { code: toGluttonyError(error).code });
    }
  }

  #showError(error: GluttonyError): void {
    const state = stateOfError(error.code);
    if (this.#shown.cause?.code !== error.code) {
      this.#with.log.warn("consumer cannot run", {
        consumer: this.row.name,
        code: error.code,
        state,
        cause: causeNameOf(error),
      });
    }
    this.#show(state, causeOfError(error));
  }

  #show(state: ObservedStateName, cause: Cause | null): void {
    const isSame = this.#shown.state === state && this.#shown.cause?.code === cause?.code;
    const since = isSame ? this.#shown.since : new Date(this.#with.clock.wallMs());
    this.#shown = { state, cause, since };
  }
}

function cellConsumerOf(consumer: Consumer, resolved: ResolvedHandler): CellConsumer {
  return {
    id: consumer.id,
    name: consumer.name,
    revision: consumer.revision,
    handler: resolved.handler,
    config: resolved.config,
    deadlineMs: consumer.delivery.deadlineMs,
    graceMs: consumer.delivery.graceMs,
  };
}

/** The class of what lies beneath; its message may hold values, so it is left out. */
function causeNameOf(error: GluttonyError): string | null {
  return error.cause instanceof Error ? error.cause.name : null;
}
