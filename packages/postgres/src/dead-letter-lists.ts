import type { DeadLetter, DeadLetterState, DeadLetterStats } from "@gluttony/model";
import { sql } from "kysely";
import { toDatabaseError } from "./errors.ts";
import { failureKindOf } from "./failure-kind.ts";
import { idOf } from "./letter-id.ts";
import type { Pool, Queries } from "./pool.ts";

const pageMax = 200;
const pageDefault = 50;

/** Which dead letters, and from where on. */
export interface DeadLetterFilter {
  readonly consumerId?: string;
  /** Only of these; left out means of all. */
  readonly consumerIds?: readonly string[];
  readonly state?: DeadLetterState;
  readonly failureCode?: string;
  readonly partition?: number;
  readonly subject?: string;
  /** The cursor of the page before. */
  readonly after?: string;
  /** At most 200; default 50. */
  readonly limit?: number;
}

/** Newest first. `next` is the cursor of the following page; null on the last one. */
export interface DeadLetterPage {
  readonly items: readonly DeadLetter[];
  readonly next: string | null;
}

/** A cursor that is not one of ours reads as the first page. */
export async function listLetters(pool: Pool, filter: DeadLetterFilter): Promise<DeadLetterPage> {
  const limit = Math.min(pageMax, Math.max(1, Math.trunc(filter.limit ?? pageDefault)));
  let query = selectLetters(pool)
    .orderBy("d.id", "desc")
    .limit(limit + 1);
  if (filter.consumerId !== undefined) query = query.where("d.consumer_id", "=", filter.consumerId);
  if (filter.consumerIds !== undefined)
    query = query.where(sql<boolean>`d.consumer_id = any(${filter.consumerIds})`);
  if (filter.state !== undefined) query = query.where("d.state", "=", filter.state);
  if (filter.failureCode !== undefined) query = query.where("d.failure_code", "=", filter.failureCode);
  if (filter.partition !== undefined) query = query.where("d.partition", "=", filter.partition);
  if (filter.subject !== undefined) query = query.where("d.subject", "=", filter.subject);
  const after = idOf(filter.after);
  if (after !== null) query = query.where("d.id", "<", after);
  const rows = await query.execute().catch(rethrow);
  const items = rows.slice(0, limit).map(toDeadLetter);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Offsets of one partition in one life of its topic, the end not included. */
export interface LetterRange {
  readonly consumerId: string;
  readonly topicId: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** Every letter of a range, by offset; whoever asks bounds the range, and so the letters. */
export async function lettersBetween(pool: Pool, range: LetterRange): Promise<readonly DeadLetter[]> {
  const rows = await selectLetters(pool)
    .where("d.consumer_id", "=", range.consumerId)
    .where("d.topic_id", "=", range.topicId)
    .where("d.partition", "=", range.partition)
    .where("d.offset", ">=", range.from)
    .where("d.offset", "<", range.to)
    .orderBy("d.offset")
    .execute()
    .catch(rethrow);
  return rows.map(toDeadLetter);
}

export async function getLetter(pool: Pool, id: string): Promise<DeadLetter | null> {
  const number = idOf(id);
  if (number === null) return null;
  const row = await selectLetters(pool).where("d.id", "=", number).executeTakeFirst().catch(rethrow);
  return row === undefined ? null : toDeadLetter(row);
}

/** Kinds told at once; a consumer has few codes, so more would be a fault elsewhere. */
const kindsMax = 1_000;

/** Of one consumer, or of all; the most frequent kinds first. Subjects are hashed, since to sort all letters takes longer. */
export async function countLetters(
  queries: Queries,
  consumerId: string | null,
): Promise<readonly DeadLetterStats[]> {
  const rows = await queries.query<StatsRow & { readonly [name: string]: unknown }>(
    `select coalesce((select name from cdc.consumer c where c.id::text = s.consumer_id), s.consumer_id) as consumer,
       s.state, s.failure_code as "failureCode", s.count, s.subjects,
       s.oldest as "oldestParkedAt", s.newest as "newestParkedAt"
     from (
       select consumer_id, state, failure_code, sum(letters)::bigint as count,
         count(*) filter (where subject <> '') as subjects, min(oldest) as oldest, max(newest) as newest
       from (
         select consumer_id, state, failure_code, subject, count(*) as letters, min(parked_at) as oldest,
           max(parked_at) as newest
         from cdc.dead_letter where $1::text is null or consumer_id = $1
         group by consumer_id, state, failure_code, subject
       ) of_subject
       group by consumer_id, state, failure_code
       order by count desc, consumer_id, state, failure_code limit $2
     ) s order by s.count desc, consumer, s.state, s.failure_code`,
    [consumerId, kindsMax],
  );
  return rows.map((row) => ({ ...row, count: Number(row.count), subjects: Number(row.subjects) }));
}

interface StatsRow extends Omit<DeadLetterStats, "count" | "subjects"> {
  readonly count: bigint;
  readonly subjects: bigint;
}

interface LetterRow {
  readonly id: bigint;
  readonly consumer_id: string;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly state: DeadLetterState;
  readonly failure_kind: string;
  readonly failure_code: string;
  readonly failure_message: string;
  readonly target: string | null;
  readonly attempts: number;
  readonly release: string | null;
  readonly size_bytes: bigint;
  readonly parked_at: Date;
  readonly subject: string;
  readonly is_behind: boolean;
  readonly is_encrypted: boolean;
  readonly replays: number;
  readonly reason: string | null;
  readonly note: string | null;
}

// The builder's type follows from the columns; writing it out would say them a second time.
// oxlint-disable-next-line typescript/explicit-module-boundary-types
function selectLetters(pool: Pool) {
  const name = sql<string>`coalesce((select name from cdc.consumer c where c.id::text = d.consumer_id), d.consumer_id)`;
  return pool.kysely
    .selectFrom("cdc.dead_letter as d")
    .select(["d.id", "d.consumer_id", name.as("consumer"), "d.topic", "d.partition", "d.offset", "d.state"])
    .select(["d.failure_kind", "d.failure_code", "d.failure_message", "d.target", "d.attempts", "d.release"])
    .select([
      "d.size_bytes",
      "d.parked_at",
      "d.subject",
      "d.is_behind",
      "d.is_encrypted",
      "d.replays",
      "d.reason",
      "d.note",
    ]);
}

function toDeadLetter(row: LetterRow): DeadLetter {
  return {
    id: String(row.id),
    consumerId: row.consumer_id,
    consumer: row.consumer,
    topic: row.topic,
    partition: row.partition,
    offset: row.offset,
    state: row.state,
    failure: {
      kind: failureKindOf(row.failure_kind),
      code: row.failure_code,
      message: row.failure_message,
      ...(row.target === null ? {} : { target: row.target }),
    },
    attempts: row.attempts,
    release: row.release,
    parkedAt: row.parked_at,
    sizeBytes: Number(row.size_bytes),
    subject: row.subject,
    isBehind: row.is_behind,
    holdsRecord: row.is_encrypted,
    replays: row.replays,
    reason: row.reason,
    note: row.note,
  };
}

function rethrow(thrown: unknown): never {
  throw toDatabaseError(thrown);
}
