import type { ChangeReader } from "../change-ports.ts";
import type { TopicBounds } from "../position-ports.ts";
import { keyBytesLike, type KeyWish } from "./key-wish.ts";

/**
 * Which partition holds a key. `only`: the topic has one. `checked`: other keys lie where Kafka's partitioner puts them, so
 * this one does too. `unknown`: every partition must be searched.
 */
export interface KeyPlace {
  readonly certainty: "only" | "checked" | "unknown";
  readonly partition: number | null;
  /** What it rests on, and what it leaves out. */
  readonly note: string;
}

/** Partitions and records that are looked at to see where keys lie. */
const sampledPartitions = 4;
const sampledRecords = 20n;
/** A key like the sampled ones would be in its partition by chance in one of so many tries. */
const provenBy = 3;

/** Finds the partition of a key, by the manner in which other keys of the topic are written and placed. */
export async function keyPlaceOf(
  wish: KeyWish,
  topic: string,
  { bounds, reader }: { readonly bounds: TopicBounds; readonly reader: ChangeReader },
): Promise<KeyPlace> {
  const { partitions } = bounds;
  const count = partitions.size;
  if (count === 1) return { certainty: "only", partition: 0, note: "The topic has one partition." };
  const samples = await sampleKeys(topic, bounds, reader);
  const isPlaced = samples.every(({ key, partition }) => reader.partitionOf(key, count) === partition);
  if (samples.length < provenBy) return unknown("There are too few records to see how keys are placed.");
  if (!isPlaced) return unknown("The producer places keys in a way of its own.");
  const [sample] = samples;
  const bytes =
    wish.columns === null ? Buffer.from(wish.text, "utf8") : keyBytesLike(sample?.key ?? none, wish);
  if (bytes === null)
    return unknown(
      "The key's bytes cannot be told from these columns: the topic writes keys in another way.",
    );
  return {
    certainty: "checked",
    partition: reader.partitionOf(bytes, count),
    note: `${samples.length} other keys lie where Kafka's partitioner puts them. What was written when the topic had another number of partitions may lie in any: ask with partition=all.`,
  };
}

const none = new Uint8Array();

function unknown(why: string): KeyPlace {
  return { certainty: "unknown", partition: null, note: `${why} Every partition is searched.` };
}

interface SampledKey {
  readonly key: Uint8Array;
  readonly partition: number;
}

async function sampleKeys(
  topic: string,
  { partitions }: TopicBounds,
  reader: ChangeReader,
): Promise<readonly SampledKey[]> {
  const filled = [...partitions].filter(([, { start, end }]) => end > start).slice(0, sampledPartitions);
  const chunks = await Promise.all(
    filled.map(async ([partition, { start, end }]) => {
      const offset = end - sampledRecords > start ? end - sampledRecords : start;
      const { records } = await reader.readChunk({ topic, partition, offset });
      return records
        .slice(0, Number(sampledRecords))
        .flatMap(({ key }) => (key === null ? [] : [{ key, partition }]));
    }),
  );
  return chunks.flat();
}
