import { GluttonyError } from "@gluttony/model";
import type { RecordCoordinates } from "@gluttony/sdk/codecs";
import type { ChangeReader, RevealedPlace } from "../change-ports.ts";
import type { AdminCollaborators } from "../ports.ts";
import type { Masks } from "./masked-change.ts";
import { type RecordView, recordView } from "./record-view.ts";
import { TopicDecoder } from "./topic-decoder.ts";
import type { VisibleTopic } from "./topics-in-reach.ts";

/** One record, and in which life of its topic it was read. */
export interface ReadChange extends RecordView {
  readonly topicId: string;
}

type Needed = Pick<AdminCollaborators, "topicBounds">;

/** The topic's id now. Throws `kafka.topic_missing`. */
export async function topicIdOf(topic: string, { topicBounds }: Needed): Promise<string> {
  const bounds = await topicBounds?.(topic);
  if (bounds === undefined || bounds === null) throw new GluttonyError("kafka.topic_missing", { topic });
  return bounds.topicId;
}

/** Reads one record for a person. Throws `change.not_found` with the log's bounds. */
export async function readChange(
  { place, masks }: { readonly place: RevealedPlace; readonly masks: Masks },
  { consumer }: VisibleTopic,
  means: { readonly reader: ChangeReader; readonly needed: Needed },
): Promise<ReadChange> {
  const { reader, needed } = means;
  const { topic, partition, offset, topicId } = place;
  const bounds = (await needed.topicBounds?.(topic))?.partitions.get(partition);
  const isInside = bounds !== undefined && offset >= bounds.start && offset < bounds.end;
  const chunk = isInside ? await reader.readChunk({ topic, partition, offset }) : null;
  const record = chunk?.records.find((one) => one.offset === offset);
  if (record === undefined) throw notFound(place, bounds);
  const decoder = new TopicDecoder(reader, consumer);
  await decoder.prepare(record);
  return { ...recordView(record, decoder.codec, masks), topicId };
}

function notFound(
  { topic, partition, offset }: RecordCoordinates,
  bounds: { readonly start: bigint; readonly end: bigint } | undefined,
): GluttonyError {
  const seen = bounds === undefined ? {} : { logStart: String(bounds.start), logEnd: String(bounds.end) };
  return new GluttonyError("change.not_found", { topic, partition, offset: String(offset), ...seen });
}
