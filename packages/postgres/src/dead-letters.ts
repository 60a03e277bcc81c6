import type { DeadLetter, DeadLetterStats, Failure, LetterEvent, ReplayOrder } from "@gluttony/model";
import type { DeadLetters, ParkedRecord, ParkedSubjects, ReplayRequest } from "@gluttony/runtime";
import {
  countLetters,
  type DeadLetterFilter,
  type DeadLetterPage,
  getLetter,
  type LetterRange,
  lettersBetween,
  listLetters,
} from "./dead-letter-lists.ts";
import { finishReplay } from "./finish-replay.ts";
import { sealLetter } from "./letter-bytes.ts";
import { type Discarding, discardLetters, restoreLetters } from "./letter-closing.ts";
import { noteOnLetter, readLetterHistory } from "./letter-history.ts";
import { messageOf } from "./letter-message.ts";
import { type LetterPlan, planDiscard, planReplays } from "./letter-plan.ts";
import { purgeLetters, type PurgedLetters } from "./letter-purge.ts";
import type { LetterSelection } from "./letter-selection.ts";
import type { Pool, Queries } from "./pool.ts";
import { listOrders, type ReplayWish, requestReplays } from "./replay-orders.ts";
import type { SecretBox } from "./secret-box.ts";
import { type Taker, takeReplays, type WantedReplays } from "./take-replays.ts";

/** Milliseconds after which a replay that a host took and never finished is given to another. */
const leaseMsDefault = 600_000;

/** What dead letters need besides the database. */
export interface DeadLettersOptions {
  readonly hostId: string;
  /** Null keeps references without bytes, which cannot be replayed. */
  readonly box: SecretBox | null;
  readonly leaseMs?: number;
}

/** The runtime's port, and what a person reads and asks. */
export interface DeadLetterStore extends DeadLetters {
  list(filter: DeadLetterFilter): Promise<DeadLetterPage>;
  get(id: string): Promise<DeadLetter | null>;
  /** Every letter of the range, by offset; offsets bound how many that are. */
  between(range: LetterRange): Promise<readonly DeadLetter[]>;
  /** How many are parked or wait to be replayed. */
  countOpen(consumerId: string): Promise<bigint>;
  /** How many there are of each kind; of one consumer or of all. */
  stats(consumerId?: string): Promise<readonly DeadLetterStats[]>;
  /**
   * Asks for another run, as one order. Ids must all exist, be of one consumer and be replayable
   * (`dead_letter.not_found`, `dead_letter.not_replayable`, `dead_letter.replay_loop`, `dead_letter.behind_another`); a
   * filter takes those that are, however many.
   */
  requestReplay(selection: LetterSelection, wish: ReplayWish): Promise<ReplayOrder>;
  /** Newest first, at most 200. */
  orders(consumerId?: string): Promise<readonly ReplayOrder[]>;
  /**
   * Gives letters up and answers how many. Throws `dead_letter.reason_required`; ids must all be parked
   * (`dead_letter.not_found`, `dead_letter.not_discardable`).
   */
  discard(selection: LetterSelection, discarding: Discarding): Promise<number>;
  /** What a replay of the selection would take and leave; changes nothing. */
  planReplay(selection: LetterSelection, isForced: boolean): Promise<LetterPlan>;
  /** The same of a discard. */
  planDiscard(selection: LetterSelection): Promise<LetterPlan>;
  /** What happened to a letter, newest first. */
  history(id: string): Promise<readonly LetterEvent[]>;
  /** Throws `dead_letter.not_found`, `dead_letter.note_invalid`. */
  note(id: string, note: { readonly actor: string; readonly note: string | null }): Promise<void>;
  /** Takes discarded letters back while their bytes are there (`dead_letter.not_restorable`). Answers how many. */
  restore(selection: LetterSelection, actor: string): Promise<number>;
  /** Erases what closed letters hold that many days after their end. Default 14. */
  purge(beforeDays?: number): Promise<PurgedLetters>;
}

export function createDeadLetters(pool: Pool, options: DeadLettersOptions): DeadLetterStore {
  const { box, hostId, leaseMs = leaseMsDefault } = options;
  return {
    park: (parked) => park(pool, parked, box),
    // A host without the key can only fail them; one that has it may come.
    takeReplays: async (consumerId, wanted) =>
      box === null ? [] : takeReadable(pool, { consumerId, ...wanted }, { hostId, box, leaseMs }),
    finishReplay: (id, failure) => finishReplay(pool, { id, hostId, failure }),
    parkedSubjects: (consumerId, partitions) => parkedSubjects(pool, consumerId, partitions),
    list: (filter) => listLetters(pool, filter),
    get: (id) => getLetter(pool, id),
    between: (range) => lettersBetween(pool, range),
    countOpen: (consumerId) => countOpen(pool, consumerId),
    stats: (consumerId) => countLetters(pool, consumerId ?? null),
    requestReplay: (selection, wish) => requestReplays(pool, selection, wish),
    orders: (consumerId) => listOrders(pool, consumerId ?? null),
    discard: (selection, discarding) => discardLetters(pool, selection, discarding),
    planReplay: (selection, isForced) => planReplays(pool, selection, isForced),
    planDiscard: (selection) => planDiscard(pool, selection),
    history: (id) => readLetterHistory(pool, id),
    note: (id, note) => noteOnLetter(pool, id, note),
    restore: (selection, actor) => restoreLetters(pool, selection, actor),
    purge: (beforeDays) => purgeLetters(pool, beforeDays),
  };
}

/** What was sealed with another key goes back to a person; it holds up none of the others. */
async function takeReadable(
  pool: Pool,
  wanted: WantedReplays,
  taker: Taker,
): Promise<readonly ReplayRequest[]> {
  const { readable, unreadable } = await takeReplays(pool, wanted, taker);
  const { hostId } = taker;
  for (const id of unreadable) await finishReplay(pool, { id, hostId, failure: unreadableFailure });
  return readable;
}

const unreadableFailure: Failure = {
  kind: "record",
  code: "secret.unreadable",
  message: "The dead letter cannot be read with this host's master key.",
};

/**
 * A letter that still waits stays as it is; one that was ended opens again, because the record was read again
 * and failed again. A record below the mark has its ending: what parks it is a host whose time is over, and comes to nothing.
 */
async function park(queries: Queries, parked: ParkedRecord, box: SecretBox | null): Promise<void> {
  const { record, failure } = parked;
  const { topic, partition, offset } = record;
  const place = { consumerId: parked.consumerId, topicId: parked.topicId, topic, partition, offset };
  const bytes = sealLetter(record, place, parked.bytes === "encrypted" ? box : null);
  await queries.query(
    `insert into cdc.dead_letter as d (consumer_id, topic, topic_id, partition, "offset", failure_kind, failure_code,
       failure_message, target, attempts, release, idempotency_key, record_ts, key_bytes, value_bytes, headers,
       is_encrypted, size_bytes, subject, is_behind)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20
     where not exists (select from cdc.position
       where consumer_id = $1 and topic = $2 and partition = $4 and topic_id = $3 and mark > $5)
     on conflict (consumer_id, topic_id, partition, "offset") do update set
       state = 'parked', failure_kind = excluded.failure_kind, failure_code = excluded.failure_code,
       failure_message = excluded.failure_message, target = excluded.target, attempts = excluded.attempts,
       release = excluded.release, key_bytes = excluded.key_bytes, value_bytes = excluded.value_bytes,
       headers = excluded.headers, is_encrypted = excluded.is_encrypted, size_bytes = excluded.size_bytes,
       subject = excluded.subject, is_behind = excluded.is_behind, replays = 0, reason = null, parked_at = now(),
       replay_order_id = null, replay_requested_at = null, taken_by = null, taken_at = null, finished_at = null
     where d.state in ('replayed', 'discarded')`,
    [
      parked.consumerId,
      topic,
      parked.topicId,
      partition,
      offset,
      failure.kind,
      failure.code,
      messageOf(failure),
      failure.target ?? null,
      parked.attempts,
      parked.release,
      parked.idempotencyKey,
      record.timestampMs,
      bytes.key,
      bytes.value,
      bytes.headers,
      bytes.isEncrypted,
      sizeOf(parked),
      parked.subject,
      parked.isBehind,
    ],
  );
}

/** Of a subject that is not known nothing can park behind. */
async function parkedSubjects(
  queries: Queries,
  consumerId: string,
  partitions: readonly number[],
): Promise<ParkedSubjects> {
  const rows = await queries.query<{ partition: number; subject: string; first: bigint }>(
    `select partition, subject, min("offset") as first from cdc.dead_letter
     where consumer_id = $1 and partition = any($2::int[]) and state in ('parked', 'replaying') and subject <> ''
     group by partition, subject`,
    [consumerId, partitions],
  );
  const firsts = new Map<number, Map<string, bigint>>();
  for (const { partition, subject, first } of rows) {
    const ofOne = firsts.get(partition) ?? new Map<string, bigint>();
    firsts.set(partition, ofOne.set(subject, first));
  }
  return firsts;
}

async function countOpen(queries: Queries, consumerId: string): Promise<bigint> {
  const [row] = await queries.query<{ open: bigint }>(
    "select count(*) as open from cdc.dead_letter where consumer_id = $1 and state in ('parked', 'replaying')",
    [consumerId],
  );
  return row?.open ?? 0n;
}

function sizeOf(parked: ParkedRecord): number {
  return (parked.record.key?.byteLength ?? 0) + (parked.record.value?.byteLength ?? 0);
}
