import { setTimeout as sleep } from "node:timers/promises";
import type { GluttonyError } from "@gluttony/model";
import type {
  AssignedPartition,
  Batch,
  Mark,
  RecordSource,
  SourceEvents,
  StartPosition,
} from "@gluttony/runtime";
import type { RawRecord } from "@gluttony/sdk/codecs";

export const silentLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Decides where a partition begins; the usual answer is the committed offset, else the log's start. */
export type Decide = (partition: AssignedPartition) => StartPosition | Promise<StartPosition>;

/** What an owner saw and said, in order. */
export interface Told {
  readonly assigned: AssignedPartition[][];
  readonly revoked: number[][];
  readonly blocked: [number, GluttonyError][];
  readonly fatal: GluttonyError[];
  readonly batches: Batch[];
  readonly records: RawRecord[];
  /** Past the last batch, for each partition. */
  readonly marks: Map<number, bigint>;
  lost: number;
  revoking: number;
}

export interface Owner {
  readonly source: RecordSource;
  readonly told: Told;
  readonly events: SourceEvents;
  start(): Promise<void>;
  commit(): Promise<readonly Mark[]>;
  stop(budgetMs?: number): Promise<void>;
}

/** Whoever owns a source in production, reduced to taking every batch at once and committing when asked to drain. */
export function ownerOf(source: RecordSource, decide: Decide = committedOrStart): Owner {
  const told: Told = {
    assigned: [],
    revoked: [],
    blocked: [],
    fatal: [],
    batches: [],
    records: [],
    marks: new Map(),
    lost: 0,
    revoking: 0,
  };
  const commit = (): Promise<readonly Mark[]> =>
    source.commit([...told.marks].map(([partition, offset]) => ({ partition, offset })));
  const events: SourceEvents = {
    async onAssigned(partitions) {
      told.assigned.push([...partitions]);
      const starts = new Map<number, StartPosition>();
      for (const partition of partitions) starts.set(partition.partition, await decide(partition));
      return starts;
    },
    async onRevoking() {
      told.revoking += 1;
      await commit();
    },
    onRevoked: (partitions) => void told.revoked.push([...partitions]),
    onLost: () => void (told.lost += 1),
    onBlocked: (partition, error) => void told.blocked.push([partition, error]),
    onFatal: (error) => void told.fatal.push(error),
  };
  let reading = Promise.resolve();
  return {
    source,
    told,
    events,
    async start() {
      await source.start(events);
      reading = read(source, told);
    },
    commit,
    async stop(budgetMs = 5_000) {
      await source.stop(budgetMs);
      await reading;
    },
  };
}

async function read(source: RecordSource, told: Told): Promise<void> {
  for await (const batch of source.batches()) {
    told.batches.push(batch);
    told.records.push(...batch.records.map(copied));
    told.marks.set(batch.partition, batch.positionAfter);
  }
}

function copied(record: RawRecord): RawRecord {
  const copy = (bytes: Uint8Array | null): Uint8Array | null => bytes && Buffer.from(bytes);
  return { ...record, key: copy(record.key), value: copy(record.value) };
}

export function committedOrStart({ committed, logStart }: AssignedPartition): StartPosition {
  return { kind: "start", offset: committed ?? logStart };
}

/** Waits for a condition; a test that waits in vain fails by what it then finds. */
export async function until(condition: () => boolean, limitMs = 20_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!condition() && performance.now() < end) await sleep(20);
}

export function textOf(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString("utf8");
}
