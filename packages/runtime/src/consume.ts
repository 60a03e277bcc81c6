import type { AttemptResult, Cell, CellConsumer } from "@gluttony/core";
import { type Consumer, type Ending, type Failure, GluttonyError, toGluttonyError } from "@gluttony/model";
import type { Logger } from "@gluttony/sdk";
import { RecordCodec } from "@gluttony/sdk/codecs";
import type { NeededSchema, RawRecord, WriterSchema } from "@gluttony/sdk/codecs";
import { Assignment } from "./assignment.ts";
import { BlockedRun } from "./blocked-run.ts";
import type { TargetBreakers, TargetWord } from "./breakers.ts";
import { Commits } from "./commits.ts";
import { DispatchGate } from "./dispatch-gate.ts";
import type { ErrorNotes } from "./errors/host-errors.ts";
import { HandlerPlace } from "./handler-place.ts";
import type { ReleaseCounts } from "./judge-release.ts";
import { type LaneStep, Lanes } from "./lanes.ts";
import { committedAtMsOf } from "./committed-at.ts";
import type { ConsumerMeters } from "./metrics.ts";
import { keepOwnBytes, type OpenRecord, openRecord, sizeBytesOf } from "./open-record.ts";
import { ParkedKeys } from "./parked-keys.ts";
import { ParkedShare } from "./parked-share.ts";
import type { Partition } from "./partition.ts";
import type { PauseReason } from "./pause.ts";
import type {
  Batch,
  Clock,
  DeadLetters,
  Fence,
  Positions,
  Random,
  RecordSource,
  SchemaRegistry,
  SubjectHash,
} from "./ports.ts";
import { admit } from "./record/admit.ts";
import { endReplay } from "./record/end-replay.ts";
import { holdBack, type KeyKnowledge } from "./record/hold-back.ts";
import { idempotencyKeyOf } from "./record/idempotency-key.ts";
import { judgeSpent, type Verdict } from "./record/judge.ts";
import { settle, type SettleStores } from "./record/settle.ts";
import { RecordSchemas, registryTrouble } from "./record-schemas.ts";
import { ReadWindow } from "./read-window.ts";
import { Replays } from "./replays.ts";
import { Room } from "./room.ts";
import { RunHealth } from "./run-health.ts";
import { targetWordsOf } from "./target-words.ts";
import type { Shadow } from "./shadow/shadow.ts";
import { VersionFence } from "./version-fence.ts";
import { restoreWaiting } from "./waiting-records.ts";
import { forgiveWait, Waits } from "./waits.ts";

/** Everything a running consumer works with. */
export interface ConsumeCollaborators {
  readonly source: RecordSource;
  readonly cell: Cell;
  readonly positions: Positions;
  readonly deadLetters: DeadLetters;
  readonly fence: Fence;
  /** Null on a host that was given none. */
  readonly schemas: SchemaRegistry | null;
  readonly subjects: SubjectHash;
  readonly breakers: TargetBreakers;
  readonly errors: ErrorNotes;
  readonly clock: Clock;
  readonly random: Random;
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
/** Milliseconds between looks for dead letters that a person asked to run again; while there are some, and else. */
const replayBeatMs = { some: 500, none: 2_000 };
/** Milliseconds after which a record that still waits gets bytes of its own; sooner, it shares those of its fetch. */
const copyBeatMs = 1_000;
/** Milliseconds after which a record is tried again that a hold-up of our own kept from its attempt. */
const ownRetryMs = 500;
/** The longest wait that a remembered next attempt may still ask for, milliseconds. */
const restoredWaitMaxMs = 900_000;

/**
 * One running consumer. This file alone knows the order of a record's steps: take a batch → guard → filter →
 * key → begin → lane → fence → attempt → judge → settle → finish → commit. Each step is a function in its own file.
 */
export class ConsumerRun {
  readonly #with: ConsumeCollaborators;
  readonly #consumer: Consumer;
  readonly #place: HandlerPlace;
  readonly #lanes: Lanes<OpenRecord>;
  readonly #gate: DispatchGate;
  readonly #blocked: BlockedRun;
  readonly #room: Room;
  readonly #waits: Waits;
  readonly #window: ReadWindow;
  readonly #commits: Commits;
  readonly #keys: KeyKnowledge;
  readonly #schemas: RecordSchemas;
  readonly #codec: RecordCodec;
  readonly #replays: Replays;
  readonly #parkedShare: ParkedShare;
  readonly #over = new AbortController();
  readonly #mayCall: () => boolean;
  readonly #settleStores: SettleStores;
  #copyRound = 0;
  #hurryReplays = new AbortController();
  #fatal: GluttonyError | null = null;
  #paused: PauseReason | null = null;

  /** Which partitions are ours. */
  readonly assignment: Assignment;
  /** What holds it up. */
  readonly health: RunHealth;
  /** Monotonic milliseconds of the latest ending. */
  lastEndedAtMs: number;
  /** Records that ended since the start. */
  endedCount = 0;

  constructor(collaborators: ConsumeCollaborators, settings: ConsumeSettings) {
    const { consumer } = settings;
    const { clock, deadLetters, source, log } = collaborators;
    const { delivery } = consumer;
    this.#with = collaborators;
    this.#consumer = consumer;
    this.#mayCall = () => source.hasLease();
    const { cell } = collaborators;
    const means = {
      registry: collaborators.schemas,
      onAnswered: (origin: string) => collaborators.breakers.note(origin, answeredWell),
      onFound: ({ ref, language }: WriterSchema) =>
        log.info("records name a schema", { schema: ref, language }),
    };
    this.#schemas = new RecordSchemas(means, delivery.format);
    this.#codec = new RecordCodec(this.#schemas, delivery.format);
    const always = { mayCall: this.#mayCall, schemas: this.#schemas };
    this.#place = new HandlerPlace({ cell, consumer: settings.cellConsumer, ...always });
    this.health = new RunHealth(log);
    this.#settleStores = { deadLetters, clock, onTrouble: (error) => this.health.noteTrouble(error) };
    this.lastEndedAtMs = clock.monotonicMs();
    this.#lanes = new Lanes(delivery.concurrency, {
      run: (open) => this.#processed(open),
      later: (ms, callback) => clock.later(ms, callback),
    });
    this.#waits = new Waits(collaborators, delivery, this.#lanes);
    this.#gate = new DispatchGate(this.#lanes);
    this.#blocked = new BlockedRun(this.#gate, this.health, {
      clock,
      isEmpty: () => this.#lanes.isEmpty,
    });
    this.#window = new ReadWindow(source);
    this.#replays = new Replays(deadLetters, consumer.id);
    this.#keys = {
      parkedKeys: delivery.parking === "key" ? new ParkedKeys(deadLetters, consumer.id) : null,
      fence: delivery.fence === "subject" ? new VersionFence(collaborators.fence, consumer.id) : null,
      schemas: this.#schemas,
      codec: this.#codec,
    };
    this.#commits = new Commits({ positions: collaborators.positions, source }, clock, {
      consumerId: consumer.id,
      topic: consumer.topic,
      partitions: () => this.assignment.partitions,
      waitingLanes: () => this.#lanes.waitingLanes(),
      subjectOf: (open) => this.#subjectOf(open),
      onSaved: () => {
        collaborators.meters.committed(true);
        this.health.noteStoresWork();
      },
      // As a paused host finds that comes back: begin anew from what is remembered.
      onLost: (lost) => this.#fail(new GluttonyError("kafka.session_lost", { partitions: lost.join(",") })),
      onTrouble: (error) => {
        collaborators.meters.committed(false);
        this.health.noteTrouble(error);
      },
    });
    this.#parkedShare = new ParkedShare(delivery.parkedPercentMax);
    this.assignment = new Assignment(
      collaborators.positions,
      { consumerId: consumer.id, topic: consumer.topic, startFrom: delivery.startFrom },
      {
        drain: (budgetMs) => this.#drain(budgetMs),
        prepare: async (partitions) => this.#keys.parkedKeys?.load(partitions),
        dropLost: () => this.#dropLost(),
        goOn: () => {
          this.#commits.resume();
          this.#gate.release("draining");
        },
        fail: (error) => this.#fail(error),
      },
    );
    this.#room = new Room({ recordsMax: delivery.inFlightMax, bytesMax: delivery.inFlightBytesMax });
  }

  get openCount(): number {
    return this.#room.records;
  }

  /** Whether a record may be read now. */
  get hasRoom(): boolean {
    return this.#room.isFree;
  }

  /** Keys whose first record waits for its next attempt. */
  get waitingCount(): number {
    return this.#lanes.waiting;
  }

  /** Attempts under way. */
  get runningCount(): number {
    return this.#lanes.running;
  }

  /** Percent of the latest records that were parked. */
  get parkedPercent(): number {
    return this.#parkedShare.percent;
  }

  /** Consumes until `stop`, or rejects with the error that ended it. */
  async run(): Promise<void> {
    const { source, breakers } = this.#with;
    const unsubscribe = breakers.subscribe((target, what) => this.#waits.wake(target, what));
    try {
      await source.start(this.assignment);
      this.assignment.noteJoined();
      const beats = [
        this.#beat(commitBeatMs, () => this.#commit()),
        this.#replayUntilOver(),
        this.#beat(copyBeatMs, async () => this.#copyWhatWaits()),
      ];
      try {
        for await (const batch of source.batches()) await this.#takeBatch(batch);
      } catch (error) {
        this.#fail(toGluttonyError(error));
      } finally {
        this.#over.abort();
        this.#hurryReplays.abort();
        await Promise.all(beats);
      }
    } finally {
      unsubscribe();
      this.#blocked.close();
      this.#letGoAll();
    }
    if (this.#fatal !== null) throw this.#fatal;
  }

  /**
   * Drains within the budget, commits and leaves the group. What did not finish is run again elsewhere; answers the
   * keyed hashes of its keys.
   */
  async stop(budgetMs: number): Promise<readonly string[]> {
    this.#gate.hold("stopping");
    await this.#drain(budgetMs);
    const abandoned = this.runningSubjects();
    this.#letGoAll();
    await this.#with.source.stop(budgetMs);
    return abandoned;
  }

  /**
   * Hands records to another cell from the next attempt on, within the membership and at the position that it has.
   * Resolves when the cell before has answered everything that was under way in it.
   */
  switchTo(cell: Cell, consumer: CellConsumer): Promise<void> {
    const answered = this.#place.switchTo(cell, consumer);
    // What blocked it was said by the handler before; the new one says for itself.
    this.#blocked.goOn();
    return answered;
  }

  /**
   * Hands nothing more to the handler until `resume`; what is under way ends. Its place in the group, its partitions and
   * what was read stay, and reading goes on up to the bounds.
   */
  pause(reason: PauseReason): void {
    this.#paused = reason;
    this.#gate.hold("paused");
  }

  /** Goes on where it stood. Records that had failed have not grown older meanwhile. */
  resume(): void {
    if (this.#paused === null) return;
    const { sinceMs } = this.#paused;
    this.#paused = null;
    forgiveWait(this.assignment.partitions, { fromMs: sinceMs, toMs: this.#with.clock.wallMs() });
    this.#gate.release("paused");
  }

  /** Why a person paused it; null while nobody has. */
  get pausedBy(): GluttonyError | null {
    return this.#paused?.cause ?? null;
  }

  /** From the next attempt on the shadow gets what the handler gets; null ends that. */
  shadowBy(shadow: Shadow | null): void {
    this.#place.shadow = shadow;
  }

  /** How the attempts of the handler that serves now ended. */
  get releaseCounts(): ReleaseCounts {
    return this.#place.counts;
  }

  /** Keyed hashes of the keys with an attempt under way; at most `delivery.concurrency`. */
  runningSubjects(): readonly string[] {
    return [...this.#lanes.runningTasks()].map((open) => this.#subjectOf(open));
  }

  /** Ends with an error, so that its supervisor starts it anew; nothing is drained. */
  giveUp(error: GluttonyError): void {
    this.#fail(error);
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
      if (!this.#room.isFree) await this.#room.free(() => partition.isOurs);
      if (!partition.isOurs) return;
      const needed = this.#schemasOfKey(record);
      if (needed.length > 0 && !(await this.#untilFound(needed, partition))) return;
      const hasEnded = partition.tracker.begin(record.offset);
      this.#with.meters.received();
      // It ended above the mark on another host or before a crash.
      if (hasEnded) continue;
      this.#admitted(this.#open(record, partition));
    }
    partition.tracker.endHolesUpTo(batch.positionAfter);
    this.#window.pauseIfFull(partition);
  }

  /** What it takes to read the columns of the ordering key; nothing for records in JSON. */
  #schemasOfKey(record: RawRecord): readonly NeededSchema[] {
    return this.#consumer.globalKey.length === 0 ? noSchemas : this.#schemas.namedBy(record);
  }

  /**
   * Waits until schemas are at hand without which a record has no lane; false when the partition went meanwhile. A schema
   * that the registry does not know is left to the record's refusal.
   */
  async #untilFound(named: readonly NeededSchema[], partition: Partition): Promise<boolean> {
    while (partition.isOurs && !this.#over.signal.aborted) {
      const found = await this.#schemas.find(named);
      if (!("failure" in found) || found.failure.kind === "record") break;
      this.#noteWords({ kind: "failed", failure: found.failure }, `${partition.number}`);
      this.health.noteMissing(registryTrouble(found.failure));
      await this.#with.clock.sleep(ownRetryMs, this.#over.signal);
    }
    this.health.noteMissing(null);
    return partition.isOurs;
  }

  /** Gives a record its ending at once, or a place in its lane. */
  #admitted(open: OpenRecord): void {
    const admission = admit(open.record, this.#consumer, this.#codec);
    if (admission.kind === "filtered") {
      const ending: Ending = { kind: "filtered", rule: admission.rule };
      if (open.replayId === null) this.#finish(open, ending);
      else void this.#end(open, ending);
      return;
    }
    open.key = admission.key;
    open.refusal = admission.refusal;
    const waitMs = restoreWaiting(open, this.#with.clock.wallMs(), restoredWaitMaxMs);
    this.#lanes.push(admission.key, open, waitMs);
  }

  async #processed(open: OpenRecord): Promise<LaneStep> {
    const step = await this.#processRecord(open);
    if (step.kind === "ended") this.#blocked.passedOver();
    return step;
  }

  /** One attempt of one record, and what follows from it. */
  async #processRecord(open: OpenRecord): Promise<LaneStep> {
    const { clock, meters } = this.#with;
    if (!open.partition.isOurs) return ended;
    if (!this.#mayCall()) return this.#waits.again(open, ownRetryMs);
    open.heldBy = null;
    if (open.lastFailure !== null && this.#waits.isGivenUp(open))
      return this.#follow(open, judgeSpent(open.lastFailure, this.#parkedShare.isFull));
    if (this.#keys.fence !== null || this.#keys.parkedKeys !== null) {
      const step = await this.#heldBack(open);
      if (step !== null) return step;
    }
    const startedMs = clock.monotonicMs();
    const { refusal } = open;
    const result: AttemptResult =
      refusal === null ? await this.#place.attempt(open) : { kind: "failed", failure: refusal };
    meters.attempted(clock.monotonicMs() - startedMs);
    this.#noteWords(result, open.idempotencyKey);
    // The partition went to another host meanwhile: the outcome is not ours to count.
    if (!open.partition.isOurs) return ended;
    if (result.kind === "failed") return this.#judged(open, result.failure);
    this.#blocked.goOn();
    if (open.replayId === null) this.#finish(open, result);
    else await this.#end(open, result);
    return ended;
  }

  /** Tells the breakers what an attempt says of the targets that it called. */
  #noteWords(result: AttemptResult, record: string): void {
    for (const [target, word] of targetWordsOf(result, record)) this.#with.breakers.note(target, word);
  }

  /** Asks whether the record's key keeps it from its handler, and what follows from that; null when it does not. */
  async #heldBack(open: OpenRecord): Promise<LaneStep | null> {
    try {
      const held = await holdBack(open, this.#subjectOf(open), this.#keys);
      if (held === null) return null;
      if (!open.partition.isOurs) return ended;
      if (held.kind === "failed") {
        this.#noteWords(held, open.idempotencyKey);
        return await this.#judged(open, held.failure);
      }
      await this.#end(open, held.ending);
      return ended;
    } catch (error) {
      this.health.noteTrouble(error);
      return this.#waits.again(open, ownRetryMs);
    }
  }

  async #judged(open: OpenRecord, failure: Failure): Promise<LaneStep> {
    this.#with.errors.note(this.#consumer.id, failure, { record: open.record, release: open.triedBy });
    const verdict = this.#waits.verdictOf(open, failure, this.#parkedShare.isFull);
    if (verdict.do === "retry" || verdict.do === "await") this.#with.meters.retried(failure.code);
    return this.#follow(open, verdict);
  }

  async #follow(open: OpenRecord, verdict: Verdict): Promise<LaneStep> {
    switch (verdict.do) {
      case "retry":
        return this.#waits.again(open, verdict.afterMs);
      case "hold":
        return this.#waits.hold(open, verdict.target);
      case "await":
        return this.#waits.awaitSign(open, verdict.target, verdict.afterMs);
      case "park":
        await this.#end(open, { kind: "parked", failure: verdict.failure, attempts: open.attempts });
        return ended;
      case "block":
        this.#blocked.block(verdict.failure);
        return this.#waits.again(open, ownRetryMs);
    }
  }

  /** Makes the ending durable, then moves the mark. */
  async #end(open: OpenRecord, ending: Ending): Promise<void> {
    if (ending.kind === "parked") this.#subjectOf(open);
    if (open.replayId !== null) return this.#endReplay(open, ending);
    const isDurable = await settle(open, ending, {
      stores: this.#settleStores,
      account: {
        consumerId: this.#consumer.id,
        release: open.triedBy ?? this.#place.release,
        bytes: this.#consumer.delivery.deadLetterBytes,
      },
    });
    if (!isDurable) return;
    if (ending.kind === "parked") this.#keys.parkedKeys?.add(open.record, this.#subjectOf(open));
    this.#finish(open, ending);
  }

  /** Moves the mark over a record whose ending is durable, or becomes so with the mark. */
  #finish(open: OpenRecord, ending: Ending): void {
    const { partition, record } = open;
    if (!isParkedBehind(ending)) this.#parkedShare.note(ending.kind === "parked");
    if (open.lastFailure !== null) partition.noteWaiting();
    if (partition.open.delete(record.offset)) this.#room.give(sizeBytesOf(record));
    partition.tracker.finish(record.offset, ending);
    this.lastEndedAtMs = this.#with.clock.monotonicMs();
    this.endedCount += 1;
    this.#meter(open, ending);
  }

  #meter({ record }: OpenRecord, ending: Ending): void {
    const { meters, clock } = this.#with;
    meters.ended(ending);
    if (ending.kind === "done" && meters.isSampleDue(this.lastEndedAtMs))
      meters.acknowledged(committedAtMsOf(record), clock.wallMs());
  }

  async #endReplay(open: OpenRecord, ending: Ending): Promise<void> {
    const failure = ending.kind === "parked" ? ending.failure : null;
    const firstOpen = await endReplay(open, failure, this.#settleStores);
    if (open.replayId !== null && firstOpen !== undefined) this.#replays.ended(open.replayId);
    // The next letter of the key may go now.
    if (firstOpen !== undefined && firstOpen !== null) this.#hurryReplays.abort();
    const { parkedKeys } = this.#keys;
    if (firstOpen !== undefined)
      parkedKeys?.setFirst(open.partition.number, this.#subjectOf(open), firstOpen);
    this.lastEndedAtMs = this.#with.clock.monotonicMs();
  }

  #subjectOf(open: OpenRecord): string {
    return (open.subject ??= this.#with.subjects.of(open.key));
  }

  #open(record: RawRecord, partition: Partition): OpenRecord {
    const { offset } = record;
    const idempotencyKey = idempotencyKeyOf(partition.keyPrefix, partition.number, offset);
    const open = openRecord(record, partition, { idempotencyKey, replayId: null, round: this.#copyRound });
    partition.open.set(offset, open);
    this.#room.take(sizeBytesOf(record));
    return open;
  }

  async #drain(budgetMs: number): Promise<void> {
    this.#gate.hold("draining");
    const patience = new AbortController();
    await Promise.race([this.#lanes.whenIdle(), this.#with.clock.sleep(budgetMs, patience.signal)]);
    patience.abort();
    // Whoever goes on already hands nothing over.
    if (this.#gate.holds("draining")) await this.#commits.handOver();
    else await this.#commits.commit(true);
  }

  #copyWhatWaits(): void {
    for (const { open: opened } of this.assignment.partitions) {
      for (const open of opened.values()) if (open.openedInRound < this.#copyRound) keepOwnBytes(open);
    }
    this.#copyRound += 1;
  }

  async #replayUntilOver(): Promise<void> {
    let taken = 0;
    while (!this.#over.signal.aborted) {
      const beatMs = taken > 0 ? replayBeatMs.some : replayBeatMs.none;
      this.#hurryReplays = new AbortController();
      await this.#with.clock.sleep(beatMs, this.#hurryReplays.signal);
      taken = this.#over.signal.aborted ? 0 : await this.#takeReplays();
    }
  }

  /** Answers how many were taken. */
  async #takeReplays(): Promise<number> {
    // What is taken must be run soon: it is lent to this host for a limited time.
    if (this.#gate.holds("blocked") || this.#gate.holds("paused")) return 0;
    try {
      const { partitions } = this.assignment;
      await this.#keys.parkedKeys?.refresh(partitions.map((partition) => partition.number));
      const replays = await this.#replays.take(partitions);
      for (const open of replays) {
        const needed = this.#schemasOfKey(open.record);
        if (needed.length === 0 || (await this.#untilFound(needed, open.partition))) this.#admitted(open);
      }
      return replays.length;
    } catch (error) {
      this.health.noteTrouble(error);
      return 0;
    }
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
    this.#replays.forgetLost();
    this.#room.count(this.assignment.partitions.filter((partition) => partition.isOurs));
    // The record that showed the cause is somebody else's by now; whoever holds it will see whether it lasts.
    if (this.openCount === 0) this.#blocked.goOn();
  }

  async #commit(): Promise<void> {
    await this.#commits.commit();
    this.#window.resumeOpen(this.assignment.partitions);
  }

  async #beat(everyMs: number, work: () => Promise<void>): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#with.clock.sleep(everyMs, this.#over.signal);
      if (!this.#over.signal.aborted) await work();
    }
  }
}

const ended: LaneStep = { kind: "ended" };
const noSchemas: readonly NeededSchema[] = [];
const answeredWell: TargetWord = { isGood: true, isPlain: false, record: "", retryAfterMs: 0 };

/** It says something of an earlier record of its key, and nothing of the handler. */
function isParkedBehind(ending: Ending): boolean {
  return ending.kind === "parked" && ending.failure.code === "delivery.parked_behind";
}
