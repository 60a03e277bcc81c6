import type { PartitionObservation } from "@gluttony/model";
import type { HostState } from "./host-state.ts";

/** One partition's lag, as the host that owns it sees it. */
export interface PartitionLag extends PartitionObservation {
  readonly hostId: string;
}

/** How far a consumer is behind, in records and in time since the source's commit. */
export interface Lag {
  readonly records: string | null;
  readonly recordsReason: "not_observed" | null;
  readonly ms: number | null;
  readonly msReason: "not_observed" | "nothing_waits" | null;
  readonly partitions: readonly PartitionLag[];
}

/** Adds up the lag over every partition that a speaking host owns. Pure. */
export function lagOf(hosts: readonly HostState[]): Lag {
  const fresh = hosts.filter((host) => host.isFresh);
  const partitions = onePerPartition(fresh);
  const waiting = fresh.flatMap((host) => (host.lagMs === null ? [] : [host.lagMs]));
  const isObserved = partitions.length > 0;
  const ms = waiting.length > 0 ? Math.max(...waiting) : null;
  return {
    records: isObserved ? String(sumOf(partitions.map((partition) => partition.lagRecords))) : null,
    recordsReason: isObserved ? null : "not_observed",
    ms,
    msReason: ms !== null ? null : isObserved ? "nothing_waits" : "not_observed",
    partitions,
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

function sumOf(numbers: readonly string[]): bigint {
  return numbers.reduce((sum, number) => sum + BigInt(number), 0n);
}
