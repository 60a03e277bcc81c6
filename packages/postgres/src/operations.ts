import assert from "node:assert/strict";
import type { Operation, OperationEnding, OperationSubject } from "@gluttony/model";
import type { Pool, Queries } from "./pool.ts";
import { inSteps } from "./purge-steps.ts";
import { storedJson } from "./stored-json.ts";

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Which operations to list, newest first; what is left out matches all. */
export interface OperationQuery {
  readonly state?: Operation["state"];
  readonly kind?: string;
  readonly subject?: Pick<OperationSubject, "kind" | "id">;
  /** Only those of subjects of the kind that are among these, and those of other kinds. */
  readonly among?: { readonly kind: string; readonly ids: readonly string[] };
  /** The cursor of the page before. */
  readonly before?: bigint;
  readonly limit: number;
}

/** One page; `next` is the cursor of the following one. */
export interface OperationPage {
  readonly items: readonly Operation[];
  readonly next: bigint | null;
}

/** Remembers what was asked for and takes its time, until long after its end. */
export interface OperationBook {
  list(query: OperationQuery): Promise<OperationPage>;
  /** Null for an id of nothing. */
  get(id: string): Promise<Operation | null>;
  /** Ends one that runs; answers how it is remembered, which is as before if it had ended. Null for an id of nothing. */
  end(id: string, ending: OperationEnding): Promise<Operation | null>;
}

/** An operation as it begins. */
export interface NewOperation {
  readonly kind: string;
  readonly subject: OperationSubject;
  readonly actor: string;
  readonly reason: string | null;
  readonly wanted: unknown;
  /** Milliseconds after which it counts as failed; null for work that has no limit. */
  readonly limitMs: number | null;
  readonly isCancellable: boolean;
}

export function createOperationBook(pool: Pool): OperationBook {
  return {
    list: (query) => list(pool, query),
    get: async (id) => (uuidPattern.test(id) ? one(pool, id) : null),
    end: async (id, ending) => {
      await endOperation(pool, id, ending);
      return one(pool, id);
    },
  };
}

/** Begins one within the caller's transaction. */
export async function beginOperation(queries: Queries, begun: NewOperation): Promise<Operation> {
  const { kind, subject, actor, reason, wanted, limitMs, isCancellable } = begun;
  const [row] = await queries.query<SelectedOperation>(
    `insert into cdc.operation as o (kind, subject_kind, subject_id, subject_name, actor, reason, wanted, deadline_at,
       is_cancellable)
     values ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 millisecond', $9) returning ${columns}`,
    [kind, subject.kind, subject.id, subject.name, actor, reason, storedJson(wanted), limitMs, isCancellable],
  );
  assert(row !== undefined, "an insert returns its row");
  return toOperation(row);
}

/** Whether this call ended it. */
export async function endOperation(queries: Queries, id: string, ending: OperationEnding): Promise<boolean> {
  const ended = await queries.query(
    `update cdc.operation set state = $2, ended_at = greatest($3::timestamptz, created_at), result = $4, error_code = $5
     where id = $1 and state = 'running' returning id`,
    [id, ending.state, ending.at, storedJson(ending.result), ending.errorCode],
  );
  return ended.length > 0;
}

/** Forgets old operations in small steps; answers how many. */
export function forgetOperations(queries: Queries, keptDays: number): Promise<number> {
  return inSteps((limit) =>
    queries.query<{ count: number }>(
      `with old as (
         select id from cdc.operation where created_at < now() - $1 * interval '1 day' order by created_at limit $2
       ), gone as (
         delete from cdc.operation o using old where o.id = old.id returning 1
       )
       select count(*)::int as count from gone`,
      [keptDays, limit],
    ),
  );
}

const columns = `o.id, o.seq, o.kind, o.subject_kind as "subjectKind", o.subject_id as "subjectId",
  o.subject_name as "subjectName", o.actor, o.reason, o.wanted, o.state, o.created_at as "createdAt",
  o.deadline_at as "deadlineAt", o.ended_at as "endedAt", o.is_cancellable as "isCancellable", o.result,
  o.error_code as "errorCode"`;

interface SelectedOperation extends Omit<Operation, "subject"> {
  readonly seq: bigint;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly subjectName: string;
  readonly [column: string]: unknown;
}

function toOperation(row: SelectedOperation): Operation {
  return {
    id: row.id,
    kind: row.kind,
    subject: { kind: row.subjectKind, id: row.subjectId, name: row.subjectName },
    actor: row.actor,
    reason: row.reason,
    wanted: row.wanted,
    state: row.state,
    createdAt: row.createdAt,
    deadlineAt: row.deadlineAt,
    endedAt: row.endedAt,
    isCancellable: row.isCancellable,
    result: row.result,
    errorCode: row.errorCode,
  };
}

async function one(queries: Queries, id: string): Promise<Operation | null> {
  const rows = await queries.query<SelectedOperation>(
    `select ${columns} from cdc.operation o where o.id = $1`,
    [id],
  );
  return rows.map(toOperation)[0] ?? null;
}

async function list(queries: Queries, query: OperationQuery): Promise<OperationPage> {
  const { state, kind, subject, among, before, limit } = query;
  const rows = await queries.query<SelectedOperation>(
    `select ${columns} from cdc.operation o
     where ($1::text is null or o.state = $1) and ($2::text is null or o.kind = $2)
       and ($3::text is null or (o.subject_kind = $3 and o.subject_id = $4))
       and ($5::text is null or o.subject_kind <> $5 or o.subject_id = any($6::text[]))
       and ($7::bigint is null or o.seq < $7)
     order by o.seq desc limit $8`,
    [
      state ?? null,
      kind ?? null,
      subject?.kind ?? null,
      subject?.id ?? null,
      among?.kind ?? null,
      among?.ids ?? null,
      before ?? null,
      limit + 1,
    ],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toOperation),
    next: rows.length > limit && last !== undefined ? last.seq : null,
  };
}
