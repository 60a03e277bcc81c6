import {
  type Cause,
  type Consumer,
  type ConsumerRow,
  GluttonyError,
  type ObservedState,
  type ObservedStateName,
  parseConsumer,
  type StateChange,
  toGluttonyError,
} from "@gluttony/model";
import { tellAbandoned } from "./abandoned.ts";
import { causeOfError } from "./cause.ts";
import { cellConsumerOf } from "./cell-consumer-of.ts";
import { isPositionChosen } from "./chosen-position.ts";
import { ConsumerRun } from "./consume.ts";
import type { ConsumerCollaborators, SupervisedSettings } from "./consumer-collaborators.ts";
import { History } from "./history.ts";
import { LiveHandler } from "./live-handler.ts";
import { LogEnds } from "./log-ends.ts";
import { Notices } from "./notices.ts";
import { nothingSeen, observe } from "./observe.ts";
import { Pause } from "./pause.ts";
import type { RecordSource } from "./ports.ts";
import { cellStandingOf, showConsumer } from "./show-consumer.ts";
import { LiveShadow } from "./shadow/live-shadow.ts";
import { startHandler, type KnownHandler } from "./start-handler.ts";
import { stateOfError } from "./state-of-error.ts";
import { swapNotices, type SwapNotices } from "./swap-notices.ts";
import { RunWatch } from "./run-watch.ts";
import { Strangers } from "./strangers.ts";
import type { Rung } from "./watchdog.ts";

/** Milliseconds between starts of a consumer that cannot run: doubled up to the second. */
const restartFirstMs = 500;
const restartMaxMs = 5_000;
/** Milliseconds in which a consumer drains when a person chose another position. */
const chosenBudgetMs = 5_000;

interface Live {
  readonly handler: LiveHandler;
  readonly run: ConsumerRun;
  readonly source: RecordSource;
}

/** Keeps one consumer as its row desires: starts it, starts it again when it ends, and says what it sees. */
export class SupervisedConsumer {
  #row: ConsumerRow;
  readonly #with: ConsumerCollaborators;
  readonly #settings: SupervisedSettings;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #poked = new AbortController();
  #live: Live | null = null;
  /** What served last on this host, in case that what is wanted does not start. */
  #last: KnownHandler | null = null;
  #shown: { state: ObservedStateName; cause: Cause | null; since: Date };
  readonly #logEnds: LogEnds;
  readonly #strangers: Strangers;
  readonly #watch = new RunWatch();
  readonly #history: History;
  readonly #notices: Notices;
  readonly #swaps: SwapNotices;
  readonly #pause: Pause;
  /** Whether the next cell is to be one that nobody used. */
  #needsNewCell: boolean;

  constructor(row: ConsumerRow, collaborators: ConsumerCollaborators, settings: SupervisedSettings) {
    this.#row = row;
    this.#with = collaborators;
    this.#settings = settings;
    this.#logEnds = new LogEnds(collaborators.clock, collaborators.log);
    this.#strangers = new Strangers(collaborators.clock, collaborators.log, (member) =>
      this.#notices.stranger(member),
    );
    this.#history = new History({ consumerId: row.id, hostId: settings.hostId }, collaborators.clock);
    this.#notices = new Notices(row.name, this.#history, collaborators.log);
    this.#swaps = swapNotices(row.name, this.#notices, collaborators);
    this.#pause = new Pause(collaborators.clock);
    this.#needsNewCell = settings.needsNewCell;
    this.#shown = { state: "starting", cause: null, since: new Date(collaborators.clock.wallMs()) };
    this.#done = this.#keepRunning();
  }

  /** The row that it aims at. */
  get row(): ConsumerRow {
    return this.#row;
  }

  /** Aims at a version of the row that differs in the handler alone: what runs goes on while the handler changes. */
  follow(row: ConsumerRow): void {
    this.#row = row;
    this.poke();
  }

  /** Tries at once what waits for its next start: something it depends on may have changed. */
  poke(): void {
    this.#poked.abort();
    if (this.#live === null) return;
    this.#pause.follow(this.#row, this.#live.run);
    void this.#live.handler.follow(this.#wanted());
    void this.#followChosen(this.#live);
  }

  /** Drains within the budget and ends. Answers how many keys were left in flight. */
  async stop(budgetMs: number): Promise<number> {
    this.#show("draining", null);
    this.#stopping.abort();
    this.#poked.abort();
    const abandoned = (await this.#live?.run.stop(budgetMs)) ?? [];
    tellAbandoned(this.#with.log, this.row.name, abandoned);
    await this.#done;
    return abandoned.length;
  }

  /** Says which keys are in flight, because the process ends at once. */
  abandon(): void {
    tellAbandoned(this.#with.log, this.row.name, this.#live?.run.runningSubjects() ?? []);
  }

  /** What this host sees of the consumer now. */
  observe(): ObservedState {
    const live = this.#stopping.signal.aborted ? null : this.#live;
    const { revision } = live?.handler.used.consumer ?? this.row;
    const base = { consumerId: this.row.id, hostId: this.#settings.hostId, revision };
    const observed: ObservedState =
      live === null ? { ...base, ...this.#shown, ...nothingSeen } : { ...base, ...this.#observeLive(live) };
    const topic = live?.handler.used.consumer.topic ?? this.row.topic ?? "";
    const waiting = live?.run.waitingCount ?? 0;
    showConsumer(this.#with.metrics, { name: this.row.name, topic, waiting, observed });
    return observed;
  }

  #observeLive(live: Live): Omit<ObservedState, "consumerId" | "hostId" | "revision"> {
    const { clock } = this.#with;
    const moment = {
      wallMs: clock.wallMs(),
      monotonicMs: clock.monotonicMs(),
      logEnds: this.#logEnds.of(live.source),
      heartbeatAgeMs: live.source.health().lastHeartbeatAgeMs,
      targets: this.#with.breakers.observe(),
    };
    this.#strangers.look(live.source);
    live.handler.look();
    const seen = observe(live.run, moment);
    const at = {
      nowMs: moment.monotonicMs,
      delivery: live.handler.used.consumer.delivery,
      retentionMs: this.#logEnds.retentionMs,
    };
    const { state, cause, rung, isExpiring } = this.#watch.look(live.run, seen, at);
    if (rung !== null) this.#climb(live, rung);
    this.#notices.expiring(isExpiring);
    // Before the group is joined nothing runs: what was the matter before still is.
    if (live.run.assignment.hasBegun || cause !== null) this.#showLive(live, state, cause);
    const { resolved, lease } = live.handler.used;
    const release = `${resolved.release.package}@${resolved.release.version}`;
    return { ...seen, ...this.#shown, release, cell: cellStandingOf(lease.cell) };
  }

  /** A handler that is wanted and does not start is said where nothing worse is the matter. */
  #showLive({ handler }: Live, state: ObservedStateName, cause: Cause | null): void {
    const { refusal } = handler;
    if (refusal === null || (state !== "running" && state !== "idle")) return this.#show(state, cause);
    this.#show("degraded", causeOfError(refusal));
  }

  /** What happened since the last call, for the consumer's history. */
  takeHistory(): readonly StateChange[] {
    return this.#history.take();
  }

  /** One rung of the ladder; each leaves a line in the history. */
  #climb(live: Live, rung: Rung): void {
    this.#notices.climbed(rung);
    this.#with.metrics.climbed(this.row.name, rung);
    switch (rung) {
      case "refetch":
        live.source.refetch(live.run.assignment.partitions.map((partition) => partition.number));
        return;
      case "rejoin":
        live.run.giveUp(new GluttonyError("kafka.session_lost", { consumer: this.row.name }));
        return;
      case "recycle":
        live.handler.used.lease.cell.recycle();
    }
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
    const { plugins, sources, metrics } = this.#with;
    const wanted = this.#wanted();
    const started = await startHandler(wanted, this.#last, {
      plugins,
      prepare: (consumer) => this.#prepare(consumer),
      needsNewCell: this.#needsNewCell,
    });
    this.#needsNewCell = false;
    const { consumer, lease } = started;
    const source = sources.create({
      topic: consumer.topic,
      group: consumer.group,
      fetchWaitMs: this.#settings.fetchWaitMs,
    });
    const run = new ConsumerRun(
      { ...this.#with, source, cell: lease.cell, meters: metrics.metersOf(consumer) },
      {
        consumer,
        cellConsumer: cellConsumerOf(consumer, started.resolved),
      },
    );
    const shadow = new LiveShadow({ ...this.#with, run });
    const handler = new LiveHandler(started, { ...this.#with, run, shadow, ...this.#swaps });
    try {
      await this.#runLive({ handler, run, source });
    } finally {
      this.#last = handler.known;
      await handler.close();
    }
  }

  /** What must be so before a handler is worth its start. */
  async #prepare(consumer: Consumer): Promise<void> {
    const owner = this.#settings.groupOwnerOf(consumer.id);
    if (owner !== undefined) {
      const { group, topic } = consumer;
      throw new GluttonyError("consumer.group_shared", { group, topic, with: owner });
    }
    await this.#with.connectors.ensure(consumer);
  }

  /** The row as it should be now, checked. */
  #wanted(): Consumer | GluttonyError {
    const parsed = parseConsumer(this.row);
    if ("consumer" in parsed) return parsed.consumer;
    return new GluttonyError("consumer.invalid", { consumer: this.row.name }, { faults: parsed.faults });
  }

  async #runLive(live: Live): Promise<void> {
    // Asked to stop while starting: nobody would end the run.
    if (this.#stopping.signal.aborted) return;
    this.#live = live;
    this.#pause.follow(this.#row, live.run);
    // What is wanted may have changed while it started.
    void live.handler.follow(this.#wanted());
    try {
      await live.run.run();
    } finally {
      this.#pause.forget();
      this.#live = null;
    }
  }

  /** Starts anew when a person chose from where to read; what runs would go on where it is. */
  async #followChosen({ handler, run }: Live): Promise<void> {
    try {
      if (!(await isPositionChosen(handler.used.consumer, run.assignment, this.#with.positions))) return;
      this.#with.log.info("a position was chosen", { consumer: this.row.name });
      await run.stop(chosenBudgetMs);
    } catch (error) {
      this.#with.log.debug("the positions are not known", { code: toGluttonyError(error).code });
    }
  }

  #showError(error: GluttonyError): void {
    const state = stateOfError(error.code);
    if (this.#shown.cause?.code !== error.code) this.#notices.cannotRun(error, state);
    this.#show(state, causeOfError(error));
  }

  #show(state: ObservedStateName, cause: Cause | null): void {
    const isSame = this.#shown.state === state && this.#shown.cause?.code === cause?.code;
    if (!isSame) this.#history.add(state, cause?.code ?? null, cause?.title ?? "");
    const since = isSame ? this.#shown.since : new Date(this.#with.clock.wallMs());
    this.#shown = { state, cause, since };
  }
}
