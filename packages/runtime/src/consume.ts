import type { Cell, CellConsumer } from "@gluttony/core";
import { type Consumer, type Ending, type Failure, GluttonyError, toGluttonyError } from "@gluttony/model";
import type { Logger, RawRecord } from "@gluttony/sdk";
import { Assignment } from "./assignment.ts";
import { commit } from "./commit.ts";
import { DispatchGate } from "./dispatch-gate.ts";
import { type LaneStep, Lanes } from "./lanes.ts";
import type { ConsumerMeters } from "./metrics.ts";
import { keepOwnBytes, type OpenRecord } from "./open-record.ts";
import type { Partition } from "./partition.ts";
import type { Batch, Clock, DeadLetters, Positions, RecordSource } from "./ports.ts";
import { admit } from "./record/admit.ts";
import { attempt } from "./record/attempt.ts";
import { idempotencyKeyOf } from "./record/idempotency-key.ts";
import { judge } from "./record/judge.ts";
import { settle } from "./record/settle.ts";
import { replaysOf } from "./replays.ts";
import { Room } from "./room.ts";
import { RunHealth } from "./run-health.ts";
import type { TargetHealth } from "./target-health.ts";

/** Everything a running consumer works with. */
export interface ConsumeCollaborators {
  readonly source: RecordSource;
  readonly cell: Cell;
  readonly positions: Positions;
  readonly deadLetters: DeadLetters;
  readonly targetHealth: TargetHealth;
  readonly clock: Clock;
  readonly log: Logger;
  readonly meters: ConsumerMeters;
}

/** Which consumer, and how its cell knows it. */
export interface ConsumeSettings {
  readonly consumer: Consumer;
  readonly cellConsumer: CellConsumer;
}

/** Milliseconds between commits. */
const commitBeatMs = 100;
/** Milliseconds between looks for dead letters that a person asked to run again. */
const replayBeatMs = 2_000;
/** Milliseconds after which a blocked consumer tries whether the cause is gone. */
const blockedProbeMs = 15_000;
/** Offsets of a partition between the durable mark and the last one read; a stuck key stops its partition there. */
const windowMax = 50_000;

/**
 * One running consumer. This file alone knows the order of a record's steps: take a batch → guard → filter →
 * key → begin → lane → attempt → judge → settle → finish → commit. Each step is a function in its own file.
 */
export class ConsumerRun {
  readonly #with: ConsumeCollaborators;
  readonly #consumer: Consumer;
  readonly #cellConsumer: CellConsumer;
  readonly #lanes: Lanes<OpenRecord>;
  readonly #gate: DispatchGate;
  readonly #room: Room;
  readonly #over = new AbortController();
  readonly #windowPaused = new Set<number>();
  #committing: Promise<void> = Promise.resolve();
  #fatal: GluttonyError | null = null;

  /** Which partitions are ours. */
  readonly assignment: Assignment;
  /** What holds it up. */
  readonly health: RunHealth;
  /** Monotonic milliseconds of the latest ending. */
  lastEndedAtMs: number;

  constructor(collaborators: ConsumeCollaborators, settings: ConsumeSettings) {
    const { consumer } = settings;
    this.#with = collaborators;
    this.#consumer = consumer;
    this.#cellConsumer = settings.cellConsumer;
    this.health = new RunHealth(collaborators.targetHealth, collaborators.log);
    this.lastEndedAtMs = collaborators.clock.monotonicMs();
    this.#lanes = new Lanes(consumer.delivery.concurrency, {
      run: (open) => this.#processRecord(open),
      later: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    });
    this.#gate = new DispatchGate(this.#lanes);
    this.assignment = new Assignment(
      collaborators.positions,
      { consumerId: consumer.id, topic: consumer.topic, startFrom: consumer.delivery.startFrom },
      {
        drain: (budgetMs) => this.#drain(budgetMs),
        dropLost: () => this.#dropLost(),
        goOn: () => this.#gate.release("draining"),
        fail: (error) => this.#fail(error),
      },
    );
    this.#room = new Room(consumer.delivery.inFlightMax, () => this.openCount);
  }

  get openCount(): number {
    return this.assignment.partitions.reduce((sum, partition) => sum + partition.open.size, 0);
  }

  /** Keys whose first record waits for its next attempt. */
  get waitingCount(): number {
    return this.#lanes.waiting;
  }

  /** Consumes until `stop`, or rejects with the error that ended it. */
  async run(): Promise<void> {
    const { source } = this.#with;
    await source.start(this.assignment);
    const beats = [
      this.#beat(commitBeatMs, () => this.#commit()),
      this.#beat(replayBeatMs, () => this.#takeReplays()),
    ];
    try {
      for await (const batch of source.batches()) await this.#takeBatch(batch);
    } catch (error) {
      this.#fail(toGluttonyError(error));
    } finally {
      this.#over.abort();
      await Promise.all(beats);
      this.#letGoAll();
    }
    if (this.#fatal !== null) throw this.#fatal;
  }

  /** Drains within the budget, commits and leaves the group. What did not finish is run again elsewhere. */
  async stop(budgetMs: number): Promise<void> {
    this.#gate.hold("stopping");
    await this.#drain(budgetMs);
    this.#letGoAll();
    await this.#with.source.stop(budgetMs);
  }

  async #takeBatch(batch: Batch): Promise<void> {
    const partition = this.assignment.partitionOf(batch);
    if (partition === undefined) return;
    if (batch.positionBefore > partition.tracker.next) {
      // Taken for holes, the records between would be lost without a word: start anew from the mark instead.
      throw new GluttonyError("kafka.session_lost", {
        partition: batch.partition,
        gapAt: String(partition.tracker.next),
      });
    }
    for (const record of batch.records) {
      // Read again after a rebalance.
      if (record.offset < partition.tracker.next) continue;
      await this.#room.free(() => partition.isOurs);
      if (!partition.isOurs) return;
      const hasEnded = partition.tracker.begin(record.offset);
      this.#with.meters.received();
      // It ended above the mark on another host or before a crash.
      if (hasEnded) continue;
      this.#admitted(this.#open(record, partition));
    }
    partition.tracker.endHolesUpTo(batch.positionAfter);
    this.#pauseFullWindow(partition);
  }

  /** Gives a record its ending at once, or a place in its lane. */
  #admitted(open: OpenRecord): void {
    const admission = admit(open.record, this.#consumer);
    if (admission.kind === "ended") {
      keepOwnBytes(open);
      void this.#end(open, admission.ending);
      return;
    }
    const isRunning = this.#lanes.push(admission.key, open);
    if (!isRunning) keepOwnBytes(open);
  }

  /** One attempt of one record, and what follows from it. */
  async #processRecord(open: OpenRecord): Promise<LaneStep> {
    const { cell, clock, meters } = this.#with;
    if (!open.partition.isOurs) return { kind: "ended" };
    const startedMs = clock.monotonicMs();
    const result = await attempt(open, cell, this.#cellConsumer);
    meters.attempted(clock.monotonicMs() - startedMs);
    // The partition went to another host meanwhile: the outcome is not ours to count.
    if (!open.partition.isOurs) return { kind: "ended" };
    if (result.kind === "failed") return this.#judged(open, result.failure);
    this.health.noteSuccess();
    this.#gate.release("blocked");
    await this.#end(open, result);
    return { kind: "ended" };
  }

  async #judged(open: OpenRecord, failure: Failure): Promise<LaneStep> {
    const { meters } = this.#with;
    open.lastFailure = failure;
    this.health.noteFailure(failure);
    const trial = {
      attempt: open.attempts,
      isTargetUp: this.#with.targetHealth.isUp(failure.target),
      jitter: Math.random(),
    };
    const verdict = judge(failure, trial, this.#consumer.delivery);
    switch (verdict.do) {
      case "retry":
        meters.retried(failure.code);
        return this.#again(open, verdict.afterMs);
      case "park":
        await this.#end(open, { kind: "parked", failure: verdict.failure, attempts: open.attempts });
        return { kind: "ended" };
      case "block":
        this.#block(verdict.failure);
        return this.#again(open, blockedProbeMs);
    }
  }

  #again(open: OpenRecord, afterMs: number): LaneStep {
    keepOwnBytes(open);
    open.nextAttemptAtMs = this.#with.clock.wallMs() + afterMs;
    return { kind: "again", afterMs };
  }

  /** Makes the ending durable, then moves the mark. */
  async #end(open: OpenRecord, ending: Ending): Promise<void> {
    const { deadLetters, clock, meters } = this.#with;
    if (open.replayId !== null) {
      await deadLetters
        .finishReplay(open.replayId, ending.kind === "parked" ? ending.failure : null)
        .catch((error: unknown) => this.health.noteTrouble(error));
      return;
    }
    const isDurable = await settle(open, ending, {
      stores: { deadLetters, clock, onTrouble: (error) => this.health.noteTrouble(error) },
      account: { consumerId: this.#consumer.id, release: this.#with.cell.release },
    });
    if (!isDurable) return;
    open.partition.open.delete(open.record.offset);
    open.partition.tracker.finish(open.record.offset, ending);
    this.lastEndedAtMs = clock.monotonicMs();
    meters.ended(ending);
    this.#room.changed();
  }

  #open(record: RawRecord, partition: Partition): OpenRecord {
    const open: OpenRecord = {
      record,
      partition,
      idempotencyKey: idempotencyKeyOf({
        consumerId: this.#consumer.id,
        topicId: partition.topicId,
        partition: record.partition,
        offset: record.offset,
      }),
      replayId: null,
      attempts: 0,
      lastFailure: null,
      nextAttemptAtMs: null,
      hasOwnBytes: false,
    };
    partition.open.set(record.offset, open);
    return open;
  }

  /** Commits after any commit under way; a failure is kept as trouble and tried again at the next beat. */
  async #commit(): Promise<void> {
    const { positions, source } = this.#with;
    const { partitions } = this.assignment;
    const scope = { consumerId: this.#consumer.id, topic: this.#consumer.topic, partitions };
    this.#committing = this.#committing.then(async () => {
      try {
        const lost = await commit({ positions, source }, scope);
        this.health.noteStoresWork();
        // Another host moved the mark, as a paused one does that comes back: begin anew from what is remembered.
        if (lost.length > 0)
          this.#fail(new GluttonyError("kafka.session_lost", { partitions: lost.join(",") }));
      } catch (error) {
        this.health.noteTrouble(error);
      }
    });
    await this.#committing;
    this.#resumeOpenWindows();
  }

  async #drain(budgetMs: number): Promise<void> {
    this.#gate.hold("draining");
    const patience = new AbortController();
    await Promise.race([this.#lanes.whenIdle(), this.#with.clock.sleep(budgetMs, patience.signal)]);
    patience.abort();
    await this.#commit();
  }

  async #takeReplays(): Promise<void> {
    try {
      for (const open of await replaysOf(
        this.#with.deadLetters,
        this.#consumer.id,
        this.assignment.partitions,
      )) {
        this.#admitted(open);
      }
    } catch (error) {
      this.health.noteTrouble(error);
    }
  }

  /** Holds every record back, and tries again later whether the cause is gone. */
  #block(failure: Failure): void {
    this.health.noteBlocked(failure);
    this.#gate.hold("blocked");
    void this.#with.clock.sleep(blockedProbeMs, this.#over.signal).then(() => this.#gate.release("blocked"));
  }

  #fail(error: GluttonyError): void {
    this.#fatal ??= error;
    this.#letGoAll();
    this.#with.source.stop(0).catch((stopError: unknown) => this.health.noteTrouble(stopError));
  }

  #letGoAll(): void {
    for (const partition of this.assignment.partitions) partition.letGo();
    this.#dropLost();
  }

  #dropLost(): void {
    this.#lanes.drop((open) => !open.partition.isOurs);
    this.#room.changed();
  }

  #pauseFullWindow(partition: Partition): void {
    if (partition.tracker.unsaved <= windowMax) return;
    this.#windowPaused.add(partition.number);
    this.#with.source.pause([partition.number]);
  }

  #resumeOpenWindows(): void {
    for (const partition of this.assignment.partitions) {
      if (!this.#windowPaused.has(partition.number) || partition.tracker.unsaved > windowMax / 2) continue;
      this.#windowPaused.delete(partition.number);
      this.#with.source.resume([partition.number]);
    }
  }

  async #beat(everyMs: number, work: () => Promise<void>): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#with.clock.sleep(everyMs, this.#over.signal);
      if (!this.#over.signal.aborted) await work();
    }
  }
}
