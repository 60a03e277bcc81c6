import type { DeadLetter, DeadLetterState } from "@gluttony/model";
import { sql } from "kysely";
import { toDatabaseError } from "./errors.ts";
import { failureKindOf } from "./failure-kind.ts";
import type { Pool } from "./pool.ts";

const pageMax = 200;
const pageDefault = 50;

/** Which dead letters, and from where on. */
export interface DeadLetterFilter {
  readonly consumerId?: string;
  readonly state?: DeadLetterState;
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
  if (filter.state !== undefined) query = query.where("d.state", "=", filter.state);
  const after = idOf(filter.after);
  if (after !== null) query = query.where("d.id", "<", after);
  const rows = await query.execute().catch(rethrow);
  const items = rows.slice(0, limit).map(toDeadLetter);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

export async function getLetter(pool: Pool, id: string): Promise<DeadLetter | null> {
  const number = idOf(id);
  if (number === null) return null;
  const row = await selectLetters(pool).where("d.id", "=", number).executeTakeFirst().catch(rethrow);
  return row === undefined ? null : toDeadLetter(row);
}

/** An id as the column holds it; null for anything else. */
export function idOf(text: string | undefined): bigint | null {
  return text !== undefined && /^\d{1,18}$/.test(text) ? BigInt(text) : null;
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
}

// The builder's type follows from the columns; writing it out would say them a second time.
// oxlint-disable-next-line typescript/explicit-module-boundary-types
function selectLetters(pool: Pool) {
  const name = sql<string>`coalesce((select name from cdc.consumer c where c.id::text = d.consumer_id), d.consumer_id)`;
  return pool.kysely
    .selectFrom("cdc.dead_letter as d")
    .select(["d.id", "d.consumer_id", name.as("consumer"), "d.topic", "d.partition", "d.offset", "d.state"])
    .select(["d.failure_kind", "d.failure_code", "d.failure_message", "d.target", "d.attempts", "d.release"])
    .select(["d.size_bytes", "d.parked_at"]);
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
  };
}

function rethrow(thrown: unknown): never {
  throw toDatabaseError(thrown);
}
