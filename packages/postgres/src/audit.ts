import type { AuditEntry, AuditNote, AuditVerdict } from "@gluttony/model";
import type { Pool, Queries } from "./pool.ts";
import { storedJson } from "./stored-json.ts";

/** Which entries to list; what is left out matches all. */
export interface AuditQuery {
  readonly actor?: string;
  readonly action?: string;
  readonly targetKind?: string;
  readonly targetId?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
  /** Entries older than this one. */
  readonly before?: bigint;
}

/** What was done and by whom, in an order that nobody can change without being found out. */
export interface Audit {
  /** Newest first. */
  list(query: AuditQuery): Promise<readonly AuditEntry[]>;
  get(seq: bigint): Promise<AuditEntry | null>;
  /** Notes something that changed no row of its own, such as a sign-in or a refusal. */
  note(note: AuditNote): Promise<void>;
  /** Walks the whole chain in the database. */
  verify(): Promise<AuditVerdict>;
}

export function createAudit(pool: Pool): Audit {
  return {
    list: (query) => list(pool, query),
    get: async (seq) =>
      (await pool.query<AuditRow>(`${selectAudit} where seq = $1`, [seq])).map(entryOf)[0] ?? null,
    note: (note) => pool.transaction((queries) => appendAudit(queries, note)),
    verify: () => verify(pool),
  };
}

/** Adds a link in the caller's transaction: both are kept, or none. */
export async function appendAudit(queries: Queries, note: AuditNote): Promise<void> {
  await queries.query("select cdc.append_audit($1, $2, $3, $4, $5, $6, $7)", [
    note.actor,
    note.action,
    note.targetKind,
    note.targetId,
    note.reason,
    storedJson(note.detail),
    note.result,
  ]);
}

type AuditRow = Omit<AuditEntry, "hash"> & { readonly hash: string; readonly [name: string]: unknown };

const selectAudit = `select seq, at, actor, action, target_kind as "targetKind", target_id as "targetId", reason,
  detail, result, request ->> 'id' as "requestId", request ->> 'address' as address,
  request ->> 'client' as client, encode(hash, 'hex') as hash from cdc.audit`;

async function list(pool: Pool, query: AuditQuery): Promise<readonly AuditEntry[]> {
  const rows = await pool.query<AuditRow>(
    `${selectAudit}
     where ($1::text is null or actor = $1) and ($2::text is null or action = $2)
       and ($3::text is null or target_kind = $3) and ($4::text is null or target_id = $4)
       and ($5::timestamptz is null or at >= $5) and ($6::timestamptz is null or at < $6)
       and ($7::bigint is null or seq < $7)
     order by seq desc limit $8`,
    [
      query.actor ?? null,
      query.action ?? null,
      query.targetKind ?? null,
      query.targetId ?? null,
      query.from ?? null,
      query.to ?? null,
      query.before ?? null,
      query.limit,
    ],
  );
  return rows.map(entryOf);
}

function entryOf(row: AuditRow): AuditEntry {
  const { seq, at, actor, action, targetKind, targetId, reason, detail, result, hash } = row;
  const { requestId, address, client } = row;
  return {
    seq,
    at,
    actor,
    action,
    targetKind,
    targetId,
    reason,
    detail,
    result,
    requestId,
    address,
    client,
    hash,
  };
}

interface VerdictRow {
  readonly entries: bigint;
  readonly headSeq: bigint;
  readonly headHash: string;
  readonly changedAt: bigint | null;
  readonly missingAt: bigint | null;
  readonly isHeadRight: boolean;
  readonly [name: string]: unknown;
}

/**
 * One pass over one snapshot. An entry that was changed gives itself away by its own hash, one that was taken out by
 * the number that is missing, and a tail that was cut off by the head.
 */
async function verify(pool: Pool): Promise<AuditVerdict> {
  const [row] = await pool.query<VerdictRow>(`
    with chain as (
      select a.seq, a.hash, cdc.audit_hash(coalesce(lag(a.hash) over w, sha256('gluttony')), a) as wanted,
        coalesce(lag(a.seq) over w, 0) + 1 as due
      from cdc.audit a window w as (order by a.seq)
    )
    select count(chain.seq) as entries, head.seq as "headSeq", encode(head.hash, 'hex') as "headHash",
      min(chain.seq) filter (where chain.hash <> chain.wanted and chain.seq = chain.due) as "changedAt",
      min(chain.due) filter (where chain.seq <> chain.due) as "missingAt",
      coalesce(max(chain.seq), 0) = head.seq and coalesce(
        (select a.hash from cdc.audit a where a.seq = head.seq), sha256('gluttony')) = head.hash as "isHeadRight"
    from cdc.audit_head head left join chain on true group by head.seq, head.hash`);
  if (row === undefined) {
    return { isWhole: false, entries: 0n, headSeq: 0n, headHash: "", brokenAt: null, problem: "head" };
  }
  const { entries, headSeq, headHash } = row;
  return { entries, headSeq, headHash, ...breakOf(row) };
}

function breakOf(row: VerdictRow): Pick<AuditVerdict, "isWhole" | "brokenAt" | "problem"> {
  const { changedAt, missingAt } = row;
  if (changedAt !== null && (missingAt === null || changedAt < missingAt))
    return { isWhole: false, brokenAt: changedAt, problem: "changed" };
  if (missingAt !== null) return { isWhole: false, brokenAt: missingAt, problem: "missing" };
  if (!row.isHeadRight) return { isWhole: false, brokenAt: row.entries + 1n, problem: "head" };
  return { isWhole: true, brokenAt: null, problem: null };
}
