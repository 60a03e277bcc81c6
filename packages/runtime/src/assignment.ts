import type { GluttonyError, Position } from "@gluttony/model";
import { decodeEndedAbove } from "./ended-above.ts";
import { OffsetTracker } from "./offset-tracker.ts";
import { Partition } from "./partition.ts";
import type { AssignedPartition, Batch, Positions, SourceEvents, StartPosition } from "./ports.ts";
import { keyPrefixOf } from "./record/idempotency-key.ts";
import { partitionsAtStartOf, startPositionOf } from "./start-position.ts";

/** What the assignment asks of the consumer that owns it. */
export interface AssignmentOwner {
  /** Stops dispatching, waits for what runs, commits; within the budget. */
  drain(budgetMs: number): Promise<void>;
  /** Before the first record of partitions that were just assigned. */
  prepare(partitions: readonly number[]): Promise<void>;
  /** Records of partitions that are no longer ours leave their lanes. */
  dropLost(): void;
  /** Dispatching goes on. */
  goOn(): void;
  fail(error: GluttonyError): void;
}

/** Whose positions, and where a first start begins. */
export interface AssignmentSettings {
  readonly consumerId: string;
  readonly topic: string;
  readonly startFrom: "earliest" | "latest";
}

/** Knows which partitions are ours. Trackers of partitions that are kept through a rebalance live on. */
export class Assignment implements SourceEvents {
  readonly #positions: Positions;
  readonly #settings: AssignmentSettings;
  readonly #owner: AssignmentOwner;
  readonly #byNumber = new Map<number, Partition>();
  readonly #blocked = new Map<number, GluttonyError>();
  #hasBegun = false;

  constructor(positions: Positions, settings: AssignmentSettings, owner: AssignmentOwner) {
    this.#positions = positions;
    this.#settings = settings;
    this.#owner = owner;
  }

  get partitions(): readonly Partition[] {
    return [...this.#byNumber.values()];
  }

  /** Whether the group has been joined; then partitions may still be none. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** The group has been joined, perhaps without a partition for us. */
  noteJoined(): void {
    this.#hasBegun = true;
  }

  /** Partitions that cannot go on, and why. */
  get blocked(): ReadonlyMap<number, GluttonyError> {
    return this.#blocked;
  }

  /** The partition that a batch belongs to, or undefined when it is not ours any more. */
  partitionOf(batch: Batch): Partition | undefined {
    const partition = this.#byNumber.get(batch.partition);
    if (partition === undefined || !partition.isOurs || batch.epoch < partition.epoch) return undefined;
    return partition;
  }

  async onAssigned(
    assigned: readonly AssignedPartition[],
    epoch: number,
  ): Promise<ReadonlyMap<number, StartPosition>> {
    const { consumerId, topic, startFrom } = this.#settings;
    const remembered = await this.#positions.load(consumerId, topic);
    await this.#owner.prepare(assigned.map((one) => one.partition));
    const starts = new Map<number, StartPosition>();
    const memory = { partitionsAtStart: partitionsAtStartOf(remembered), hasOthers: remembered.length > 0 };
    for (const one of assigned) {
      const position = remembered.find((candidate) => candidate.partition === one.partition);
      const start = startPositionOf(one, { ...memory, position }, startFrom);
      starts.set(one.partition, start);
      if (start.kind === "blocked") this.#blocked.set(one.partition, start.error);
      else await this.#begin(one, epoch, { offset: start.offset, position });
    }
    this.#hasBegun = true;
    this.#owner.goOn();
    return starts;
  }

  async onRevoking(budgetMs: number): Promise<void> {
    await this.#owner.drain(budgetMs);
  }

  onRevoked(partitions: readonly number[]): void {
    for (const number of partitions) this.#letGo(number);
    this.#owner.dropLost();
    this.#owner.goOn();
  }

  onLost(): void {
    this.onRevoked([...this.#byNumber.keys(), ...this.#blocked.keys()]);
  }

  /** What is told of a partition that is no longer ours comes late, and is its next owner's to say. */
  onBlocked(partition: number, error: GluttonyError): void {
    if (this.#byNumber.has(partition) || this.#blocked.has(partition)) this.#blocked.set(partition, error);
  }

  onFatal(error: GluttonyError): void {
    this.#owner.fail(error);
  }

  async #begin(
    one: AssignedPartition,
    epoch: number,
    from: { readonly offset: bigint; readonly position: Position | undefined },
  ): Promise<void> {
    const tracker = trackerOf(from.offset, from.position);
    await this.#positions.begin(this.#settings.consumerId, {
      topic: this.#settings.topic,
      topicId: one.topicId,
      partition: one.partition,
      start: tracker.start,
      mark: tracker.start,
      endings: { done: 0, filtered: 0, skipped: 0, parked: 0, hole: 0 },
      partitionsAtStart: one.partitions,
    });
    this.#byNumber.get(one.partition)?.letGo();
    this.#blocked.delete(one.partition);
    const keyPrefix = keyPrefixOf({ consumerId: this.#settings.consumerId, topicId: one.topicId });
    const partition = new Partition({ ...one, keyPrefix, epoch }, tracker, from.position);
    this.#byNumber.set(one.partition, partition);
  }

  #letGo(number: number): void {
    this.#byNumber.get(number)?.letGo();
    this.#byNumber.delete(number);
    this.#blocked.delete(number);
  }
}

/** A tracker that knows what ended above the mark before, if reading begins at that mark. */
function trackerOf(offset: bigint, position: Position | undefined): OffsetTracker {
  if (position === undefined || position.mark !== offset) return new OffsetTracker(offset);
  return new OffsetTracker(offset, decodeEndedAbove(position.endedAbove));
}
