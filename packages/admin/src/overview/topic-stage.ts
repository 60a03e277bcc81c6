import { type ConsumerRow, topicOfRow } from "@gluttony/model";
import type { SourceStanding } from "../overview-ports.ts";
import type { LagSums } from "../views/lag.ts";

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
export function topicStageOf(row: ConsumerRow, lag: LagSums, source: SourceStanding | null): TopicStage {
  // A row that cannot be read may still have run before somebody spoiled it.
  const name = topicOfRow(row) ?? row.topic;
  const isSeen = lag.partitions > 0;
  return {
    name,
    nameReason: name === null ? "not_derived" : null,
    partitions: isSeen ? lag.partitions : null,
    end: isSeen ? String(lag.logEnd) : null,
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
