import type { KafkaTopics } from "@gluttony/kafka";

/** Partitions of one topic that are looked at. */
const partitionsMax = 64;
/** Topics that are remembered. */
const topicsMax = 2_000;
/** The last offset may belong to a mark of a transaction, which is no record. */
const lookedAtMax = 2;

interface SeenEnd {
  readonly end: bigint;
  readonly atMs: number | null;
}

/** Knows when the newest record of a topic was written, and reads only partitions that grew since it last looked. */
export class NewestRecord {
  readonly #topics: Pick<KafkaTopics, "topicBounds" | "readNewest">;
  readonly #seen = new Map<string, ReadonlyMap<number, SeenEnd>>();

  constructor(topics: Pick<KafkaTopics, "topicBounds" | "readNewest">) {
    this.#topics = topics;
  }

  /** Null when the topic holds no record or is not there. Throws `kafka.*`. */
  async at(topic: string): Promise<Date | null> {
    const bounds = await this.#topics.topicBounds(topic);
    if (bounds === null) return null;
    const before = this.#seen.get(topic);
    const now = new Map<number, SeenEnd>();
    for (const [partition, { end }] of [...bounds.partitions].slice(0, partitionsMax)) {
      const known = before?.get(partition);
      now.set(partition, known?.end === end ? known : await this.#look({ topic, partition }, end));
    }
    if (this.#seen.size >= topicsMax) this.#seen.clear();
    this.#seen.set(topic, now);
    const times = [...now.values()].flatMap(({ atMs }) => (atMs === null ? [] : [atMs]));
    return times.length === 0 ? null : new Date(Math.max(...times));
  }

  async #look(place: { readonly topic: string; readonly partition: number }, end: bigint): Promise<SeenEnd> {
    const records = await this.#topics.readNewest(place, lookedAtMax);
    return { end, atMs: records.at(-1)?.timestampMs ?? null };
  }
}
