import type { Position } from "@gluttony/model";

/** A position with its offsets as texts. */
export interface PositionView extends Pick<Position, "topic" | "topicId" | "partition" | "endings"> {
  readonly start: string;
  readonly mark: string;
  /** Whether a person chose it, and nothing was read since. */
  readonly isChosen: boolean;
}

/** Projects field by field. */
export function positionView(position: Position): PositionView {
  const { topic, topicId, partition, endings } = position;
  return {
    topic,
    topicId,
    partition,
    start: String(position.start),
    mark: String(position.mark),
    endings,
    isChosen: position.isChosen ?? false,
  };
}
