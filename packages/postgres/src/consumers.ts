import { type ConsumerDraft, type ConsumerRow, GluttonyError } from "@gluttony/model";
import type { DesiredConsumers } from "@gluttony/runtime";
import { asActor } from "./as-actor.ts";
import { isKeepMark, protect } from "./conn-strings.ts";
import { readConsumerIdColumn } from "./consumer-id.ts";
import { selectConsumer, type SelectedConsumer, toConsumerRow } from "./consumer-row.ts";
import { listenForConsumers, type ListenTimes } from "./listen.ts";
import { sqlstateOf } from "./errors.ts";
import { attribute } from "./note-revision.ts";
import type { Pool, Queries } from "./pool.ts";
import type { SecretBox } from "./secret-box.ts";
import { storedJson } from "./stored-json.ts";

const revisionsMax = 200;
const uniqueViolation = "23505";

/** Who changes what they saw. */
export interface Change {
  readonly actor: string;
  /** The revision that the person saw; null changes whatever is there. */
  readonly revision: bigint | null;
  /** What the change is, where it is not just one, and why. */
  readonly operation?: "restore";
  readonly reason?: string;
}

/** One earlier or present version of a row; its `conn_string` is only a mark. */
export interface ConsumerRevision {
  readonly revision: bigint;
  readonly at: Date;
  readonly actor: string;
  readonly operation: string;
  readonly row: unknown;
  /** Why, where a person had to say it. */
  readonly reason: string | null;
}

/** Reads and writes `cdc.consumer`. Nothing here judges what a row means. */
export interface Consumers extends DesiredConsumers {
  /** By id, else by name; null when there is none. */
  get(idOrName: string): Promise<ConsumerRow | null>;
  /** Throws `consumer.name_taken`, `secret.master_key_missing`. */
  create(draft: ConsumerDraft, actor: string): Promise<ConsumerRow>;
  /**
   * A `connString` that is one of the marks `(encrypted)`, `(reference)`, `(clear)` keeps the one there is. Throws
   * `consumer.stale_revision`, `consumer.not_found`, `consumer.name_taken`, `secret.master_key_missing`.
   */
  update(id: string, draft: ConsumerDraft, change: Change): Promise<ConsumerRow>;
  delete(id: string, change: Change): Promise<void>;
  setValid(id: string, isValid: boolean, actor: string): Promise<ConsumerRow>;
  /** Newest first, at most 200. */
  revisions(id: string): Promise<readonly ConsumerRevision[]>;
}

/** What consumers need besides the database. */
export interface ConsumersOptions {
  /** Encrypts clear connection strings before they are written; null refuses them. */
  readonly box: SecretBox | null;
  readonly times?: Partial<ListenTimes>;
}

export function createConsumers(pool: Pool, options: ConsumersOptions): Consumers {
  const { box } = options;
  return {
    list: () => readConsumers(pool),
    get: (idOrName) => readOne(pool, idOrName),
    create: (draft, actor) => attributed(pool, actor, (queries) => insertConsumer(queries, draft, box)),
    update: (id, draft, change) =>
      attributed(pool, change.actor, async (queries) => {
        const current = await lockConsumer(queries, id, change.revision);
        await attribute(queries, change);
        await writeConsumer(queries, { current, draft }, box);
        return requireRow(queries, id);
      }),
    delete: (id, change) =>
      attributed(pool, change.actor, async (queries) => {
        await lockConsumer(queries, id, change.revision);
        await queries.query("delete from cdc.consumer where id::text = $1", [id]);
      }),
    setValid: (id, isValid, actor) =>
      attributed(pool, actor, async (queries) => {
        await queries.query("update cdc.consumer set is_valid = $2 where id::text = $1", [id, isValid]);
        return requireRow(queries, id);
      }),
    revisions: (id) => readRevisions(pool, id),
    listen: (onChange, signal) => listenForConsumers(pool, { onChange, ...options.times }, signal),
  };
}

/** Every row, by name. */
export async function readConsumers(queries: Queries): Promise<readonly ConsumerRow[]> {
  const rows = await queries.query<SelectedConsumer>(`${selectConsumer} order by c.name, c.id::text`);
  return rows.map(toConsumerRow);
}

async function readOne(queries: Queries, idOrName: string): Promise<ConsumerRow | null> {
  const [row] = await queries.query<SelectedConsumer>(
    `${selectConsumer} where c.id::text = $1 or c.name = $1 order by (c.id::text = $1) desc limit 1`,
    [idOrName],
  );
  return row === undefined ? null : toConsumerRow(row);
}

async function requireRow(queries: Queries, id: string): Promise<ConsumerRow> {
  const [row] = await queries.query<SelectedConsumer>(`${selectConsumer} where c.id::text = $1`, [id]);
  if (row === undefined) throw new GluttonyError("consumer.not_found", { consumer: id });
  return toConsumerRow(row);
}

/** Locks the row first and its head second, as a plain SQL change does, so that the two cannot deadlock. */
export async function lockConsumer(queries: Queries, id: string, seen: bigint | null): Promise<ConsumerRow> {
  await queries.query("select from cdc.consumer where id::text = $1 for update", [id]);
  const row = await requireRow(queries, id);
  if (seen === null || row.revision === seen) return row;
  throw new GluttonyError("consumer.stale_revision", {
    seen: String(seen),
    current: String(row.revision),
  });
}

export async function insertConsumer(
  queries: Queries,
  draft: ConsumerDraft,
  box: SecretBox | null,
): Promise<ConsumerRow> {
  if (isKeepMark(draft.connString)) {
    const fault = {
      path: "conn_string",
      message: "is a mark for a value that this new consumer does not have",
    };
    throw new GluttonyError("consumer.invalid", { path: fault.path }, { faults: [fault] });
  }
  const column = await readConsumerIdColumn(queries);
  const [next] = await queries.query<{ id: string }>(`select (${column.next})::text as id`);
  const id = next?.id ?? "";
  await queries.query(
    `insert into cdc.consumer (id, ${draftColumns}, count, creation_time)
     overriding system value
     values ($1::${column.type}, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, now())`,
    [id, ...draftValues(draft, protect(draft.connString, id, box))],
  );
  return requireRow(queries, id);
}

export async function writeConsumer(
  queries: Queries,
  change: { readonly current: ConsumerRow; readonly draft: ConsumerDraft },
  box: SecretBox | null,
): Promise<void> {
  const { current, draft } = change;
  // A clear value that plain SQL left there without a master key may stay; a new one may not come in.
  const isKept = isKeepMark(draft.connString) || draft.connString === current.connString;
  const connString = isKept ? current.connString : protect(draft.connString, current.id, box);
  await queries.query(
    `update cdc.consumer set (${draftColumns}) = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     where id::text = $1`,
    [current.id, ...draftValues(draft, connString)],
  );
}

const draftColumns =
  'name, conn_string, data_source, capture_schema, capture_table, topic, "group", handler_func, global_key, is_valid, configuration';

function draftValues(draft: ConsumerDraft, connString: string | null): readonly unknown[] {
  return [
    draft.name,
    connString,
    draft.dataSource,
    draft.captureSchema,
    draft.captureTable,
    draft.topic,
    draft.group,
    draft.handlerFunc,
    draft.globalKey,
    draft.isValid,
    storedJson(draft.configuration),
  ];
}

async function readRevisions(pool: Pool, id: string): Promise<readonly ConsumerRevision[]> {
  return pool.query<ConsumerRevision & { readonly [name: string]: unknown }>(
    `select revision, at, actor, operation, "row", reason from cdc.consumer_revision
     where consumer_id = $1 order by revision desc limit $2`,
    [id, revisionsMax],
  );
}

/** One transaction whose revisions carry the actor's name. */
async function attributed<T>(pool: Pool, actor: string, work: (queries: Queries) => Promise<T>): Promise<T> {
  try {
    return await asActor(pool, actor, work);
  } catch (error) {
    if (sqlstateOf(error) !== uniqueViolation) throw error;
    throw new GluttonyError("consumer.name_taken", {}, { cause: error });
  }
}
