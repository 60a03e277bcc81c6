import type { PartitionObservation } from "@gluttony/model";
import type { HostState } from "./host-state.ts";

/** One partition's lag, as the host that owns it sees it. */
export interface PartitionLag extends PartitionObservation {
  readonly hostId: string;
}

/** How far a consumer is behind, in records and in time since the source's commit. */
export interface LagTotal {
  readonly records: string | null;
  readonly recordsReason: "not_observed" | null;
  readonly ms: number | null;
  readonly msReason: "not_observed" | "nothing_waits" | null;
}

/** The same, and of each partition. */
export interface Lag extends LagTotal {
  readonly partitions: readonly PartitionLag[];
}

/** What lists tell of a lag: sums, and nothing of single partitions. */
export interface LagSums {
  readonly total: LagTotal;
  /** Partitions that speaking hosts own. */
  readonly partitions: number;
  /** The sum of the ends of their logs. */
  readonly logEnd: bigint;
}

/** Adds up the lag over every partition that a speaking host owns. Pure. */
export function lagOf(hosts: readonly HostState[]): Lag {
  const fresh = hosts.filter((host) => host.isFresh);
  const partitions = onePerPartition(fresh);
  return { ...totalOf(fresh, partitions), partitions };
}

/** The sums alone, for many consumers at once. Pure. */
export function lagSumsOf(hosts: readonly HostState[]): LagSums {
  const fresh = hosts.filter((host) => host.isFresh);
  const [first] = fresh;
  // A host tells each partition once; making an object for each would be most of the work of a list.
  const partitions = first !== undefined && fresh.length === 1 ? first.partitions : onePerPartition(fresh);
  let logEnd = 0n;
  for (const partition of partitions) logEnd += BigInt(partition.logEnd);
  return { total: totalOf(fresh, partitions), partitions: partitions.length, logEnd };
}

function totalOf(fresh: readonly HostState[], partitions: readonly PartitionObservation[]): LagTotal {
  const waiting = fresh.flatMap((host) => (host.lagMs === null ? [] : [host.lagMs]));
  const isObserved = partitions.length > 0;
  const ms = waiting.length > 0 ? Math.max(...waiting) : null;
  return {
    records: isObserved ? String(recordsOf(partitions)) : null,
    recordsReason: isObserved ? null : "not_observed",
    ms,
    msReason: ms !== null ? null : isObserved ? "nothing_waits" : "not_observed",
  };
}

// While a partition moves, two hosts may speak of it for a moment; the mark that is further is the later one.
function onePerPartition(hosts: readonly HostState[]): readonly PartitionLag[] {
  const byPartition = new Map<number, PartitionLag>();
  for (const seen of hosts.flatMap(partitionsOf)) {
    const other = byPartition.get(seen.partition);
    if (other === undefined || BigInt(seen.mark) > BigInt(other.mark)) byPartition.set(seen.partition, seen);
  }
  return [...byPartition.values()].toSorted((left, right) => left.partition - right.partition);
}

function partitionsOf({ hostId, partitions }: HostState): readonly PartitionLag[] {
  return partitions.map((partition) => ({ ...partition, hostId }));
}

function recordsOf(partitions: readonly PartitionObservation[]): bigint {
  let sum = 0n;
  for (const { lagRecords } of partitions) sum += BigInt(lagRecords);
  return sum;
}
