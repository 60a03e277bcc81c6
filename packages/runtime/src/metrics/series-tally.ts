import { durationBuckets, type EndingKind } from "@gluttony/model";

/** What a host counted of one consumer between two beats, for the series that gluttony keeps itself. */
export interface SeriesCounts {
  readonly consumerId: string;
  readonly received: number;
  readonly done: number;
  readonly filtered: number;
  readonly skipped: number;
  readonly parked: number;
  readonly retried: number;
  readonly commitsFailed: number;
  /** Processes of the cell that died. */
  readonly cellRestarts: number;
  readonly handlerMs: number;
  /** Attempts by the register's buckets of durations; the last one has no bound. */
  readonly handlerCounts: readonly number[];
  readonly ackMs: number;
  readonly ackCounts: readonly number[];
  /** The worst that was seen; null when it was not known. */
  readonly lagRecords: bigint | null;
  readonly lagMs: number | null;
}

/** Counts for the series of one consumer. */
export class SeriesTally {
  readonly #consumerId: string;
  #counts: Counting = nothing();

  constructor(consumerId: string) {
    this.#consumerId = consumerId;
  }

  received(): void {
    this.#counts.received += 1;
    this.#counts.isTouched = true;
  }

  ended(kind: EndingKind): void {
    this.#counts[kind] += 1;
    this.#counts.isTouched = true;
  }

  retried(): void {
    this.#counts.retried += 1;
  }

  commitFailed(): void {
    this.#counts.commitsFailed += 1;
    this.#counts.isTouched = true;
  }

  restarted(times: number): void {
    this.#counts.cellRestarts += times;
  }

  attempted(durationMs: number): void {
    this.#counts.handlerMs += durationMs;
    countIn(this.#counts.handlerCounts, durationMs);
    this.#counts.isTouched = true;
  }

  acknowledged(durationMs: number): void {
    this.#counts.ackMs += durationMs;
    countIn(this.#counts.ackCounts, durationMs);
  }

  /** Notes how far behind it is now. */
  lag(records: bigint, ms: number | null): void {
    const { lagRecords, lagMs } = this.#counts;
    if (lagRecords === null || records > lagRecords) this.#counts.lagRecords = records;
    if (ms !== null && (lagMs === null || ms > lagMs)) this.#counts.lagMs = ms;
    this.#counts.isTouched = true;
  }

  /** What was counted since the last call; null when nothing was. */
  take(): SeriesCounts | null {
    const { isTouched, ...counts } = this.#counts;
    this.#counts = nothing();
    return isTouched ? { consumerId: this.#consumerId, ...counts } : null;
  }
}

interface Counting {
  isTouched: boolean;
  received: number;
  done: number;
  filtered: number;
  skipped: number;
  parked: number;
  retried: number;
  commitsFailed: number;
  cellRestarts: number;
  handlerMs: number;
  readonly handlerCounts: number[];
  ackMs: number;
  readonly ackCounts: number[];
  lagRecords: bigint | null;
  lagMs: number | null;
}

function nothing(): Counting {
  const buckets = durationBuckets.length + 1;
  return {
    isTouched: false,
    received: 0,
    done: 0,
    filtered: 0,
    skipped: 0,
    parked: 0,
    retried: 0,
    commitsFailed: 0,
    cellRestarts: 0,
    handlerMs: 0,
    handlerCounts: Array<number>(buckets).fill(0),
    ackMs: 0,
    ackCounts: Array<number>(buckets).fill(0),
    lagRecords: null,
    lagMs: null,
  };
}

function countIn(counts: number[], durationMs: number): void {
  const seconds = durationMs / 1_000;
  const found = durationBuckets.findIndex((bound) => seconds <= bound);
  const place = found === -1 ? durationBuckets.length : found;
  counts[place] = (counts[place] ?? 0) + 1;
}
