import type { Batch } from "@gluttony/runtime";
import type { SourceSurroundings } from "./memory-source.ts";

/** What a reader tells its source. */
export interface ReaderEvents {
  onOutOfRange(partition: number, position: number): void;
  onRecreated(): void;
  topicId(): string;
}

interface ReadPartition {
  readonly number: number;
  readonly epoch: number;
  /** Null until the owner said where to begin. */
  position: number | null;
  isPaused: boolean;
  isBlocked: boolean;
  isStalled: boolean;
  unread: number;
}

const unreadBatchesMax = 4;
const recordsAtOnceMax = 40;
/** Milliseconds until an idle reader looks again. */
const idleLookMs = 1_000;

/** Fetches what is assigned and hands it over in batches, never faster than they are taken. */
export class Reader {
  readonly #in: SourceSurroundings;
  readonly #events: ReaderEvents;
  readonly #partitions = new Map<number, ReadPartition>();
  #batches: Batch[] = [];
  #wake: () => void = () => undefined;
  #isClosed = false;
  #isPlanned = false;
  #isStubborn = false;
  isForeign = false;
  lastFetchMs: number;

  constructor(surroundings: SourceSurroundings, events: ReaderEvents) {
    this.#in = surroundings;
    this.#events = events;
    this.lastFetchMs = surroundings.world.nowMs;
    this.#plan(idleLookMs);
  }

  get partitions(): readonly number[] {
    return [...this.#partitions.keys()];
  }

  has(partition: number): boolean {
    return this.#partitions.has(partition);
  }

  hold(partitions: readonly number[], epoch: number): void {
    for (const number of partitions) {
      const held = { isPaused: false, isBlocked: false, isStalled: this.#isStubborn };
      this.#partitions.set(number, { number, epoch, position: null, unread: 0, ...held });
    }
    this.isForeign = false;
  }

  moveTo(number: number, position: number): void {
    const partition = this.#partitions.get(number);
    if (partition === undefined) return;
    partition.position = position;
    this.#plan(this.#in.world.random.delayMs(3));
  }

  /** Reads kept partitions again from what is committed. */
  rewind(partitions: readonly number[], committedOf: (partition: number) => number | undefined): void {
    for (const number of partitions) {
      const partition = this.#partitions.get(number);
      const committed = committedOf(number);
      if (partition?.position === null || partition === undefined || committed === undefined) continue;
      partition.position = Math.min(partition.position, committed);
    }
    this.#plan(1);
  }

  block(number: number): void {
    const partition = this.#partitions.get(number);
    if (partition !== undefined) partition.isBlocked = true;
  }

  letGo(partitions: readonly number[]): void {
    for (const number of partitions) this.#partitions.delete(number);
    this.#batches = this.#batches.filter((batch) => this.#partitions.has(batch.partition));
  }

  pause(partitions: readonly number[]): void {
    for (const number of partitions) this.#set(number, { isPaused: true });
  }

  resume(partitions: readonly number[]): void {
    for (const number of partitions) this.#set(number, { isPaused: false });
    this.#plan(1);
  }

  stall(isStubborn: boolean): void {
    this.#isStubborn = isStubborn;
    for (const number of this.partitions) this.#set(number, { isStalled: true });
  }

  refetch(partitions: readonly number[]): void {
    if (!this.#isStubborn) for (const number of partitions) this.#set(number, { isStalled: false });
    this.#plan(1);
  }

  close(): void {
    this.#isClosed = true;
    this.#batches = [];
    this.#partitions.clear();
    this.#wake();
  }

  async *batches(): AsyncGenerator<Batch> {
    while (!this.#isClosed) {
      const batch = this.#batches.shift();
      if (batch === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const partition = this.#partitions.get(batch.partition);
      if (partition !== undefined) partition.unread -= 1;
      this.#plan(1);
      yield batch;
    }
  }

  /** Looks soon; asked by whoever has reason to think that there is more. */
  look(): void {
    this.#plan(this.#in.world.random.delayMs(2));
  }

  #set(number: number, change: Partial<ReadPartition>): void {
    const partition = this.#partitions.get(number);
    if (partition !== undefined) Object.assign(partition, change);
  }

  #plan(delayMs: number): void {
    if (this.#isPlanned || this.#isClosed) return;
    this.#isPlanned = true;
    this.#in.process.after(delayMs, () => {
      this.#isPlanned = false;
      this.#fetch();
    });
  }

  #fetch(): void {
    if (this.#isClosed) return;
    const { world, topic } = this.#in;
    let hasMore = false;
    if (!this.#in.isBrokerAway()) {
      this.lastFetchMs = world.nowMs;
      if (this.#events.topicId() !== "" && topic.topicId !== this.#events.topicId()) this.#seeForeign();
      for (const partition of [...this.#partitions.values()]) if (this.#read(partition)) hasMore = true;
    }
    this.#plan(hasMore ? world.random.delayMs(6) : idleLookMs);
  }

  #seeForeign(): void {
    if (this.isForeign) return;
    this.isForeign = true;
    this.#events.onRecreated();
  }

  #read(partition: ReadPartition): boolean {
    const { position } = partition;
    const isHeld = partition.isPaused || partition.isBlocked || partition.isStalled;
    if (position === null || isHeld || this.isForeign || partition.unread >= unreadBatchesMax) return false;
    const { topic, world } = this.#in;
    const read = topic.read(partition.number, position, world.random.int(1, recordsAtOnceMax));
    if (read === null) {
      this.#events.onOutOfRange(partition.number, position);
      return false;
    }
    if (read.positionAfter === position) return false;
    partition.position = read.positionAfter;
    partition.unread += 1;
    this.#batches.push({
      partition: partition.number,
      epoch: partition.epoch,
      records: read.records,
      positionBefore: BigInt(position),
      positionAfter: BigInt(read.positionAfter),
      lastStableOffset: BigInt(topic.partition(partition.number).end),
    });
    this.#wake();
    return true;
  }
}
