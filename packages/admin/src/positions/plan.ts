import { createHash } from "node:crypto";
import { type Fault, GluttonyError } from "@gluttony/model";

/** Where a person wants to read from. */
export type PositionTarget =
  | { readonly kind: "earliest" | "latest" }
  /** The first record of this time or later, by the record's own time. */
  | { readonly kind: "time"; readonly time: string }
  /** So many records back (below 0) or on, from each mark. */
  | { readonly kind: "shift"; readonly by: string }
  /** An offset for each partition that is to move. */
  | { readonly kind: "offsets"; readonly offsets: { readonly [partition: string]: string } }
  /** Where the partitions stood before an earlier move. */
  | { readonly kind: "snapshot"; readonly id: string };

/** What a person asks a plan for. */
export interface PlanWish {
  readonly target: PositionTarget;
  /** Null means all, or those that the target names. */
  readonly partitions: readonly number[] | null;
}

/** What is known of the topic and of what was read of it. */
export interface SeenPositions {
  readonly consumerId: string;
  readonly revision: bigint;
  readonly topic: string;
  readonly topicId: string;
  readonly bounds: ReadonlyMap<number, { readonly start: bigint; readonly end: bigint }>;
  readonly marks: ReadonlyMap<number, bigint>;
  /** For a time: the offset of each partition; null where every record is older. */
  readonly atTime: ReadonlyMap<number, bigint | null>;
  /** For a snapshot: the mark of each partition. */
  readonly atSnapshot: ReadonlyMap<number, bigint | null>;
}

/** One partition, before and after. */
export interface PlannedPartition {
  readonly partition: number;
  /** The mark now; null when nothing was read. */
  readonly from: string | null;
  readonly to: string;
  readonly logStart: string;
  readonly logEnd: string;
  /** Offsets that will be read again; not each holds a record. */
  readonly rereads: string;
  /** Offsets that will never be read. */
  readonly skips: string;
}

/** What a move would do. It changes nothing. */
export interface PositionPlan {
  readonly consumerId: string;
  readonly revision: string;
  readonly topic: string;
  readonly topicId: string;
  readonly partitions: readonly PlannedPartition[];
  readonly rereads: string;
  readonly skips: string;
  readonly warnings: readonly { readonly partition: number | null; readonly message: string }[];
  readonly expiresAt: string;
  readonly hash: string;
}

/** Milliseconds for which a plan may be applied. */
export const planValidMs = 900_000;

/** Decides where each partition would be read from. Pure. Throws `position.invalid` with a fault for each wrong offset. */
export function planPositions(wish: PlanWish, seen: SeenPositions, nowMs: number): PositionPlan {
  const { target } = wish;
  const wanted = partitionsOf(wish, seen);
  const planned = wanted.map((partition) => plannedPartition(target, partition, seen));
  const moved = planned.filter(({ partition }) => partition.from !== partition.to);
  const plan = {
    consumerId: seen.consumerId,
    revision: String(seen.revision),
    topic: seen.topic,
    topicId: seen.topicId,
    partitions: moved.map(({ partition }) => partition),
    rereads: sumOf(moved.map(({ partition }) => partition.rereads)),
    skips: sumOf(moved.map(({ partition }) => partition.skips)),
    warnings: [
      ...planned.flatMap(({ warnings }) => warnings),
      ...(moved.length === 0 ? [{ partition: null, message: "Nothing would move." }] : []),
    ],
    expiresAt: new Date(nowMs + planValidMs).toISOString(),
  };
  return { ...plan, hash: planHash(plan) };
}

/** Covers what a plan would do and on what it was made; whoever applies it shows the same. */
export function planHash(plan: Omit<PositionPlan, "hash" | "rereads" | "skips" | "warnings">): string {
  const { consumerId, revision, topic, topicId, partitions, expiresAt } = plan;
  const moves = partitions.map(({ partition, from, to }) => [partition, from, to]);
  const text = JSON.stringify([consumerId, revision, topic, topicId, moves, expiresAt]);
  return createHash("sha256").update(text, "utf8").digest("hex").slice(0, 32);
}

function partitionsOf(
  { target, partitions }: PlanWish,
  { bounds, atSnapshot }: SeenPositions,
): readonly number[] {
  const named =
    partitions ??
    (target.kind === "offsets"
      ? Object.keys(target.offsets).map(Number)
      : target.kind === "snapshot"
        ? [...atSnapshot.keys()]
        : [...bounds.keys()]);
  const missing = named.filter((partition) => !bounds.has(partition));
  if (missing.length === 0) return [...new Set(named)].toSorted((left, right) => left - right);
  throw invalid(missing.map((partition) => faultAt(partition, "The topic has no such partition.")));
}

interface Planned {
  readonly partition: PlannedPartition;
  readonly warnings: PositionPlan["warnings"];
}

function plannedPartition(target: PositionTarget, partition: number, seen: SeenPositions): Planned {
  const { start, end } = seen.bounds.get(partition) ?? { start: 0n, end: 0n };
  const mark = seen.marks.get(partition) ?? null;
  const wanted = wantedOffset(target, partition, { seen, start, end, mark });
  const to = wanted < start ? start : wanted > end ? end : wanted;
  if (to !== wanted && target.kind === "offsets")
    throw invalid([faultAt(partition, `Must lie from ${start} to ${end}.`)]);
  const warnings = to === wanted ? [] : [{ partition, message: cutSentence(wanted, { start, end }) }];
  return {
    partition: {
      partition,
      from: mark === null ? null : String(mark),
      to: String(to),
      logStart: String(start),
      logEnd: String(end),
      rereads: String(mark !== null && to < mark ? mark - to : 0n),
      skips: String(mark === null ? to - start : to > mark ? to - mark : 0n),
    },
    warnings,
  };
}

interface Place {
  readonly seen: SeenPositions;
  readonly start: bigint;
  readonly end: bigint;
  readonly mark: bigint | null;
}

function wantedOffset(target: PositionTarget, partition: number, { seen, start, end, mark }: Place): bigint {
  switch (target.kind) {
    case "earliest":
      return start;
    case "latest":
      return end;
    case "time":
      return seen.atTime.get(partition) ?? end;
    case "shift":
      return (mark ?? start) + BigInt(target.by);
    case "offsets":
      return BigInt(target.offsets[String(partition)] ?? mark ?? start);
    case "snapshot":
      return seen.atSnapshot.get(partition) ?? start;
  }
}

function cutSentence(
  wanted: bigint,
  { start, end }: { readonly start: bigint; readonly end: bigint },
): string {
  return wanted < start
    ? `Offset ${wanted} is no longer in the log; it begins at ${start}.`
    : `Offset ${wanted} is not there yet; the log ends at ${end}.`;
}

function sumOf(numbers: readonly string[]): string {
  return String(numbers.reduce((sum, one) => sum + BigInt(one), 0n));
}

function faultAt(partition: number, message: string): Fault {
  return { path: `/to/offsets/${partition}`, message };
}

function invalid(faults: readonly Fault[]): GluttonyError {
  return new GluttonyError("position.invalid", {}, { faults });
}
