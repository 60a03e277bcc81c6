import type { Fence, FenceAnswer, VersionPosition } from "@gluttony/runtime";
import { appendAudit } from "./audit.ts";
import { noteRevision } from "./note-revision.ts";
import type { Pool } from "./pool.ts";
import { requireReason } from "./reason.ts";

/** The runtime's port, and what a person may do to it. */
export interface FenceStore extends Fence {
  /**
   * Forgets what a consumer delivered, as after its source was restored from a backup. Answers how many subjects;
   * the consumer's hosts begin anew, so that a blocked one goes on at once. Throws `position.reason_required`.
   */
  clear(consumerId: string, clearing: { readonly actor: string; readonly reason: string }): Promise<number>;
}

export function createFence(pool: Pool): FenceStore {
  return {
    raise: (consumerId, versions) => raise(pool, consumerId, versions),
    clear: async (consumerId, { actor, reason }) => {
      const kept = requireReason(reason, "position.reason_required");
      const cleared = await clear(pool, consumerId);
      await pool.transaction(async (queries) => {
        await noteRevision(queries, { consumerId, operation: "fence-clear", actor, reason: kept });
        await appendAudit(queries, {
          actor,
          action: "fence.clear",
          targetKind: "consumer",
          targetId: consumerId,
          reason: kept,
          detail: { subjects: cleared },
          result: "done",
        });
      });
      return cleared;
    },
  };
}

/** A version that is older by position and this much newer by the source's clock contradicts itself. */
const contradictionMs = 60_000;

interface RaisedRow {
  readonly subject: string;
  readonly isRaised: boolean;
  readonly wentBack: boolean;
}

/**
 * Compares and raises in one statement, in the order of the subjects, so that two hosts cannot lock each other out.
 * `bytea` compares byte by byte; the first byte is the kind of source, and another kind always takes over.
 */
async function raise(
  pool: Pool,
  consumerId: string,
  versions: ReadonlyMap<string, VersionPosition>,
): Promise<ReadonlyMap<string, FenceAnswer>> {
  if (versions.size === 0) return new Map();
  const all = [...versions.values()];
  const rows = await pool.query<RaisedRow & { readonly [name: string]: unknown }>(
    `with asked as (
       select * from unnest($2::text[], $3::bytea[], $4::bigint[]) as a (subject, position, committed_at_ms)
     ), raised as (
       insert into cdc.fence as f (consumer_id, subject, position, committed_at_ms)
       select $1, subject, position, committed_at_ms from asked order by subject
       on conflict (consumer_id, subject) do update set position = excluded.position,
         committed_at_ms = excluded.committed_at_ms, updated_at = excluded.updated_at
       where excluded.position >= f.position or substr(excluded.position, 1, 1) <> substr(f.position, 1, 1)
       returning subject
     )
     select a.subject, r.subject is not null as "isRaised",
       coalesce(a.committed_at_ms - f.committed_at_ms > $5, false) as "wentBack"
     from asked a left join raised r on r.subject = a.subject
       left join cdc.fence f on f.consumer_id = $1 and f.subject = a.subject`,
    [
      consumerId,
      [...versions.keys()],
      all.map((one) => Buffer.from(one.position)),
      all.map((one) => (one.committedAtMs === null ? null : String(Math.trunc(one.committedAtMs)))),
      contradictionMs,
    ],
  );
  return new Map(rows.map((row) => [row.subject, answerOf(row)]));
}

function answerOf({ isRaised, wentBack }: RaisedRow): FenceAnswer {
  if (isRaised) return "passes";
  return wentBack ? "went back" : "stale";
}

const clearedAtOnce = 20_000;

/** In steps, since a consumer may have millions; a host that delivers meanwhile only adds what is new. */
async function clear(pool: Pool, consumerId: string): Promise<number> {
  let cleared = 0;
  for (;;) {
    const rows = await pool.query<{ count: number }>(
      `with gone as (
         delete from cdc.fence where consumer_id = $1 and subject in (
           select subject from cdc.fence where consumer_id = $1 order by subject limit $2)
         returning 1
       )
       select count(*)::int as count from gone`,
      [consumerId, clearedAtOnce],
    );
    const count = rows[0]?.count ?? 0;
    cleared += count;
    if (count < clearedAtOnce) return cleared;
  }
}
