import type { EndingCounts, Position } from "@gluttony/model";

const endingNames = ["done", "filtered", "skipped", "parked", "hole"] as const;

/** Endings as texts: they exceed what JSON numbers hold. */
export type EndingSums = { readonly [Name in keyof EndingCounts]: string };

/** Whether what was read equals what ended: mark − start = sum. */
export interface Balance {
  readonly markMinusStart: string;
  readonly endings: EndingSums;
  readonly sum: string;
  readonly balances: boolean;
}

/** One partition's account. */
export interface PartitionAccount extends Balance {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly start: string;
  readonly mark: string;
}

/** The account of a consumer: every record below the marks in exactly one ending. */
export interface Accounting {
  readonly equation: "mark - start = done + filtered + skipped + parked + hole";
  readonly total: Balance;
  readonly partitions: readonly PartitionAccount[];
  /** Of every topic the consumer ever read, and read after the partitions: it may be ahead of them. */
  readonly filteredByRule: readonly { readonly rule: string; readonly count: string }[];
}

/** Adds up what the positions hold and says whether it balances. Pure. */
export function accountingOf(
  positions: readonly Position[],
  filtered: ReadonlyMap<string, number | bigint>,
): Accounting {
  const partitions = positions.toSorted(byPlace).map(partitionAccountOf);
  const rules = [...filtered].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return {
    equation: "mark - start = done + filtered + skipped + parked + hole",
    total: totalOf(positions, partitions),
    partitions,
    filteredByRule: rules.map(([rule, count]) => ({ rule, count: String(count) })),
  };
}

function partitionAccountOf(position: Position): PartitionAccount {
  const { topic, topicId, partition, start, mark, endings } = position;
  const balance = balanceOf(mark - start, countsOf(endings));
  return { topic, topicId, partition, start: String(start), mark: String(mark), ...balance };
}

// The parts must balance one by one: two errors may cancel each other in the sum.
function totalOf(positions: readonly Position[], partitions: readonly PartitionAccount[]): Balance {
  const read = positions.reduce((sum, { start, mark }) => sum + (mark - start), 0n);
  const counts = positions.map(({ endings }) => countsOf(endings)).reduce(added, noCounts);
  const balance = balanceOf(read, counts);
  return { ...balance, balances: balance.balances && partitions.every((partition) => partition.balances) };
}

type Counts = { readonly [Name in keyof EndingCounts]: bigint };

const noCounts: Counts = { done: 0n, filtered: 0n, skipped: 0n, parked: 0n, hole: 0n };

function countsOf({ done, filtered, skipped, parked, hole }: EndingCounts): Counts {
  return {
    done: BigInt(done),
    filtered: BigInt(filtered),
    skipped: BigInt(skipped),
    parked: BigInt(parked),
    hole: BigInt(hole),
  };
}

function added(left: Counts, right: Counts): Counts {
  return {
    done: left.done + right.done,
    filtered: left.filtered + right.filtered,
    skipped: left.skipped + right.skipped,
    parked: left.parked + right.parked,
    hole: left.hole + right.hole,
  };
}

function balanceOf(markMinusStart: bigint, counts: Counts): Balance {
  const sum = endingNames.reduce((total, name) => total + counts[name], 0n);
  const { done, filtered, skipped, parked, hole } = counts;
  return {
    markMinusStart: String(markMinusStart),
    endings: {
      done: String(done),
      filtered: String(filtered),
      skipped: String(skipped),
      parked: String(parked),
      hole: String(hole),
    },
    sum: String(sum),
    balances: sum === markMinusStart,
  };
}

function byPlace(left: Position, right: Position): number {
  if (left.topic !== right.topic) return left.topic < right.topic ? -1 : 1;
  return left.partition - right.partition;
}
