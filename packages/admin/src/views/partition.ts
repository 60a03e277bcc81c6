import type { Position } from "@gluttony/model";
import type { Lag } from "./lag.ts";
import { type PositionView, positionView } from "./position.ts";

/** One partition: what is remembered of it, and what its host sees of it. */
export interface PartitionView extends Omit<PositionView, "topicId" | "endings"> {
  /** The host that has it; null when no speaking host says so, and then all that follows is null. */
  readonly hostId: string | null;
  /** The offset to be read next. */
  readonly next: string | null;
  readonly logEnd: string | null;
  readonly lagRecords: string | null;
  readonly inFlight: number | null;
  readonly observedReason: "not_observed" | null;
}

/** Puts together what is kept and what is seen, by partition. Pure. */
export function partitionsOf(
  positions: readonly Position[],
  { partitions }: Pick<Lag, "partitions">,
): readonly PartitionView[] {
  const seen = new Map(partitions.map((partition) => [partition.partition, partition]));
  return positions
    .toSorted((left, right) => left.partition - right.partition)
    .map((position) => {
      const { topic, partition, start, mark, isChosen } = positionView(position);
      const observed = seen.get(partition);
      return {
        topic,
        partition,
        start,
        mark,
        isChosen,
        hostId: observed?.hostId ?? null,
        next: observed?.next ?? null,
        logEnd: observed?.logEnd ?? null,
        lagRecords: observed?.lagRecords ?? null,
        inFlight: observed?.inFlight ?? null,
        observedReason: observed === undefined ? "not_observed" : null,
      };
    });
}
