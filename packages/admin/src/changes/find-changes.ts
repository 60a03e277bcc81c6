import { GluttonyError, type MaskingPattern } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import type { ChangeReader } from "../change-ports.ts";
import { limitOf } from "../cursor.ts";
import type { AdminCollaborators } from "../ports.ts";
import type { TopicBounds } from "../position-ports.ts";
import { type KeyPlace, keyPlaceOf } from "./key-place.ts";
import { hasKey, type KeyWish, keyWishOf } from "./key-wish.ts";
import { type RecordView, recordView } from "./record-view.ts";
import { search, searchLimits, type SearchOutcome } from "./search.ts";
import {
  rangesFrom,
  rangesWithin,
  readPlace,
  type SearchPlace,
  type SearchRange,
  searchRanges,
  sizeOfRanges,
  writePlace,
} from "./search-plan.ts";
import { TopicDecoder } from "./topic-decoder.ts";
import type { VisibleTopic } from "./topics-in-reach.ts";

/** What a person looks for; times are RFC 3339. */
export interface ChangesQuery {
  readonly key?: string;
  /** A number, or `all` where the key's own would be searched alone. */
  readonly partition?: string;
  readonly from?: string;
  readonly to?: string;
  /** Offsets of one named partition, the end not included. */
  readonly fromOffset?: string;
  readonly toOffset?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

/** A query, and whether some of what it covers is left out: then all of it is searched, not just the newest. */
interface FilteredQuery extends ChangesQuery {
  readonly isFiltered?: boolean;
}

/** One answer of a search: what was found, and how much of what was to be searched that covers. */
export interface ChangesPage<Item = RecordView> {
  readonly topic: string;
  readonly topicId: string;
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly searched: {
    /** Offsets, also those of the pages before. */
    readonly offsets: string;
    readonly ofOffsets: string;
    readonly isComplete: boolean;
    /** What ended this page before the end. */
    readonly stoppedBy: SearchOutcome<unknown>["stoppedBy"];
    readonly goesOnAt: { readonly partition: number; readonly offset: string } | null;
    readonly partitions: number;
    readonly unreadableBatches: number;
  };
  /** How the key's partition was found; null without a key. */
  readonly keyPlace: KeyPlace | null;
}

type Needed = Pick<AdminCollaborators, "topicBounds" | "offsetsAt" | "log">;

/** What a search works with. */
export interface FindMeans<Item> {
  readonly reader: ChangeReader;
  readonly rules: readonly MaskingPattern[];
  readonly needed: Needed;
  /** What is answered of a record; null of one that is not wanted. */
  readonly itemOf: (record: RawRecord, view: RecordView) => Promise<Item | null>;
}

/** Searches a topic within limits. Throws `kafka.topic_missing`, `request.invalid`, `position.invalid`. */
export async function findChanges<Item>(
  visible: VisibleTopic,
  query: FilteredQuery,
  { reader, rules, needed, itemOf }: FindMeans<Item>,
): Promise<ChangesPage<Item>> {
  const { topic, consumer } = visible;
  const bounds = await boundsOf(topic, needed);
  const place = query.cursor === undefined ? null : readPlace(query.cursor, bounds.topicId);
  const limit = limitOf(query.limit);
  const wish = query.key === undefined ? null : keyWishOf(query.key);
  const keyPlace = wish === null ? null : await keyPlaceOf(wish, topic, { bounds, reader });
  const all = await rangesOf({ topic, query, limit, place, keyPlace }, bounds, needed);
  const left = place === null ? all : rangesFrom(all, place);
  const decoder = new TopicDecoder(reader, consumer);
  const outcome = await search<Item>(
    left,
    { items: limit, ...searchLimits },
    {
      topic,
      reader,
      nowMs: () => performance.now(),
      wanted: async (record) => {
        await decoder.prepare(record);
        if (wish !== null && !isOfKey(record, decoder, wish)) return null;
        return itemOf(record, recordView(record, decoder.codec, { rules }));
      },
    },
  );
  return pageOf({ topic, all, left, outcome, keyPlace, first: firstOf(query, keyPlace, place) }, bounds);
}

async function boundsOf(topic: string, { topicBounds }: Needed): Promise<TopicBounds> {
  const bounds = await topicBounds?.(topic);
  if (bounds === undefined || bounds === null) throw new GluttonyError("kafka.topic_missing", { topic });
  return bounds;
}

export function isOfKey(record: RawRecord, { codec }: TopicDecoder, wish: KeyWish): boolean {
  if (hasKey(record, null, wish)) return true;
  if (wish.columns === null) return false;
  const decoded = codec.decode(record);
  return hasKey(record, "operation" in decoded ? decoded : null, wish);
}

interface RangeWish {
  readonly topic: string;
  readonly query: FilteredQuery;
  readonly limit: number;
  readonly place: SearchPlace | null;
  readonly keyPlace: KeyPlace | null;
}

async function rangesOf(
  { topic, query, limit, place, keyPlace }: RangeWish,
  bounds: TopicBounds,
  { offsetsAt }: Needed,
): Promise<readonly SearchRange[]> {
  const at = async (time: string | undefined): Promise<ReadonlyMap<number, bigint | null> | null> =>
    time === undefined ? null : ((await offsetsAt?.(topic, Date.parse(time))) ?? null);
  const [fromAt, toAt] = await Promise.all([at(query.from), at(query.to)]);
  const { partition } = query;
  const ofKey = partition === undefined ? (keyPlace?.partition ?? null) : null;
  const { key, from, fromOffset, toOffset, cursor, isFiltered = false } = query;
  const given = [key, from, fromOffset, toOffset, cursor].filter((one) => one !== undefined);
  const isBrowsing = !isFiltered && given.length === 0;
  const ranges = searchRanges(
    {
      only: partition === undefined || partition === "all" ? ofKey : Number(partition),
      first: firstOf(query, keyPlace, place),
      fromAt,
      toAt,
      newest: isBrowsing ? limit : null,
    },
    bounds,
  );
  return rangesWithin(ranges, query);
}

/** With `partition=all` the key's own partition is searched before the others. */
function firstOf(query: ChangesQuery, keyPlace: KeyPlace | null, place: SearchPlace | null): number | null {
  if (place !== null) return place.first;
  return query.partition === "all" ? (keyPlace?.partition ?? null) : null;
}

interface Found<Item> {
  readonly topic: string;
  readonly all: readonly SearchRange[];
  readonly left: readonly SearchRange[];
  readonly outcome: SearchOutcome<Item>;
  readonly keyPlace: KeyPlace | null;
  readonly first: number | null;
}

function pageOf<Item>(
  { topic, all, left, outcome, keyPlace, first }: Found<Item>,
  { topicId }: TopicBounds,
): ChangesPage<Item> {
  const { items, next, walked, stoppedBy, unreadable } = outcome;
  const ofOffsets = sizeOfRanges(all);
  return {
    topic,
    topicId,
    items,
    next: next === null ? null : writePlace({ topicId, first, ...next }),
    searched: {
      offsets: String(ofOffsets - sizeOfRanges(left) + walked),
      ofOffsets: String(ofOffsets),
      isComplete: next === null,
      stoppedBy,
      goesOnAt: next === null ? null : { partition: next.partition, offset: String(next.offset) },
      partitions: all.length,
      unreadableBatches: unreadable,
    },
    keyPlace,
  };
}
