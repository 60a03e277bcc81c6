import type { Cell } from "@gluttony/core";
import { type CellStanding, type ObservedState, observedStates } from "@gluttony/model";
import type { Metrics } from "./metrics.ts";

/** What is seen of one consumer, and what is not in its observation. */
interface Seen {
  readonly name: string;
  readonly topic: string;
  /** Keys whose first record waits for its next attempt. */
  readonly waiting: number;
  readonly observed: ObservedState;
}

/** Shows in the metrics what a host sees of a consumer. */
export function showConsumer(metrics: Metrics, { name, topic, waiting, observed }: Seen): void {
  metrics.show({
    consumer: name,
    consumerId: observed.consumerId,
    topic,
    state: observed.state,
    states: observedStates,
    lagMs: observed.lagMs,
    waiting,
    lagByPartition: new Map(observed.partitions.map((one) => [one.partition, BigInt(one.lagRecords)])),
    heldTargets: (observed.targets ?? []).map(({ target }) => target),
    release: observed.release,
    cell: observed.cell ?? null,
  });
}

/** What is told of a cell beside the consumer that uses it. */
export function cellStandingOf(cell: Cell): CellStanding {
  const { state, crashes, residentBytes, heartbeatAgeMs } = cell.observe();
  return { state, crashes, residentBytes, heartbeatAgeMs };
}
