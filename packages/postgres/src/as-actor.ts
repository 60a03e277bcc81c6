import type { Pool, Queries } from "./pool.ts";

/** One transaction in which triggers that note who did it find the actor's name. */
export function asActor<T>(pool: Pool, actor: string, work: (queries: Queries) => Promise<T>): Promise<T> {
  return pool.transaction(async (queries) => {
    await queries.query("select set_config('gluttony.actor', $1, true)", [actor]);
    return work(queries);
  });
}
