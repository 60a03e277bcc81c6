import type { RawRecord } from "@gluttony/sdk/codecs";
import { ByteReader } from "./byte-reader.ts";
import { type Codec, codecOf, inflate } from "./codecs.ts";
import { crc32c } from "./crc32c.ts";
import { recordOf } from "./record.ts";

/** Bytes of a record batch before its records. */
const HEADER_BYTES = 61;
/** Bytes before the part of a batch that its length field counts. */
const LENGTH_BYTES = 12;
/** The checksum, and where the part that it guards begins. */
const CRC_AT = 17;
const CRC_FROM = 21;
const MAGIC = 2;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
const LOG_APPEND_TIME = 0x08;
/** The type that a control record carries behind the version in its key. */
const ABORT_MARKER = 0;

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** Where the bytes come from, and which transactions in them were aborted, by the broker's word. */
export interface FetchedFrom {
  readonly topic: string;
  readonly partition: number;
  readonly aborted: readonly AbortedTransaction[];
  /** What this response may still grow by when inflated. */
  readonly budget: InflateBudget;
}

/** Bytes of records that may still be inflated; shared by all partitions of a response. */
export interface InflateBudget {
  leftBytes: number;
}

/** A record batch that cannot be read, and why. */
export interface UnreadableBatch {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  readonly codec: Codec | "unknown";
  readonly reason: string;
}

/** What the complete record batches of one partition hold. */
export interface PartitionRead {
  /** Committed records in order; may begin below the position that was asked for. */
  readonly records: readonly RawRecord[];
  /** Past the last complete batch that could be read, whatever is in it; null when there is none. */
  readonly positionAfter: bigint | null;
  readonly unreadable: UnreadableBatch | null;
}

/** The fields of a batch's header that reading needs. */
export interface BatchHeader {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly attributes: number;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: bigint;
  readonly count: number;
  readonly isLogAppendTime: boolean;
}

/**
 * Reads all complete record batches, leaving out control records and records of aborted transactions the way the Java
 * client does: a producer's records count as aborted from the first offset that the broker names to the abort marker,
 * which only a control batch can be. The last batch may be cut off by the fetch's size; it is left for the next fetch,
 * and so is all behind the first batch once the budget is spent: small batches that grow large must not all be held.
 */
export function readRecordBatches(bytes: Buffer, from: FetchedFrom): PartitionRead {
  const records: RawRecord[] = [];
  const transactions = new Transactions(from.aborted);
  let positionAfter: bigint | null = null;
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const end = at + LENGTH_BYTES + bytes.readInt32BE(at + 8);
    if (end > bytes.length || (positionAfter !== null && from.budget.leftBytes <= 0)) break;
    const header = headerOf(bytes.subarray(at));
    if (end - at < HEADER_BYTES) return { records, positionAfter, unreadable: tooShort(header) };
    const batch = bytes.subarray(at, end);
    const unreadable = readBatch(batch, header, { from, transactions, records });
    if (unreadable !== null) return { records, positionAfter, unreadable };
    positionAfter = header.lastOffset + 1n;
    at = end;
  }
  return { records, positionAfter, unreadable: null };
}

interface Sink {
  readonly from: FetchedFrom;
  readonly transactions: Transactions;
  readonly records: RawRecord[];
}

function readBatch(batch: Buffer, header: BatchHeader, sink: Sink): UnreadableBatch | null {
  const magic = batch.readInt8(16);
  const codec = codecOf(header.attributes);
  const { baseOffset: firstOffset, lastOffset } = header;
  if (magic !== MAGIC || codec === null) {
    const reason = magic === MAGIC ? "unknown codec" : `message format ${magic}`;
    return { firstOffset, lastOffset, codec: codec ?? "unknown", reason };
  }
  try {
    if (crc32c(batch.subarray(CRC_FROM)) !== batch.readUInt32BE(CRC_AT))
      throw new RangeError("wrong checksum");
    const isDelivered = sink.transactions.admits(header, batch);
    if (isDelivered) addRecords(batch, header, { codec, sink });
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown";
    return { firstOffset, lastOffset, codec, reason };
  }
}

function addRecords(
  batch: Buffer,
  header: BatchHeader,
  { codec, sink }: { readonly codec: Codec; readonly sink: Sink },
): void {
  const inflated = inflate(codec, batch.subarray(HEADER_BYTES));
  const reader = new ByteReader(inflated);
  const { topic, partition, budget } = sink.from;
  if (codec !== "none") budget.leftBytes -= inflated.length;
  const decoded: RawRecord[] = [];
  for (let index = 0; index < header.count; index++) {
    decoded.push(recordOf(reader, header, { topic, partition }));
  }
  // Only now, so that a batch which breaks off in the middle leaves nothing behind.
  for (const record of decoded) sink.records.push(record);
}

function tooShort({ baseOffset }: BatchHeader): UnreadableBatch {
  return {
    firstOffset: baseOffset,
    lastOffset: baseOffset,
    codec: "unknown",
    reason: "shorter than its header",
  };
}

function headerOf(batch: Buffer): BatchHeader {
  const baseOffset = batch.readBigInt64BE(0);
  const attributes = batch.readInt16BE(21);
  return {
    baseOffset,
    lastOffset: baseOffset + BigInt(batch.readInt32BE(23)),
    attributes,
    baseTimestampMs: Number(batch.readBigInt64BE(27)),
    maxTimestampMs: Number(batch.readBigInt64BE(35)),
    producerId: batch.readBigInt64BE(43),
    count: batch.readInt32BE(57),
    isLogAppendTime: (attributes & LOG_APPEND_TIME) !== 0,
  };
}

/** Knows, walking the batches in order, whose records are aborted. */
class Transactions {
  readonly #ahead: AbortedTransaction[];
  readonly #aborted = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = aborted.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  }

  /** True if the batch's records are the application's and committed. */
  admits(header: BatchHeader, batch: Buffer): boolean {
    while (this.#ahead[0] !== undefined && this.#ahead[0].firstOffset <= header.lastOffset) {
      this.#aborted.add(this.#ahead[0].producerId);
      this.#ahead.shift();
    }
    if ((header.attributes & CONTROL) !== 0) {
      if (header.count > 0 && markerOf(batch, header) === ABORT_MARKER)
        this.#aborted.delete(header.producerId);
      return false;
    }
    return (header.attributes & TRANSACTIONAL) === 0 || !this.#aborted.has(header.producerId);
  }
}

function markerOf(batch: Buffer, header: BatchHeader): number | null {
  const reader = new ByteReader(batch.subarray(HEADER_BYTES));
  const { key } = recordOf(reader, header, { topic: "", partition: 0 });
  return key === null || key.length < 4 ? null : Buffer.from(key).readInt16BE(2);
}
