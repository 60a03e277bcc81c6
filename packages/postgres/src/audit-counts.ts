import type { Queries } from "./pool.ts";

/** Entries of the audit after a number, by what was done and how it ended. */
export interface AuditCounts {
  /** The newest number: the next call goes on after it. */
  readonly head: bigint;
  readonly counts: readonly { readonly action: string; readonly result: string; readonly count: number }[];
}

/** Null counts nothing: it only asks where the audit is now. */
export async function countAudit(queries: Queries, after: bigint | null): Promise<AuditCounts> {
  const [row] = await queries.query<{ head: bigint }>("select seq as head from cdc.audit_head");
  const head = row?.head ?? 0n;
  if (after === null) return { head, counts: [] };
  const counts = await queries.query<{ action: string; result: string; count: number }>(
    `select action, result, count(*)::int as count from cdc.audit where seq > $1 and seq <= $2
     group by action, result order by action, result`,
    [after, head],
  );
  return { head, counts };
}
