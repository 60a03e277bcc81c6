import { setTimeout as sleep } from "node:timers/promises";
import type { KafkaTopics } from "@gluttony/kafka";
import { GluttonyError } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import type { DevNews } from "./dev-news.ts";
import { waitingNews } from "./dev-news.ts";
import type { FeedStart, PartitionBounds } from "./feed-start.ts";
import { outOfRange, startsOf } from "./feed-start.ts";
import type { FedRecord, RecordFeed } from "./record-feed.ts";

/** Milliseconds until the end of the log is asked for again, when everything was given. */
const lookEveryMs = 500;
/** The same while no broker answers. */
const tryAgainMs = 1_000;

/** What of a topic is read. */
export interface TopicWish {
  readonly topic: string;
  /** Left out for all. */
  readonly partition?: number;
  readonly start: FeedStart;
  /** Whether it ends where the log ended when it was opened. */
  readonly isOnce: boolean;
}

/** What a topic is read with. */
export interface TopicParts {
  readonly topics: Pick<KafkaTopics, "topicBounds" | "offsetsAt" | "readChunk">;
  /** Finds the schemas that a record names. */
  readonly withSchemas: (record: RawRecord) => Promise<FedRecord>;
  readonly tell: (news: DevNews) => void;
}

/**
 * The changes of a topic as they come, beside whoever else reads it: joins no group and commits nothing. In order within a
 * partition, committed records alone, one chunk of about a megabyte at hand.
 */
export class TopicFeed {
  readonly #wish: TopicWish;
  readonly #parts: TopicParts;
  readonly #topicId: string;
  readonly #positions: Map<number, bigint>;
  #bounds: PartitionBounds;
  #waiting: RawRecord[] = [];
  #last: FedRecord | null = null;
  #isAtEnd = false;
  #isCutOff = false;

  private constructor(
    wish: TopicWish,
    parts: TopicParts,
    found: {
      readonly topicId: string;
      readonly bounds: PartitionBounds;
      readonly starts: ReadonlyMap<number, bigint>;
    },
  ) {
    this.#wish = wish;
    this.#parts = parts;
    this.#topicId = found.topicId;
    this.#bounds = found.bounds;
    this.#positions = new Map(found.starts);
  }

  /** Throws `kafka.topic_missing`, `position.invalid` for no such partition, and as `startsOf` does. */
  static async open(wish: TopicWish, parts: TopicParts): Promise<TopicFeed> {
    const { topic, start } = wish;
    const { topicId, bounds } = await boundsOf(wish, parts);
    const fromTime = start.at === "time" ? await parts.topics.offsetsAt(topic, start.ms) : null;
    const starts = startsOf(start, { topic, bounds, fromTime: fromTime ?? new Map() });
    const shown = Object.fromEntries([...starts].map(([partition, offset]) => [partition, String(offset)]));
    parts.tell({ event: "reading", topic, from: shown });
    return new TopicFeed(wish, parts, { topicId, bounds, starts });
  }

  /**
   * For one build: the change that was given last comes once more, so that what a new build makes of it is seen at once, and then
   * those that nobody was given yet.
   */
  forBuild(): RecordFeed {
    let isFirst = true;
    const next = async (signal: AbortSignal): Promise<FedRecord | null> => {
      const again = isFirst ? this.#last : null;
      isFirst = false;
      return again ?? this.#next(signal);
    };
    const isAtEnd = (): boolean => this.#isAtEnd;
    return {
      next,
      get isAtEnd() {
        return isAtEnd();
      },
    };
  }

  async #next(signal: AbortSignal): Promise<FedRecord | null> {
    while (!signal.aborted && !this.#isAtEnd) {
      const record = this.#waiting.shift();
      if (record !== undefined) {
        this.#last = await this.#parts.withSchemas(record);
        return this.#last;
      }
      await this.#fill(signal);
    }
    return null;
  }

  /** Gets more records, or waits for a while. */
  async #fill(signal: AbortSignal): Promise<void> {
    try {
      const behind = this.#partitionBehind();
      if (behind !== null) await this.#read(behind);
      else if (this.#wish.isOnce) this.#isAtEnd = true;
      else if (!(await this.#look())) await pause(lookEveryMs, signal);
      this.#isCutOff = false;
    } catch (error) {
      if (!(error instanceof GluttonyError) || error.code !== "kafka.unreachable") throw error;
      if (!this.#isCutOff) this.#parts.tell(waitingNews(error));
      this.#isCutOff = true;
      await pause(tryAgainMs, signal);
    }
  }

  #partitionBehind(): { readonly partition: number; readonly offset: bigint; readonly end: bigint } | null {
    for (const [partition, { end }] of this.#bounds) {
      const offset = this.#positions.get(partition) ?? end;
      if (offset < end) return { partition, offset, end };
    }
    return null;
  }

  async #read({
    partition,
    offset,
    end,
  }: {
    readonly partition: number;
    readonly offset: bigint;
    readonly end: bigint;
  }): Promise<void> {
    const { topics, tell } = this.#parts;
    const { topic, isOnce } = this.#wish;
    const chunk = await topics.readChunk({ topic, partition, offset });
    if (chunk.isUnreadable) tell({ event: "unreadable", record: `${topic}-${partition}@${offset}` });
    this.#waiting = chunk.records.filter((record) => !isOnce || record.offset < end);
    // Where the log says that something is and there is nothing, it was a mark of a transaction, or is deleted by now.
    this.#positions.set(partition, chunk.next > offset ? chunk.next : end);
  }

  /** Whether the log has grown. Throws where it is another one by now, or no longer reaches back. */
  async #look(): Promise<boolean> {
    const { topic } = this.#wish;
    const { topicId, bounds } = await boundsOf(this.#wish, this.#parts);
    if (topicId !== this.#topicId)
      throw new GluttonyError("kafka.topic_recreated", {
        topic,
        topicId: this.#topicId,
        topicIdNow: topicId,
      });
    for (const [partition, ends] of bounds) {
      // A partition that was added is read from its first record on.
      const position = this.#positions.get(partition) ?? ends.start;
      if (position < ends.start) throw outOfRange({ topic, partition, position }, ends);
      this.#positions.set(partition, position);
    }
    this.#bounds = bounds;
    return this.#partitionBehind() !== null;
  }
}

async function boundsOf(
  { topic, partition }: TopicWish,
  { topics }: TopicParts,
): Promise<{ readonly topicId: string; readonly bounds: PartitionBounds }> {
  const found = await topics.topicBounds(topic);
  if (found === null) throw new GluttonyError("kafka.topic_missing", { topic });
  const { topicId, partitions } = found;
  if (partition === undefined) return { topicId, bounds: partitions };
  const only = partitions.get(partition);
  if (only === undefined) throw new GluttonyError("position.invalid", { topic, partition });
  return { topicId, bounds: new Map([[partition, only]]) };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
