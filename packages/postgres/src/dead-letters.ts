import type { DeadLetter, Failure } from "@gluttony/model";
import type { DeadLetters, ParkedRecord, ReplayRequest } from "@gluttony/runtime";
import { type DeadLetterFilter, type DeadLetterPage, getLetter, listLetters } from "./dead-letter-lists.ts";
import { discardLetters, type LetterSelection, requestReplays } from "./dead-letter-requests.ts";
import { type LetterBytes, openLetter, sealLetter } from "./letter-bytes.ts";
import type { Pool, Queries } from "./pool.ts";
import type { SecretBox } from "./secret-box.ts";

const messageCharactersMax = 1_000;
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
  /** How many are parked or wait to be replayed. */
  countOpen(consumerId: string): Promise<bigint>;
  /**
   * Asks for another run and answers how many letters wait for it. Ids must all exist and be replayable
   * (`dead_letter.not_found`, `dead_letter.not_replayable`); a filter takes those that are, at most 1,000.
   */
  requestReplay(selection: LetterSelection, actor: string): Promise<number>;
  /** Gives letters up; the record's bytes are erased. Answers how many. */
  discard(selection: LetterSelection, actor: string): Promise<number>;
}

export function createDeadLetters(pool: Pool, options: DeadLettersOptions): DeadLetterStore {
  return {
    park: (parked) => park(pool, parked, options.box),
    takeReplays: (consumerId, wanted) => takeReplays(pool, { consumerId, ...wanted }, options),
    finishReplay: (id, failure) => finishReplay(pool, id, failure),
    list: (filter) => listLetters(pool, filter),
    get: (id) => getLetter(pool, id),
    countOpen: (consumerId) => countOpen(pool, consumerId),
    requestReplay: (selection, actor) => requestReplays(pool, selection, actor),
    discard: (selection, actor) => discardLetters(pool, selection, actor),
  };
}

/**
 * A letter that still waits stays as it is; one that was ended opens again, because the record was read again
 * and failed again.
 */
async function park(queries: Queries, parked: ParkedRecord, box: SecretBox | null): Promise<void> {
  const { record, failure } = parked;
  const { topic, partition, offset } = record;
  const place = { consumerId: parked.consumerId, topicId: parked.topicId, topic, partition, offset };
  const bytes = sealLetter(record, place, box);
  await queries.query(
    `insert into cdc.dead_letter as d (consumer_id, topic, topic_id, partition, "offset", failure_kind, failure_code,
       failure_message, target, attempts, release, idempotency_key, record_ts, key_bytes, value_bytes, headers,
       is_encrypted, size_bytes)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
     on conflict (consumer_id, topic_id, partition, "offset") do update set
       state = 'parked', failure_kind = excluded.failure_kind, failure_code = excluded.failure_code,
       failure_message = excluded.failure_message, target = excluded.target, attempts = excluded.attempts,
       release = excluded.release, key_bytes = excluded.key_bytes, value_bytes = excluded.value_bytes,
       headers = excluded.headers, is_encrypted = excluded.is_encrypted, parked_at = now(),
       replay_requested_at = null, taken_by = null, taken_at = null, finished_at = null
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
    ],
  );
}

interface TakenRow extends LetterBytes {
  readonly id: string;
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestampMs: bigint;
  readonly idempotencyKey: string;
  readonly attempts: number;
}

async function takeReplays(
  pool: Pool,
  wanted: { readonly consumerId: string; readonly partitions: readonly number[]; readonly limit: number },
  options: DeadLettersOptions,
): Promise<readonly ReplayRequest[]> {
  const { box, hostId, leaseMs = leaseMsDefault } = options;
  // A host without the key can only fail them; one that has it may come.
  if (box === null) return [];
  const rows = await pool.query<TakenRow & { readonly [name: string]: unknown }>(
    `with next as (
       select id from cdc.dead_letter
       where consumer_id = $1 and state = 'replaying' and is_encrypted and partition = any($5::int[])
         and (taken_at is null or taken_at < now() - $4 * interval '1 millisecond')
       order by id limit $2 for update skip locked
     ), taken as (
       update cdc.dead_letter d set taken_by = $3, taken_at = now() from next where d.id = next.id returning d.*
     )
     select id::text as id, topic, topic_id as "topicId", partition, "offset", record_ts as "timestampMs",
       idempotency_key as "idempotencyKey", attempts, key_bytes as key, value_bytes as value, headers,
       is_encrypted as "isEncrypted"
     from taken order by taken.id`,
    [wanted.consumerId, wanted.limit, hostId, leaseMs, wanted.partitions],
  );
  return rows.map((row) => toReplay(row, wanted.consumerId, box));
}

function toReplay(row: TakenRow, consumerId: string, box: SecretBox): ReplayRequest {
  const { topic, topicId, partition, offset } = row;
  const content = openLetter(row, { consumerId, topicId, topic, partition, offset }, box);
  return {
    id: row.id,
    record: { topic, partition, offset, timestampMs: Number(row.timestampMs), ...content },
    idempotencyKey: row.idempotencyKey,
    attempts: row.attempts,
  };
}

/** Success erases the bytes: nobody needs them any more. A failure parks the letter again. */
async function finishReplay(queries: Queries, id: string, failure: Failure | null): Promise<void> {
  if (failure === null) {
    await queries.query(
      `update cdc.dead_letter set state = 'replayed', finished_at = now(), key_bytes = null, value_bytes = null,
         headers = null, is_encrypted = false
       where id::text = $1 and state = 'replaying'`,
      [id],
    );
    return;
  }
  await queries.query(
    `update cdc.dead_letter set state = 'parked', failure_kind = $2, failure_code = $3, failure_message = $4,
       target = $5, attempts = attempts + 1, taken_by = null, taken_at = null, replay_requested_at = null
     where id::text = $1 and state = 'replaying'`,
    [id, failure.kind, failure.code, messageOf(failure), failure.target ?? null],
  );
}

async function countOpen(queries: Queries, consumerId: string): Promise<bigint> {
  const [row] = await queries.query<{ open: bigint }>(
    "select count(*) as open from cdc.dead_letter where consumer_id = $1 and state in ('parked', 'replaying')",
    [consumerId],
  );
  return row?.open ?? 0n;
}

/** Postgres refuses the character U+0000 in a text, and a refused letter would hold up its record for ever. */
function messageOf(failure: Failure): string {
  return failure.message.replaceAll("\u0000", "").slice(0, messageCharactersMax);
}

function sizeOf(parked: ParkedRecord): number {
  return (parked.record.key?.byteLength ?? 0) + (parked.record.value?.byteLength ?? 0);
}
