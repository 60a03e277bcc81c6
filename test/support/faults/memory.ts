import type { Pool } from "@gluttony/postgres";
import type { AccountRow } from "../delivery-scene.ts";
import type { Letter } from "./evidence.ts";

/** The dead letters of a consumer, in the order of the topic. */
export function lettersOf(pool: Pool, consumerId: string): Promise<readonly Letter[]> {
  return pool.query<{ partition: number; offset: bigint; code: string; state: string }>(
    `select partition, "offset", failure_code as code, state from cdc.dead_letter
     where consumer_id = $1 order by partition, "offset"`,
    [consumerId],
  );
}

/** Whether every mark stands at the end of its log; a partition without a mark must be empty. Pure. */
export function isDrained(
  account: readonly AccountRow[],
  ends: readonly { readonly partition: number; readonly low: string; readonly high: string }[],
): boolean {
  return ends.every(({ partition, low, high }) => {
    const mark = account.find((row) => row.partition === partition)?.mark;
    return mark === undefined ? low === high : String(mark) === high;
  });
}
