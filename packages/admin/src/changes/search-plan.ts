import { GluttonyError } from "@gluttony/model";
import type { TopicBounds } from "../position-ports.ts";

/** Offsets of one partition, the end not included. */
export interface SearchRange {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** Where a search that stopped goes on. */
export interface SearchPlace {
  readonly topicId: string;
  /** The partition searched first; null where all are searched in their order. */
  readonly first: number | null;
  readonly partition: number;
  readonly offset: bigint;
}

/** What is searched: which partitions, and from when to when, as offsets that were looked up. */
export interface SearchWish {
  /** One partition alone; null for all. */
  readonly only: number | null;
  /** Searched before the others. */
  readonly first: number | null;
  /** The first offset of each partition from a time on; null where no time was given. */
  readonly fromAt: ReadonlyMap<number, bigint | null> | null;
  readonly toAt: ReadonlyMap<number, bigint | null> | null;
  /** Only so many of the newest records; null for all. */
  readonly newest: number | null;
}

/** The ranges of a search in the order in which they are walked. Throws `position.invalid` for no such partition. Pure. */
export function searchRanges(wish: SearchWish, { partitions }: TopicBounds): readonly SearchRange[] {
  const { only, first } = wish;
  if (only !== null && !partitions.has(only))
    throw new GluttonyError("position.invalid", { partition: only });
  const numbers = only === null ? [...partitions.keys()].toSorted((left, right) => left - right) : [only];
  const ordered =
    first === null || only !== null ? numbers : [first, ...numbers.filter((number) => number !== first)];
  const each = wish.newest === null ? null : BigInt(Math.ceil(wish.newest / Math.max(1, ordered.length)));
  return ordered.map((partition) => {
    const { start, end } = partitions.get(partition) ?? { start: 0n, end: 0n };
    const to = least(end, wish.toAt === null ? end : (wish.toAt.get(partition) ?? end));
    const since = wish.fromAt === null ? start : (wish.fromAt.get(partition) ?? end);
    const newest = each === null || to - each < start ? start : to - each;
    return { partition, from: least(to, greatest(start, greatest(since, newest))), to };
  });
}

/** What is left of ranges from a place on. Throws `request.invalid` for a place in another topic or none of them. Pure. */
export function rangesFrom(
  ranges: readonly SearchRange[],
  { partition, offset }: SearchPlace,
): readonly SearchRange[] {
  const index = ranges.findIndex((range) => range.partition === partition);
  const range = ranges[index];
  if (range === undefined) throw strangeCursor();
  return [{ ...range, from: least(range.to, greatest(range.from, offset)) }, ...ranges.slice(index + 1)];
}

/** What of the ranges lies between offsets of one partition. Throws `request.invalid` where no partition is named. Pure. */
export function rangesWithin(
  ranges: readonly SearchRange[],
  { partition, fromOffset, toOffset }: OffsetWish,
): readonly SearchRange[] {
  if (fromOffset === undefined && toOffset === undefined) return ranges;
  if (partition === undefined || partition === "all") throw partitionNeeded();
  return ranges.map((range) => {
    const to = toOffset === undefined ? range.to : least(range.to, BigInt(toOffset));
    const from = fromOffset === undefined ? range.from : greatest(range.from, BigInt(fromOffset));
    return { ...range, from: least(range.to, from), to: greatest(least(range.to, from), to) };
  });
}

/** Offsets as a person writes them. */
interface OffsetWish {
  readonly partition?: string;
  readonly fromOffset?: string;
  readonly toOffset?: string;
}

/** How many offsets ranges hold. Pure. */
export function sizeOfRanges(ranges: readonly SearchRange[]): bigint {
  return ranges.reduce((sum, { from, to }) => sum + (to - from), 0n);
}

export function writePlace({ topicId, first, partition, offset }: SearchPlace): string {
  return Buffer.from([first ?? "", partition, offset, topicId].join(":"), "utf8").toString("base64url");
}

/** Throws `request.invalid` for what is no cursor, or one of another life of the topic. */
export function readPlace(cursor: string, topicId: string): SearchPlace {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const [, first, partition, offset, id] = /^(\d{0,7}):(\d{1,7}):(\d{1,19}):(.*)$/.exec(text) ?? [];
  if (partition === undefined || offset === undefined || id !== topicId) throw strangeCursor();
  return {
    topicId,
    first: first === undefined || first === "" ? null : Number(first),
    partition: Number(partition),
    offset: BigInt(offset),
  };
}

function partitionNeeded(): GluttonyError {
  const fault = {
    path: "/partition",
    message: "Offsets are of one partition: name it.",
    suggestion: "partition=0",
  };
  return new GluttonyError("request.invalid", {}, { faults: [fault] });
}

function strangeCursor(): GluttonyError {
  const fault = {
    path: "/cursor",
    message: "Not a cursor of this search.",
    suggestion: "Take it from `next`.",
  };
  return new GluttonyError("request.invalid", {}, { faults: [fault] });
}

function least(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}

function greatest(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
