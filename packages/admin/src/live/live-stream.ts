import { setTimeout as sleep } from "node:timers/promises";
import { type ConsumerRow, GluttonyError, labelsOf, parseConsumer } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { may } from "../access/principal.ts";
import { isOfKey } from "../changes/find-changes.ts";
import { keyPlaceOf } from "../changes/key-place.ts";
import { type KeyWish, keyWishOf } from "../changes/key-wish.ts";
import { recordView, type RecordView } from "../changes/record-view.ts";
import { search, type SearchLimits } from "../changes/search.ts";
import { TopicDecoder } from "../changes/topic-decoder.ts";
import type { ChangeReader, MaskingStores } from "../change-ports.ts";
import type { AdminCollaborators } from "../ports.ts";
import type { TopicBounds } from "../position-ports.ts";
import type { RecordLedger } from "../record-ports.ts";
import { topicOfConsumer } from "../records/find-records.ts";
import { type LivePlace, placeAtEnd, readLivePlace, writeLivePlace } from "../records/live-place.ts";
import { isOfOperation, type RecordsFilter } from "../records/wish.ts";
import { sseFrame } from "../streams/sse-frame.ts";
import type { StreamContext, StreamRound } from "../streams/streams.ts";
import { type LiveGap, type LiveLimits, placeAfter, planStep, rotated } from "./live-reading.ts";
import { endingsOf, liveStateOf, type SeenEndings } from "./live-state.ts";
import { ToldRecords } from "./told-records.ts";

/** Milliseconds between looks at the topic and the ledgers. */
const lookMs = 500;
/** Milliseconds between states. */
const stateMs = 2_000;
/** Of one look. */
const lookLimits: SearchLimits = { items: 100, records: 2_000, bytes: 4 * 1024 * 1024, timeMs: 500 };
/** Who asks for few of the records may be further behind: most of what is read is not told. */
const behind: { readonly all: LiveLimits; readonly some: LiveLimits } = {
  all: { behindMax: 1_000n, keptNewest: 100n },
  some: { behindMax: 20_000n, keptNewest: 2_000n },
};

/** What somebody wants to follow. */
export interface LiveWish extends RecordsFilter {
  readonly key?: string;
  readonly partition?: string;
  /** A place, such as `liveFrom` of records; the header Last-Event-ID stands before it. */
  readonly after?: string;
}

/** What a stream of one consumer is told from. */
export interface LiveMeans {
  readonly reader: ChangeReader;
  readonly masking: MaskingStores;
  readonly ledger: RecordLedger;
  readonly collaborators: Pick<
    AdminCollaborators,
    "consumers" | "positions" | "observations" | "topicBounds"
  >;
}

/** Begins to tell one client what a consumer does, from where it was. Throws `change.topic_unknown`, `kafka.topic_missing`. */
export async function beginLive(row: ConsumerRow, wish: LiveWish, means: LiveMeans): Promise<StreamRound> {
  const { topic } = topicOfConsumer(row);
  const bounds = await boundsOf(topic, means);
  const stood = wish.after === undefined ? null : readLivePlace(wish.after);
  const place = stood !== null && stood.topicId === bounds.topicId ? stood : placeAtEnd(bounds);
  const only = await onlyPartition(wish, topic, { bounds, reader: means.reader });
  const live = new LiveStream({ row, topic, wish, only, place }, means);
  const hello = sseFrame({
    event: "hello",
    id: writeLivePlace(place) ?? undefined,
    data: { consumer: { id: row.id, name: row.name }, topic, isResumed: place === stood },
  });
  const first = [hello];
  return (context) => (first.length > 0 ? Promise.resolve(first.splice(0)) : live.round(context));
}

/** What one stream is about, and where it begins. */
interface LiveSubject {
  readonly row: ConsumerRow;
  readonly topic: string;
  readonly wish: LiveWish;
  readonly only: number | null;
  readonly place: LivePlace;
}

/** One client's view of one consumer. It costs two questions to the database and one to the brokers each half second. */
class LiveStream {
  readonly #subject: LiveSubject;
  readonly #means: LiveMeans;
  readonly #key: KeyWish | null;
  readonly #told: ToldRecords;
  #place: LivePlace;
  #round = 0;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #statedAtMs = Number.NEGATIVE_INFINITY;
  #endings: SeenEndings | null = null;

  constructor(subject: LiveSubject, means: LiveMeans) {
    this.#subject = subject;
    this.#means = means;
    this.#key = subject.wish.key === undefined ? null : keyWishOf(subject.wish.key);
    this.#told = new ToldRecords(subject.wish);
    this.#place = subject.place;
  }

  async round(context: StreamContext): Promise<readonly string[]> {
    await until(this.#lookedAtMs + lookMs, context);
    if (context.signal.aborted) return [];
    this.#lookedAtMs = context.nowMs();
    const row = await this.#rowNow(context);
    this.#means.ledger.watch(row);
    const gaps = await this.#read(row, context);
    const records = this.#told.isEmpty
      ? []
      : await this.#told.told(await this.#means.ledger.open(row), context.nowMs());
    const frames = [
      ...gaps.map((gap) => sseFrame({ event: "gap", data: gap })),
      ...records.map((record) => sseFrame({ event: "record", data: record })),
      ...(await this.#state(row, context)),
    ];
    if (gaps.length + records.length === 0) return frames;
    // The place comes last: a client that leaves in between is told some again, and misses none.
    const id = writeLivePlace(this.#resumeAt());
    return id === null ? frames : [...frames, sseFrame({ event: "place", id, data: {} })];
  }

  /** The consumer as it is now. Throws what ends the stream: it is gone, reads another topic, or is out of reach by now. */
  async #rowNow(context: StreamContext): Promise<ConsumerRow> {
    const { row: before, topic } = this.#subject;
    const row = await this.#means.collaborators.consumers.get(before.id);
    if (row === null || row.id !== before.id) throw new GluttonyError("consumer.not_found");
    if (!may(context.principal(), "change.read", labelsOf(row.configuration)))
      throw new GluttonyError("request.not_permitted", { permission: "change.read" });
    if (topicOfConsumer(row).topic !== topic) throw new GluttonyError("change.topic_unknown");
    return row;
  }

  /** Reads on from where it stands. Answers what it left out. */
  async #read(row: ConsumerRow, { nowMs }: StreamContext): Promise<readonly LiveGap[]> {
    const { topic, only, wish } = this.#subject;
    const bounds = await boundsOf(topic, this.#means);
    const limits = this.#key === null && wish.op === undefined ? behind.all : behind.some;
    const { place, ranges, gaps } = planStep(this.#place, bounds, { only, limits });
    if (ranges.length === 0) {
      this.#place = place;
      return gaps;
    }
    const order = rotated(ranges, (this.#round += 1));
    const wanted = await this.#wanted(row);
    const { items, next } = await search<Seen>(order, lookLimits, {
      topic,
      reader: this.#means.reader,
      nowMs,
      wanted,
    });
    this.#place = placeAfter(place, order, next);
    for (const { record, view } of items) this.#told.add(record, view, nowMs());
    const dropped = this.#told.cut();
    if (dropped === 0) return gaps;
    return [...gaps, { reason: "not_followed", count: String(dropped), partitions: [] }];
  }

  async #wanted(row: ConsumerRow): Promise<(record: RawRecord) => Promise<Seen | null>> {
    const parsed = parseConsumer(row);
    const decoder = new TopicDecoder(this.#means.reader, "consumer" in parsed ? parsed.consumer : null);
    const rules = await this.#means.masking.rules.list();
    return async (record) => {
      await decoder.prepare(record);
      if (this.#key !== null && !isOfKey(record, decoder, this.#key)) return null;
      const view = recordView(record, decoder.codec, { rules });
      return isOfOperation(view, this.#subject.wish) ? { record, view } : null;
    };
  }

  async #state(row: ConsumerRow, { nowMs, principal }: StreamContext): Promise<readonly string[]> {
    if (nowMs() - this.#statedAtMs < stateMs) return [];
    // Who may look at records alone is told nothing of the consumer.
    if (!may(principal(), "consumer.read", labelsOf(row.configuration))) return [];
    this.#statedAtMs = nowMs();
    const { observations, positions: store } = this.#means.collaborators;
    const [states, positions] = await Promise.all([
      observations.readStates(row.id),
      store.load(row.id, this.#subject.topic),
    ]);
    const now = endingsOf(positions, nowMs());
    const data = liveStateOf(row, { states, positions }, { before: this.#endings, now });
    this.#endings = now;
    return [sseFrame({ event: "state", data })];
  }

  #resumeAt(): LivePlace {
    const { topicId, next } = this.#place;
    return { topicId, next: new Map([...next, ...this.#told.untold()]) };
  }
}

/** A record that is wanted, and how it is shown. */
interface Seen {
  readonly record: RawRecord;
  readonly view: RecordView;
}

async function boundsOf(topic: string, { collaborators }: LiveMeans): Promise<TopicBounds> {
  const bounds = await collaborators.topicBounds?.(topic);
  if (bounds === undefined || bounds === null) throw new GluttonyError("kafka.topic_missing", { topic });
  return bounds;
}

/** The one partition that is read; null for all. Throws `position.invalid` for one that is not there. */
async function onlyPartition(
  { partition, key }: LiveWish,
  topic: string,
  means: { readonly bounds: TopicBounds; readonly reader: ChangeReader },
): Promise<number | null> {
  if (partition !== undefined) {
    if (means.bounds.partitions.has(Number(partition))) return Number(partition);
    throw new GluttonyError("position.invalid", { partition: Number(partition) });
  }
  return key === undefined ? null : (await keyPlaceOf(keyWishOf(key), topic, means)).partition;
}

async function until(atMs: number, { nowMs, signal }: StreamContext): Promise<void> {
  const ms = atMs - nowMs();
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}
