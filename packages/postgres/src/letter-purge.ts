import type { Queries } from "./pool.ts";
import { inSteps } from "./purge-steps.ts";

const bytesDaysDefault = 14;
/** Days after which the row of a closed letter goes, too: who gave it up and why is known that long. */
const rowDays = 180;

/** How many closed letters lost their bytes, and how many rows went. */
export interface PurgedLetters {
  readonly erased: number;
  readonly deleted: number;
}

/** Open letters are never touched, however old: a person has to decide about them. */
export async function purgeLetters(
  queries: Queries,
  beforeDays: number = bytesDaysDefault,
): Promise<PurgedLetters> {
  const erased = await inSteps((limit) =>
    queries.query<{ count: number }>(
      `with old as (
         select id from cdc.dead_letter where state in ('replayed', 'discarded') and is_encrypted
           and finished_at < now() - $1 * interval '1 day' limit $2 for update skip locked
       ), erased as (
         update cdc.dead_letter d set key_bytes = null, value_bytes = null, headers = null, is_encrypted = false
         from old where d.id = old.id returning 1
       )
       select count(*)::int as count from erased`,
      [beforeDays, limit],
    ),
  );
  const deleted = await inSteps((limit) =>
    queries.query<{ count: number }>(
      `with old as (
         select id from cdc.dead_letter where state in ('replayed', 'discarded')
           and finished_at < now() - $1 * interval '1 day' limit $2 for update skip locked
       ), deleted as (
         delete from cdc.dead_letter d using old where d.id = old.id returning 1
       )
       select count(*)::int as count from deleted`,
      [Math.max(rowDays, beforeDays), limit],
    ),
  );
  return { erased, deleted };
}
