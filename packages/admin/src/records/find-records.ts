import { type ConsumerRow, GluttonyError } from "@gluttony/model";
import { type ChangesPage, type ChangesQuery, findChanges, type FindMeans } from "../changes/find-changes.ts";
import { topicsOf, type VisibleTopic } from "../changes/topics-in-reach.ts";
import type { RecordLedger } from "../record-ports.ts";
import { type FollowedRecord, outcomeView } from "./followed-record.ts";
import { placeAtEnd, writeLivePlace } from "./live-place.ts";
import { isOfOperation, isOfOutcome, type RecordsFilter } from "./wish.ts";

/** Which records of a consumer, and from where on. */
export interface RecordsWish extends ChangesQuery, RecordsFilter {}

/** One answer: records and what became of them, and where whoever then follows them live begins. */
export interface RecordsPage extends ChangesPage<FollowedRecord> {
  /** The ends of the topic before this page was read; null for a topic of too many partitions. */
  readonly liveFrom: string | null;
}

/** What finding records works with. */
export interface FindRecordsMeans extends Omit<FindMeans<FollowedRecord>, "itemOf"> {
  readonly ledger: RecordLedger;
}

/** The topic that a consumer reads. Throws `change.topic_unknown` while it has none. Pure. */
export function topicOfConsumer(row: ConsumerRow): VisibleTopic {
  const [visible] = topicsOf([row]);
  if (visible === undefined) throw new GluttonyError("change.topic_unknown");
  return visible;
}

/**
 * Searches a consumer's topic within the limits of a search, and tells what became of each record. Throws
 * `change.topic_unknown`, `kafka.topic_missing`, `request.invalid`, `position.invalid`.
 */
export async function findRecords(
  row: ConsumerRow,
  wish: RecordsWish,
  { ledger, ...means }: FindRecordsMeans,
): Promise<RecordsPage> {
  const visible = topicOfConsumer(row);
  const bounds = await means.needed.topicBounds?.(visible.topic);
  ledger.watch(row);
  const open = await ledger.open(row);
  const page = await findChanges<FollowedRecord>(
    visible,
    { ...wish, isFiltered: wish.op !== undefined || wish.outcome !== undefined },
    {
      ...means,
      itemOf: async (record, view) => {
        if (!isOfOperation(view, wish)) return null;
        const outcome = await open.outcomeOf(record);
        return isOfOutcome(outcome, wish) ? { ...view, outcome: outcomeView(outcome) } : null;
      },
    },
  );
  const isKnown = bounds !== undefined && bounds !== null;
  return { ...page, liveFrom: isKnown ? writeLivePlace(placeAtEnd(bounds)) : null };
}
