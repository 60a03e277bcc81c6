import { sizeOf } from "../changes/record-view.ts";
import type { RecordView } from "../changes/record-view.ts";
import type { OpenLedger, RecordOutcome } from "../record-ports.ts";
import { type FollowedRecord, outcomeView } from "../records/followed-record.ts";
import { isOfOutcome, type RecordsFilter } from "../records/wish.ts";
import type { RawRecord } from "@gluttony/sdk/codecs";

/** Records that one stream follows until they end, and their bytes. */
export const followedMax: { readonly records: number; readonly bytes: number } = {
  records: 500,
  bytes: 4 * 1024 * 1024,
};
/** Milliseconds that a new record may take to end before it is told as it is; most are told once. */
const settleMs = 1_000;

interface Followed {
  readonly record: RawRecord;
  readonly view: RecordView;
  readonly sinceMs: number;
  readonly sizeBytes: number;
  /** What was told of it last; null while nothing was. */
  told: string | null;
}

/** The records of one stream that have not ended, or were not told yet. What is told is told again when it changes. */
export class ToldRecords {
  readonly #filter: RecordsFilter;
  #followed: Followed[] = [];

  constructor(filter: RecordsFilter) {
    this.#filter = filter;
  }

  get isEmpty(): boolean {
    return this.#followed.length === 0;
  }

  /** Takes a record in; its bytes are copied, since those of a fetch hold a megabyte. */
  add(record: RawRecord, view: RecordView, nowMs: number): void {
    const sizeBytes = sizeOf(record);
    this.#followed.push({ record: ownBytes(record), view, sinceMs: nowMs, sizeBytes, told: null });
  }

  /** Gives up the oldest beyond the limits. Answers how many that are. */
  cut(): number {
    let bytes = this.#followed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let dropped = 0;
    while (this.#followed.length > followedMax.records || bytes > followedMax.bytes) {
      bytes -= this.#followed.shift()?.sizeBytes ?? 0;
      dropped += 1;
    }
    return dropped;
  }

  /** What is to be told now. */
  async told(ledger: OpenLedger, nowMs: number): Promise<readonly FollowedRecord[]> {
    const telling: FollowedRecord[] = [];
    const open: Followed[] = [];
    for (const followed of this.#followed) {
      const outcome = await ledger.outcomeOf(followed.record);
      const isRipe = outcome.isEnded || followed.told !== null || nowMs - followed.sinceMs >= settleMs;
      const standing = standingOf(outcome);
      if (isRipe && followed.told !== standing) {
        followed.told = standing;
        if (isOfOutcome(outcome, this.#filter))
          telling.push({ ...followed.view, outcome: outcomeView(outcome) });
      }
      if (!outcome.isEnded) open.push(followed);
    }
    this.#followed = open;
    return telling;
  }

  /** By partition the lowest offset of which nothing was told yet. */
  untold(): ReadonlyMap<number, bigint> {
    const lowest = new Map<number, bigint>();
    for (const { record, told } of this.#followed) {
      const before = lowest.get(record.partition);
      if (told === null && (before === undefined || record.offset < before))
        lowest.set(record.partition, record.offset);
    }
    return lowest;
  }
}

/** What of an outcome, when it changes, is news. */
function standingOf({ name, attempts, nextAttemptAt, code }: RecordOutcome): string {
  return [name, attempts, nextAttemptAt?.getTime(), code].join(" ");
}

function ownBytes(record: RawRecord): RawRecord {
  const { key, value, headers } = record;
  return {
    ...record,
    key: key === null ? null : Uint8Array.from(key),
    value: value === null ? null : Uint8Array.from(value),
    headers: headers.map((header) => ({
      name: header.name,
      value: header.value === null ? null : Uint8Array.from(header.value),
    })),
  };
}
