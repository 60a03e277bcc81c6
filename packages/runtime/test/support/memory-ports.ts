import type { AttemptRequest, AttemptResult, Cell } from "@gluttony/core";
import type { Consumer, Failure, Position } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { TargetBreakers } from "../../src/breakers.ts";
import { systemClock } from "../../src/clock.ts";
import { ConsumerRun } from "../../src/consume.ts";
import type {
  Advance,
  Batch,
  Fence,
  FenceAnswer,
  FoundSchema,
  GroupMember,
  Mark,
  ParkedRecord,
  RecordSource,
  ReplayRequest,
  SchemaRegistry,
  SourceEvents,
  VersionPosition,
} from "../../src/ports.ts";

/** A source that the test feeds by hand. */
export class MemorySource implements RecordSource {
  readonly committed: Mark[] = [];
  readonly paused = new Set<number>();
  /** Partitions that were fetched anew. */
  readonly refetched: number[] = [];
  /** Members of the group, as the coordinator would list them. */
  listed: readonly GroupMember[] = [];
  isStopped = false;
  isLeased = true;
  #events: SourceEvents | null = null;
  #queue: Batch[] = [];
  #wake: (() => void) | null = null;

  readonly assigned: readonly number[];

  constructor(assigned: readonly number[]) {
    this.assigned = assigned;
  }

  async start(events: SourceEvents): Promise<void> {
    this.#events = events;
    const partitions = this.assigned.map((partition) => ({
      partition,
      topicId: "id-1",
      committed: null,
      logStart: 0n,
      logEnd: 1_000n,
      partitions: this.assigned.length,
    }));
    await events.onAssigned(partitions, 1);
  }

  get events(): SourceEvents {
    if (this.#events === null) throw new Error("not started");
    return this.#events;
  }

  feed(batch: Partial<Batch> & { readonly records: readonly RawRecord[] }): void {
    const first = batch.records[0]?.offset ?? 0n;
    const last = batch.records.at(-1)?.offset ?? -1n;
    this.#queue.push({
      partition: 0,
      epoch: 1,
      positionBefore: first,
      positionAfter: last + 1n,
      lastStableOffset: last + 1n,
      ...batch,
    });
    this.#wake?.();
  }

  async *batches(): AsyncGenerator<Batch> {
    while (!this.isStopped) {
      const next = this.#queue.shift();
      if (next !== undefined) yield next;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  pause(partitions: readonly number[]): void {
    for (const partition of partitions) this.paused.add(partition);
  }

  resume(partitions: readonly number[]): void {
    for (const partition of partitions) this.paused.delete(partition);
  }

  async commit(marks: readonly Mark[]): Promise<readonly Mark[]> {
    this.committed.push(...marks);
    return marks;
  }

  refetch(partitions: readonly number[]): void {
    this.refetched.push(...partitions);
  }

  hasLease(): boolean {
    return this.isLeased;
  }

  async members(): Promise<readonly GroupMember[]> {
    return this.listed;
  }

  async logBounds(): Promise<ReadonlyMap<number, { start: bigint; end: bigint }>> {
    return new Map();
  }

  async retentionMs(): Promise<number | null> {
    return null;
  }

  health(): ReturnType<RecordSource["health"]> {
    return { lastFetchAgeMs: 0, lastHeartbeatAgeMs: 0, assigned: this.assigned };
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.#wake?.();
  }
}

/** Positions that compare and set as the real ones do. */
export class MemoryPositions {
  readonly byPartition = new Map<number, Position>();

  async load(): Promise<readonly Position[]> {
    return [...this.byPartition.values()];
  }

  async begin(_consumerId: string, position: Position): Promise<void> {
    if (!this.byPartition.has(position.partition))
      this.byPartition.set(position.partition, { saves: 0n, ...position });
  }

  async advance(
    _consumerId: string,
    _topic: string,
    advances: readonly Advance[],
  ): Promise<ReadonlySet<number>> {
    const moved = new Set<number>();
    for (const { partition, from, saves, to, endings, endedAbove, waiting } of advances) {
      const held = this.byPartition.get(partition);
      if (held === undefined || held.mark !== from || held.saves !== saves) continue;
      const sum = Object.fromEntries(
        Object.entries(held.endings).map(([kind, count]) => [
          kind,
          count + endings[kind as keyof typeof endings],
        ]),
      );
      this.byPartition.set(partition, {
        ...held,
        mark: to,
        saves: saves + 1n,
        endings: sum as unknown as Position["endings"],
        endedAbove,
        ...(waiting === null ? {} : { waiting }),
      });
      moved.add(partition);
    }
    return moved;
  }
}

/** A cell whose answers the test decides; remembers what it was asked, in order. */
export class MemoryCell implements Cell {
  readonly release = "memory@1.0.0";
  readonly asked: AttemptRequest[] = [];
  recycled = 0;
  answer: (request: AttemptRequest) => AttemptResult | Promise<AttemptResult> = () => ({ kind: "done" });

  async attempt(request: AttemptRequest): Promise<AttemptResult> {
    this.asked.push(request);
    return this.answer(request);
  }

  /** What it says of settings. */
  refusal: Failure | null = null;

  async checkSettings(): Promise<Failure | null> {
    return this.refusal;
  }

  observe(): ReturnType<Cell["observe"]> {
    return {
      release: this.release,
      state: "ready",
      pid: null,
      crashes: 0,
      heartbeatAgeMs: null,
      residentBytes: null,
    };
  }

  recycle(): void {
    this.recycled += 1;
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

/** A fence that compares and raises as the real one does. */
export class MemoryFence implements Fence {
  readonly versions = new Map<string, VersionPosition>();

  async raise(
    _consumerId: string,
    versions: ReadonlyMap<string, VersionPosition>,
  ): Promise<ReadonlyMap<string, FenceAnswer>> {
    return new Map([...versions].map(([subject, version]) => [subject, this.#raise(subject, version)]));
  }

  #raise(subject: string, version: VersionPosition): FenceAnswer {
    const known = this.versions.get(subject);
    const isOlder = known !== undefined && Buffer.compare(version.position, known.position) < 0;
    if (!isOlder) {
      this.versions.set(subject, version);
      return "passes";
    }
    const byClockMs = (version.committedAtMs ?? 0) - (known.committedAtMs ?? 0);
    return byClockMs > 60_000 ? "went back" : "stale";
  }
}

/** Says nothing. */
export const silentLog = {
  debug: (): undefined => undefined,
  info: (): undefined => undefined,
  warn: (): undefined => undefined,
  error: (): undefined => undefined,
};

/** A registry that answers what the test says, and notes what it was asked for. */
export class MemorySchemas implements SchemaRegistry {
  readonly asked: string[] = [];
  answers: (ref: string) => FoundSchema = (ref) => ({
    asked: "http://registry.test",
    failure: { kind: "record", code: "record.schema_unknown", message: `No schema ${ref}.` },
  });

  async find(ref: string): Promise<FoundSchema> {
    this.asked.push(ref);
    return this.answers(ref);
  }
}

/** A consumer run on memory alone. */
export function memoryRun(
  partitions: readonly number[],
  delivery: Partial<Consumer["delivery"]> = {},
  positions: MemoryPositions = new MemoryPositions(),
  changes: Partial<Consumer> = {},
) {
  const schemas = new MemorySchemas();
  const source = new MemorySource(partitions);
  const cell = new MemoryCell();
  const parked: ParkedRecord[] = [];
  const deadLetters = {
    park: async (record: ParkedRecord): Promise<void> => {
      parked.push(record);
    },
    replays: [] as ReplayRequest[],
    finished: [] as { readonly id: string; readonly code: string | null }[],
    firstOpen: null as bigint | null,
    subjects: new Map<number, ReadonlyMap<string, bigint>>(),
    takeReplays: async (): Promise<readonly ReplayRequest[]> => deadLetters.replays.splice(0),
    finishReplay: async (id: string, failure: { readonly code: string } | null) => {
      deadLetters.finished.push({ id, code: failure?.code ?? null });
      return { firstOpen: deadLetters.firstOpen };
    },
    parkedSubjects: async () => deadLetters.subjects,
  };
  const fence = new MemoryFence();
  const breakers = new TargetBreakers(systemClock, () => 0.5);
  const meters = {
    received: () => undefined,
    attempted: () => undefined,
    isSampleDue: () => false,
    acknowledged: () => undefined,
    committed: () => undefined,
    retried: () => undefined,
    ended: () => undefined,
  };
  const consumer = { ...memoryConsumer(delivery), ...changes };
  const cellConsumer = {
    id: "1",
    name: "c",
    revision: 1n,
    handler: "h",
    config: {},
    deadlineMs: 1_000,
    graceMs: 1_000,
  };
  const run = new ConsumerRun(
    {
      source,
      cell,
      positions,
      deadLetters,
      fence,
      schemas,
      subjects: { of: (key) => `subject of ${key}` },
      breakers,
      errors: { note: () => undefined },
      clock: systemClock,
      random: () => 0.5,
      log: silentLog,
      meters,
    },
    { consumer, cellConsumer },
  );
  return { run, source, positions, cell, parked, deadLetters, fence, breakers, schemas, ended: run.run() };
}

export function memoryConsumer(delivery: Partial<Consumer["delivery"]> = {}): Consumer {
  return {
    id: "1",
    name: "c",
    revision: 1n,
    isValid: true,
    topic: "t",
    group: "g",
    handlerFunc: "h",
    globalKey: [],
    source: null,
    handler: {},
    delivery: {
      concurrency: 8,
      deadlineMs: 1_000,
      graceMs: 1_000,
      attemptsMax: 3,
      backoffFirstMs: 1,
      backoffMaxMs: 5,
      inFlightMax: 100,
      retryAgeMaxMs: 86_400_000,
      inFlightBytesMax: 64 * 1024 * 1024,
      parkedPercentMax: 90,
      parking: "record",
      deadLetterBytes: "encrypted",
      fence: "off",
      recordBytesMax: 1_000_000,
      depthMax: 64,
      startFrom: "earliest",
      replicaIdentity: "default",
      format: "auto",
      ...delivery,
    },
    filter: { operations: [] },
    plugin: { rollback: "auto", rollbackWindowMs: 60_000, rollbackPercentMax: 50, rollbackAttemptsMin: 20 },
    connector: { partitions: 1, options: {} },
    decoding: {
      tables: {},
      modes: { time: "adaptive", decimal: "precise", binary: "bytes", hstore: "json", interval: "numeric" },
      tombstones: "filter",
    },
  };
}

/** A record whose value is any JSON; null makes a tombstone. */
export function recordOf(offset: number, key: string, value: string | null = "{}"): RawRecord {
  return {
    topic: "t",
    partition: 0,
    offset: BigInt(offset),
    timestampMs: 0,
    key: Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: [],
  };
}
