import type {
  Consumer,
  ConsumerRow,
  EndingCounts,
  Failure,
  GluttonyError,
  ObservedState,
  Position,
  StateChange,
  WaitingRecord,
} from "@gluttony/model";
import type { RawRecord, WriterSchema } from "@gluttony/sdk/codecs";

/** What a consumer reads and as which group. */
export interface SourceSettings {
  readonly topic: string;
  readonly group: string;
  /** Milliseconds a fetch may wait for data; at most 1,000. */
  readonly fetchWaitMs: number;
}

/** What came of asking for a schema. `asked` is the registry's origin if it was asked just now, and null if it was not. */
export type FoundSchema = { readonly asked: string | null } & (
  | { readonly schema: WriterSchema }
  | { readonly failure: Failure }
);

/** Knows the schemas that records were written with. Implemented by `@gluttony/egress`. */
export interface SchemaRegistry {
  /** At once where the schema is known; never rejects. The same schema is always the same object. */
  find(ref: string): FoundSchema | Promise<FoundSchema>;
}

/** Records of one partition in order, with everything that ended below `positionAfter`. */
export interface Batch {
  readonly partition: number;
  /** Raised by the source at every assignment; batches of an old epoch are dropped. */
  readonly epoch: number;
  readonly records: readonly RawRecord[];
  /** Offset at which this batch begins to account: everything from here to `positionAfter` without a record is a hole. */
  readonly positionBefore: bigint;
  /** Position after the batch: past trailing control, aborted and compacted offsets. */
  readonly positionAfter: bigint;
  readonly lastStableOffset: bigint;
}

/** Where one partition's reading begins, and why. */
export type StartPosition =
  | { readonly kind: "start"; readonly offset: bigint }
  | { readonly kind: "blocked"; readonly error: GluttonyError };

/** What the broker knows of a partition when it is assigned. */
export interface AssignedPartition {
  readonly partition: number;
  readonly topicId: string;
  /** The group's committed offset; null when there is none. */
  readonly committed: bigint | null;
  readonly logStart: bigint;
  /** Last stable offset. */
  readonly logEnd: bigint;
  /** How many partitions the topic has now. */
  readonly partitions: number;
}

/** What a source asks of its owner. Each is called in order and awaited. */
export interface SourceEvents {
  /**
   * Before the first record of an assignment. Answers where each partition begins. Partitions that were kept
   * through a rebalance are not asked again.
   */
  onAssigned(
    partitions: readonly AssignedPartition[],
    epoch: number,
  ): Promise<ReadonlyMap<number, StartPosition>>;
  /** Before the group moves partitions: stop dispatching, drain for at most `budgetMs`, commit. */
  onRevoking(budgetMs: number): Promise<void>;
  /** After the group moved: the partitions that are no longer ours. */
  onRevoked(partitions: readonly number[], epoch: number): void;
  /** The membership was lost without a chance to commit. */
  onLost(): void;
  /** One partition cannot go on. */
  onBlocked(partition: number, error: GluttonyError): void;
  /** The source cannot go on and should be made anew. */
  onFatal(error: GluttonyError): void;
}

/** A mark to commit. */
export interface Mark {
  readonly partition: number;
  readonly offset: bigint;
}

/** Reads one topic as one member of one group. Implemented by `@gluttony/kafka`. */
export interface RecordSource {
  /** Joins the group. Throws `kafka.unreachable` or `kafka.topic_missing`. */
  start(events: SourceEvents): Promise<void>;
  /** Ends when the source stops. The adapter never waits for whoever iterates. */
  batches(): AsyncIterable<Batch>;
  pause(partitions: readonly number[]): void;
  resume(partitions: readonly number[]): void;
  /** One attempt; answers which marks the broker took. Only partitions of the current assignment are sent. */
  commit(marks: readonly Mark[]): Promise<readonly Mark[]>;
  /** Fetches anew from the position that reading had come to; the first rung of the watchdog's ladder. */
  refetch(partitions: readonly number[]): void;
  /**
   * Whether the group still holds this member's place, judged by the monotonic clock alone: false once the last
   * heartbeat that was answered is older than the session time-out. Asked right before each call to a target.
   */
  hasLease(): boolean;
  /** Members of the group as the coordinator lists them. */
  members(): Promise<readonly GroupMember[]>;
  /** Log start and last stable offset per partition; also of partitions of other members. */
  logBounds(): Promise<ReadonlyMap<number, { readonly start: bigint; readonly end: bigint }>>;
  /** Milliseconds for which the broker keeps the topic's records; null when it keeps them for ever. */
  retentionMs(): Promise<number | null>;
  health(): {
    readonly lastFetchAgeMs: number;
    readonly lastHeartbeatAgeMs: number;
    readonly assigned: readonly number[];
  };
  /** Leaves the group; bounded by `budgetMs`. Called after the drain. */
  stop(budgetMs: number): Promise<void>;
}

/** One member of a group. */
export interface GroupMember {
  readonly clientId: string;
  readonly host: string;
}

/** Makes sources; one per running consumer. */
export interface RecordSources {
  create(settings: SourceSettings): RecordSource;
}

/** How far one partition got since the last save. */
export interface Advance {
  readonly partition: number;
  readonly topicId: string;
  /** The mark that the store must still hold; anything else means another host owns the partition. */
  readonly from: bigint;
  /** How often the position had been written when it was last seen; more means that another host wrote it since. */
  readonly saves: bigint;
  readonly to: bigint;
  readonly endings: EndingCounts;
  /** Records filtered, per rule; sums to `endings.filtered`. */
  readonly filteredByRule: ReadonlyMap<string, number>;
  /** What ended above the mark, to be kept beside it; null when nothing did. */
  readonly endedAbove: Uint8Array | null;
  /** Records above the mark that failed and wait; replaces what was remembered. Null keeps it. */
  readonly waiting: readonly WaitingRecord[] | null;
}

/** Remembers marks and endings. Implemented by `@gluttony/postgres`. */
export interface Positions {
  load(consumerId: string, topic: string): Promise<readonly Position[]>;
  /** Makes the first entry of a partition; keeps an existing one. */
  begin(consumerId: string, position: Position): Promise<void>;
  /**
   * Moves marks and adds endings in one transaction, and `count` with them. Answers the partitions that
   * moved; the others were moved by another host, so their offsets are not ours to count. Throws
   * `delivery.unbalanced` when an account does not add up; then nothing moved.
   */
  advance(consumerId: string, topic: string, advances: readonly Advance[]): Promise<ReadonlySet<number>>;
}

/** A record to set aside. */
export interface ParkedRecord {
  readonly consumerId: string;
  readonly topicId: string;
  readonly record: RawRecord;
  readonly failure: Failure;
  readonly attempts: number;
  readonly release: string;
  readonly idempotencyKey: string;
  /** Keyed hash of the ordering key. */
  readonly subject: string;
  /** Parked only because an earlier record of its key is (`delivery.parking: "key"`). */
  readonly isBehind: boolean;
  /** `reference` keeps no bytes. */
  readonly bytes: "encrypted" | "reference";
}

/** A dead letter that a person asked to run again. */
export interface ReplayRequest {
  readonly id: string;
  readonly record: RawRecord;
  readonly idempotencyKey: string;
  readonly attempts: number;
  readonly subject: string;
}

/** By partition and subject the lowest offset that is set aside. */
export type ParkedSubjects = ReadonlyMap<number, ReadonlyMap<string, bigint>>;

/** Keeps records that were set aside. Implemented by `@gluttony/postgres`. */
export interface DeadLetters {
  /**
   * Durable when it resolves; parking the same record twice is one dead letter. A record below the remembered mark has its ending:
   * parking it comes from a host whose time is over, and does nothing.
   */
  park(parked: ParkedRecord): Promise<void>;
  /**
   * Takes up to `limit` letters of these partitions that wait to be replayed, oldest first, each by one host
   * only; a letter whose host died is taken again later. Obeys the rate of each replay order. Of one subject only
   * the earliest letter that waits is taken while another of its letters is taken and not finished.
   */
  takeReplays(
    consumerId: string,
    wanted: { readonly partitions: readonly number[]; readonly limit: number },
  ): Promise<readonly ReplayRequest[]>;
  /**
   * Ends one replay: null means that it ended well, else the letter is parked again and counts towards its order's
   * `failuresMax`. After a good end letters that were parked behind it are set to be replayed, the next one first.
   * Answers the lowest offset at which a letter of the subject still is parked or waits; null when there is none.
   */
  finishReplay(id: string, failure: Failure | null): Promise<{ readonly firstOpen: bigint | null }>;
  /**
   * Subjects of these partitions with a letter that is parked or waits to be replayed, and the lowest offset of
   * each; for `delivery.parking: "key"`.
   */
  parkedSubjects(consumerId: string, partitions: readonly number[]): Promise<ParkedSubjects>;
}

/** Where a row's version stands in its source. */
export interface VersionPosition {
  /** Compares byte by byte with positions of the same kind, which is the first byte. */
  readonly position: Uint8Array;
  /** When the source committed it, milliseconds since the epoch; null when it does not say. */
  readonly committedAtMs: number | null;
}

/**
 * What the fence says of a version: it may pass; a newer one went before; or it is older by position and yet
 * newer by the source's clock, as after the restore of a source database.
 */
export type FenceAnswer = "passes" | "stale" | "went back";

/** Remembers per subject the newest version that was handed to a handler. Implemented by `@gluttony/postgres`. */
export interface Fence {
  /**
   * Compares and raises in one step: a version that is not older than the remembered one, or of another kind,
   * takes its place. Answers every subject that was asked for.
   */
  raise(
    consumerId: string,
    versions: ReadonlyMap<string, VersionPosition>,
  ): Promise<ReadonlyMap<string, FenceAnswer>>;
}

/** Hashes ordering keys with a secret key, so that nothing that rests names a person. */
export interface SubjectHash {
  /** 32 hexadecimal digits, the same on every host. */
  of(orderingKey: string): string;
}

/** Writes what this host sees, so that any host can show it. Implemented by `@gluttony/postgres`. */
export interface Observations {
  write(states: readonly ObservedState[]): Promise<void>;
  /** Adds lines to the history of consumers. */
  remember(changes: readonly StateChange[]): Promise<void>;
  /** Removes what this host said of consumers that no longer exist or that it let go. */
  forget(hostId: string, consumerIds: readonly string[]): Promise<void>;
}

/** Makes sure that the connector and the topic behind a consumer exist. Implemented by `@gluttony/connect`. */
export interface Connectors {
  /** Idempotent. Throws GluttonyError (`connect.*`, `secret.*`, `kafka.topic_missing`). */
  ensure(consumer: Consumer): Promise<void>;
  /** Removes connectors that no consumer uses any more; answers their names. */
  removeUnused(): Promise<readonly string[]>;
}

/** The rows of `cdc.consumer`. Implemented by `@gluttony/postgres`. */
export interface DesiredConsumers {
  list(): Promise<readonly ConsumerRow[]>;
  /** Calls `onChange` after every change of any row (at once by NOTIFY); ends with the signal. */
  listen(onChange: () => void, signal: AbortSignal): Promise<void>;
}

/** Time, so that the simulation can own it. */
export interface Clock {
  /** Milliseconds that never go back. */
  monotonicMs(): number;
  /** Milliseconds since the epoch. */
  wallMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after the time; the answer cancels it. */
  later(ms: number, callback: () => void): () => void;
}

/** Numbers from 0 (included) to 1, so that the simulation can draw them from its seed. */
export type Random = () => number;
