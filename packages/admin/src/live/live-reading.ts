import type { TopicBounds } from "../position-ports.ts";
import type { SearchRange } from "../changes/search-plan.ts";
import type { SearchOutcome } from "../changes/search.ts";
import type { LivePlace } from "../records/live-place.ts";

/** Offsets that a stream did not look at, and why. */
export interface LiveGap {
  /** `slow`: whoever reads is too far behind. `deleted`: the log begins later by now. `recreated`: another topic has the name. `not_followed`: open records that are not followed any further. */
  readonly reason: "slow" | "deleted" | "recreated" | "not_followed";
  /** Offsets, or records of `not_followed`; null where that cannot be told. */
  readonly count: string | null;
  readonly partitions: readonly { readonly partition: number; readonly from: string; readonly to: string }[];
}

/** What is read next, and what is left out before. */
export interface LiveStep {
  readonly place: LivePlace;
  readonly ranges: readonly SearchRange[];
  readonly gaps: readonly LiveGap[];
}

/** How far a stream may be behind, in offsets of all partitions, and how many it then still shows. */
export interface LiveLimits {
  readonly behindMax: bigint;
  readonly keptNewest: bigint;
}

/** Plans what a stream reads next: from where it stands to the ends of now, with what it must leave out. Pure. */
export function planStep(
  before: LivePlace,
  bounds: TopicBounds,
  { only, limits }: { readonly only: number | null; readonly limits: LiveLimits },
): LiveStep {
  const isRecreated = before.topicId !== bounds.topicId;
  const numbers = [...bounds.partitions.keys()].filter((number) => only === null || number === only);
  const places = numbers.map((partition) => {
    const { start, end } = bounds.partitions.get(partition) ?? { start: 0n, end: 0n };
    const stood = isRecreated ? start : (before.next.get(partition) ?? start);
    // A log that was cut back ends before where we stood.
    const from = stood > end ? end : stood < start ? start : stood;
    return { partition, stood, from, end };
  });
  const deleted = gapOf(
    "deleted",
    places.map(({ partition, stood, from }) => ({ partition, from: stood, to: from })),
  );
  const behind = places.reduce((sum, { from, end }) => sum + end - from, 0n);
  const kept = limits.keptNewest / BigInt(Math.max(1, places.length)) + 1n;
  const isSlow = behind > limits.behindMax;
  const begun = places.map((one) => ({ ...one, begin: isSlow ? newest(one, kept) : one.from }));
  const slow = gapOf(
    "slow",
    begun.map(({ partition, from, begin }) => ({ partition, from, to: begin })),
  );
  const recreated: LiveGap = { reason: "recreated", count: null, partitions: [] };
  return {
    place: {
      topicId: bounds.topicId,
      next: new Map(begun.map(({ partition, begin }) => [partition, begin] as const)),
    },
    ranges: begun
      .filter(({ begin, end }) => end > begin)
      .map(({ partition, begin, end }) => ({ partition, from: begin, to: end })),
    gaps: [...(isRecreated ? [recreated] : []), ...deleted, ...slow],
  };
}

function newest({ from, end }: { readonly from: bigint; readonly end: bigint }, kept: bigint): bigint {
  return end - kept > from ? end - kept : from;
}

function gapOf(
  reason: LiveGap["reason"],
  spans: readonly { readonly partition: number; readonly from: bigint; readonly to: bigint }[],
): readonly LiveGap[] {
  const left = spans.filter(({ from, to }) => to > from);
  if (left.length === 0) return [];
  const count = left.reduce((sum, { from, to }) => sum + to - from, 0n);
  const partitions = left.map(({ partition, from, to }) => ({
    partition,
    from: String(from),
    to: String(to),
  }));
  return [{ reason, count: String(count), partitions }];
}

/** Ranges in an order that begins with another one each time, so that a busy partition does not hide the others. Pure. */
export function rotated(ranges: readonly SearchRange[], round: number): readonly SearchRange[] {
  const at = ranges.length === 0 ? 0 : round % ranges.length;
  return [...ranges.slice(at), ...ranges.slice(0, at)];
}

/** The place after ranges were walked as far as the outcome says. Pure. */
export function placeAfter(
  { topicId, next }: LivePlace,
  ranges: readonly SearchRange[],
  stopped: SearchOutcome<unknown>["next"],
): LivePlace {
  const after = new Map(next);
  for (const { partition, to } of ranges) {
    if (partition === stopped?.partition) {
      after.set(partition, stopped.offset);
      break;
    }
    after.set(partition, to);
  }
  return { topicId, next: after };
}
