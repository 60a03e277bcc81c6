import type { RawRecord } from "@gluttony/sdk/codecs";
import type { SourceChange } from "./source-database.ts";

/** What must become of a record whatever happens: its text alone decides. */
export type RecordClass = "wanted" | "filtered" | "refused";

/** One record of the log, and all that the checks know of it. */
export interface LoggedRecord {
  readonly raw: RawRecord;
  readonly change: SourceChange;
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
  readonly class: RecordClass;
  /** Gone from the log, because a later record of its key is there. */
  isCompacted: boolean;
  readonly appendedAtMs: number;
  readonly story: RecordStory;
}

/** What happened to a record so far, as the checks saw it. */
export interface RecordStory {
  /** The handler's answer `done` reached the engine. */
  isDone: boolean;
  /** The target has taken it. */
  isApplied: boolean;
  /** The target took it first when it was compacted away: a call that was given up, and that nobody can repeat. */
  isAppliedLate: boolean;
  /** A dead letter of it was durable at some time. */
  isParked: boolean;
  /** The fence said that a newer version went before. */
  isStale: boolean;
  /** The handler's answer that leaves it out reached the engine. */
  isLeftOut: boolean;
  idempotencyKey: string | null;
  calls: number;
}

/** One partition: null where an offset holds no record (control, aborted, compacted). */
export class TopicPartition {
  readonly entries: (LoggedRecord | null)[] = [];
  logStart = 0;
  /** Offset of the oldest transaction that has not ended; null when there is none. */
  openTransaction: number | null = null;

  /** The last stable offset. */
  get end(): number {
    return this.openTransaction ?? this.entries.length;
  }
}

/** What a read found from a position on. */
export interface ReadResult {
  readonly records: readonly RawRecord[];
  readonly positionAfter: number;
}

/** One topic as the brokers hold it. */
export class Topic {
  topicId = "topic-1";
  partitions: TopicPartition[];
  /** Everything that was ever written, also to a topic of this name that is gone. */
  readonly records: LoggedRecord[] = [];
  /** Told when there is more to read. */
  onAppended: () => void = () => undefined;
  readonly #nowMs: () => number;
  readonly #classOf: (change: SourceChange) => RecordClass;

  constructor(partitions: number, nowMs: () => number, classOf: (change: SourceChange) => RecordClass) {
    this.partitions = Array.from({ length: partitions }, () => new TopicPartition());
    this.#nowMs = nowMs;
    this.#classOf = classOf;
  }

  partition(number: number): TopicPartition {
    const partition = this.partitions[number];
    if (partition === undefined) throw new Error(`partition ${number} does not exist`);
    return partition;
  }

  recordOf(raw: RawRecord): LoggedRecord {
    const record = this.records[raw.timestampMs];
    if (record === undefined) throw new Error("a record that was never written");
    return record;
  }

  append(change: SourceChange): LoggedRecord {
    const number = partitionOf(change.key, this.partitions.length);
    const partition = this.partition(number);
    const offset = partition.entries.length;
    const record: LoggedRecord = {
      raw: {
        topic: "t",
        partition: number,
        offset: BigInt(offset),
        // Also tells the checks which record a copy was made of.
        timestampMs: this.records.length,
        key: change.keyBytes,
        value: change.valueBytes,
        headers: [],
      },
      change,
      topicId: this.topicId,
      partition: number,
      offset,
      class: this.#classOf(change),
      isCompacted: false,
      appendedAtMs: this.#nowMs(),
      story: {
        isDone: false,
        isApplied: false,
        isAppliedLate: false,
        isParked: false,
        isStale: false,
        isLeftOut: false,
        idempotencyKey: null,
        calls: 0,
      },
    };
    partition.entries.push(record);
    this.records.push(record);
    this.onAppended();
    return record;
  }

  appendHoles(number: number, count: number): void {
    for (let hole = 0; hole < count; hole += 1) this.partition(number).entries.push(null);
    this.onAppended();
  }

  /** Deletes the topic and makes it again: offsets begin anew. */
  recreate(topicId: string): void {
    this.topicId = topicId;
    this.partitions = this.partitions.map(() => new TopicPartition());
  }

  addPartitions(count: number): void {
    for (let added = 0; added < count; added += 1) this.partitions.push(new TopicPartition());
  }

  /** Null when the position lies outside of the log. */
  read(number: number, position: number, recordsMax: number): ReadResult | null {
    const partition = this.partition(number);
    const { end } = partition;
    if (position < partition.logStart || position > partition.entries.length) return null;
    const records: RawRecord[] = [];
    let at = position;
    while (at < end && records.length < recordsMax) {
      const entry = partition.entries[at];
      if (entry !== null && entry !== undefined && !entry.isCompacted) records.push(entry.raw);
      at += 1;
    }
    return { records, positionAfter: at };
  }
}

/** Where the producer puts a key. */
export function partitionOf(key: string | null, partitions: number): number {
  if (key === null) return 0;
  let hash = 7;
  for (let at = 0; at < key.length; at += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  return Math.abs(hash) % partitions;
}
