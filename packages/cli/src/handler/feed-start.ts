import { GluttonyError } from "@gluttony/model";

/** From where a topic is read, as a person says it. */
export type FeedStart =
  | { readonly at: "earliest" | "latest" }
  | { readonly at: "time"; readonly ms: number }
  | { readonly at: "offset"; readonly offset: bigint };

const offsetText = /^\d{1,19}$/;
const timeText = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Reads `earliest`, `latest`, a time (RFC 3339) or an offset. Throws `request.invalid`. Pure. */
export function parseFeedStart(text: string): FeedStart {
  if (text === "earliest" || text === "latest") return { at: text };
  if (offsetText.test(text)) return { at: "offset", offset: BigInt(text) };
  const ms = timeText.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return { at: "time", ms };
  const message = "Is neither an end of the log, nor a time, nor an offset.";
  const suggestion = "earliest, latest, 2026-05-01T08:00:00Z or 1500";
  throw new GluttonyError("request.invalid", {}, { faults: [{ path: "--from", message, suggestion }] });
}

/** Both ends of the log of each partition. */
export type PartitionBounds = ReadonlyMap<number, { readonly start: bigint; readonly end: bigint }>;

/** What a start is looked up in. */
export interface StartKnowledge {
  readonly topic: string;
  readonly bounds: PartitionBounds;
  /** The first offset of each partition from the start's time on; null where every record is older. */
  readonly fromTime: ReadonlyMap<number, bigint | null>;
}

/**
 * The offset from which each partition is read. Throws `request.invalid` for an offset where there are several partitions, and
 * `kafka.offset_out_of_range` for one that the log does not hold. Pure.
 */
export function startsOf(
  start: FeedStart,
  { topic, bounds, fromTime }: StartKnowledge,
): ReadonlyMap<number, bigint> {
  if (start.at === "offset" && bounds.size > 1) {
    const message = `${topic} has several partitions, and an offset is of one.`;
    const fault = { path: "--partition", message, suggestion: "--partition 0" };
    throw new GluttonyError("request.invalid", {}, { faults: [fault] });
  }
  return new Map([...bounds].map(([partition, ends]) => [partition, startIn(partition, ends)]));

  function startIn(partition: number, ends: { readonly start: bigint; readonly end: bigint }): bigint {
    switch (start.at) {
      case "earliest":
        return ends.start;
      case "latest":
        return ends.end;
      case "time":
        return fromTime.get(partition) ?? ends.end;
      case "offset":
        if (start.offset >= ends.start && start.offset <= ends.end) return start.offset;
        throw outOfRange({ topic, partition, position: start.offset }, ends);
    }
  }
}

/** The log does not reach to where it is to be read. */
export function outOfRange(
  {
    topic,
    partition,
    position,
  }: { readonly topic: string; readonly partition: number; readonly position: bigint },
  { start, end }: { readonly start: bigint; readonly end: bigint },
): GluttonyError {
  return new GluttonyError("kafka.offset_out_of_range", {
    topic,
    partition,
    position: String(position),
    logStart: String(start),
    logEnd: String(end),
  });
}
