import type { Queries } from "./pool.ts";

/** Which letters, told by their number and a sum over them: the same again means that none came, went or was run since. */
export interface LetterSet {
  readonly count: number;
  readonly digest: string;
}

/** SQL: the sum over letters of an alias. What a replay or a discard writes is no part of it. */
export function digestOf(alias: string): string {
  const text = `${alias}.id::text || ':' || ${alias}.replays::text || ':' || extract(epoch from ${alias}.parked_at)::text`;
  return `coalesce(sum(hashtextextended(${text}, 0)::numeric), 0)::text`;
}

/** The letters of a condition on `d`. */
export async function readLetterSet(
  queries: Queries,
  condition: string,
  values: readonly unknown[],
): Promise<LetterSet> {
  const [row] = await queries.query<{ readonly count: bigint; readonly digest: string }>(
    `select count(*) as count, ${digestOf("d")} as digest from cdc.dead_letter d where ${condition}`,
    values,
  );
  return { count: Number(row?.count ?? 0n), digest: row?.digest ?? "0" };
}
