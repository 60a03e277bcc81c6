import type { RawRecord } from "@gluttony/sdk/codecs";
import type { ChangeReader } from "../change-ports.ts";
import { sizeOf } from "./record-view.ts";
import type { SearchRange } from "./search-plan.ts";

/** How far one request may go. */
export interface SearchLimits {
  readonly items: number;
  readonly records: number;
  readonly bytes: number;
  readonly timeMs: number;
}

/** Of one request, whoever asks. */
export const searchLimits: Omit<SearchLimits, "items"> = {
  records: 20_000,
  bytes: 32 * 1024 * 1024,
  timeMs: 5_000,
};

/** What a search came to. */
export interface SearchOutcome<Item> {
  readonly items: readonly Item[];
  /** Offsets that were walked over, holes included. */
  readonly walked: bigint;
  readonly records: number;
  readonly bytes: number;
  /** Null when everything was searched. */
  readonly stoppedBy: "limit" | "records" | "bytes" | "time" | null;
  /** The place that was not looked at; null when there is none. */
  readonly next: { readonly partition: number; readonly offset: bigint } | null;
  /** Batches that could not be read. */
  readonly unreadable: number;
}

/** What a search is made with. */
export interface SearchMeans<Item> {
  readonly topic: string;
  readonly reader: Pick<ChangeReader, "readChunk">;
  /** The item of a record that is wanted; null of any other. */
  readonly wanted: (record: RawRecord) => Promise<Item | null>;
  readonly nowMs: () => number;
}

/** Walks ranges in their order until they end or a limit is met; at least one chunk is looked at. */
export async function search<Item>(
  ranges: readonly SearchRange[],
  limits: SearchLimits,
  { topic, reader, wanted, nowMs }: SearchMeans<Item>,
): Promise<SearchOutcome<Item>> {
  const until = nowMs() + limits.timeMs;
  const items: Item[] = [];
  const sum = { walked: 0n, records: 0, bytes: 0, unreadable: 0 };
  const stopped = (): SearchOutcome<Item>["stoppedBy"] => {
    if (items.length >= limits.items) return "limit";
    if (sum.records >= limits.records) return "records";
    if (sum.bytes >= limits.bytes) return "bytes";
    return nowMs() >= until ? "time" : null;
  };
  for (const { partition, from, to } of ranges) {
    let offset = from;
    while (offset < to) {
      const chunk = await reader.readChunk({ topic, partition, offset });
      if (chunk.isUnreadable) sum.unreadable += 1;
      // Nothing is there although the log says so: deleted meanwhile, or not readable yet.
      let end = chunk.next > offset ? least(chunk.next, to) : to;
      for (const record of chunk.records) {
        if (record.offset >= to) break;
        const stop = stopped();
        if (stop !== null && record.offset > from) {
          end = record.offset;
          break;
        }
        sum.records += 1;
        sum.bytes += sizeOf(record);
        const item = await wanted(record);
        if (item !== null) items.push(item);
      }
      sum.walked += end - offset;
      offset = end;
      const stoppedBy = stopped();
      const next = offset < to ? { partition, offset } : following(ranges, partition);
      if (stoppedBy !== null && next !== null) return { items, ...sum, stoppedBy, next };
    }
  }
  return { items, ...sum, stoppedBy: null, next: null };
}

function following(ranges: readonly SearchRange[], partition: number): SearchOutcome<never>["next"] {
  const index = ranges.findIndex((range) => range.partition === partition);
  const rest = ranges.slice(index + 1).find(({ from, to }) => to > from);
  return rest === undefined ? null : { partition: rest.partition, offset: rest.from };
}

function least(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
