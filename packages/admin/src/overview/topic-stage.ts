import { type ConsumerRow, parseConsumer } from "@gluttony/model";
import type { SourceStanding } from "../overview-ports.ts";
import type { HostState } from "../views/host-state.ts";
import { lagOf } from "../views/lag.ts";

/** The topic between connector and consumer. Where a value is null, its reason says why. */
export interface TopicStage {
  readonly name: string | null;
  readonly nameReason: "not_derived" | null;
  /** Partitions that hosts read just now. */
  readonly partitions: number | null;
  /** The sum of the ends of their logs. */
  readonly end: string | null;
  readonly endReason: "not_observed" | null;
  /** When the newest record was written. */
  readonly lastRecordAt: string | null;
  readonly lastRecordReason: string | null;
}

/** Pure. */
export function topicStageOf(
  row: ConsumerRow,
  hosts: readonly HostState[],
  source: SourceStanding | null,
): TopicStage {
  const name = topicOf(row);
  const { partitions } = lagOf(hosts);
  const isSeen = partitions.length > 0;
  const end = partitions.reduce((sum, { logEnd }) => sum + BigInt(logEnd), 0n);
  return {
    name,
    nameReason: name === null ? "not_derived" : null,
    partitions: isSeen ? partitions.length : null,
    end: isSeen ? String(end) : null,
    endReason: isSeen ? null : "not_observed",
    lastRecordAt: source?.measure?.lastChangeAt?.toISOString() ?? null,
    lastRecordReason:
      source === null
        ? "connector_not_ours"
        : source.measure === null
          ? "not_measured_yet"
          : source.measure.lastChangeReason,
  };
}

// A row that cannot be read may still have run before somebody spoiled it.
function topicOf(row: ConsumerRow): string | null {
  const parsed = parseConsumer(row);
  return "consumer" in parsed ? parsed.consumer.topic : row.topic;
}
