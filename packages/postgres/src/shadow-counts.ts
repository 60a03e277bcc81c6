import type { ShadowBook, ShadowCount } from "@gluttony/runtime";
import type { Pool, Queries } from "./pool.ts";

/** Rows of counts that are kept of one consumer; the host counts what is beyond as `other`. */
const rowsMax = 500;

/** How one consumer's shadow compares, on all hosts together. */
export interface ShadowCountRow extends Omit<ShadowCount, "count"> {
  readonly consumerId: string;
  readonly count: bigint;
}

/** The runtime's port. */
export function createShadowBook(pool: Pool): ShadowBook {
  return {
    add: (consumerId, version, counts) =>
      pool.transaction(async (queries) => {
        const isRoomy = await hasRoom(queries, consumerId, version);
        if (isRoomy === null) return;
        // In one order on every host, so that two of them do not wait for each other.
        const sorted = counts.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
        for (const count of sorted) await addOne(queries, consumerId, isRoomy ? count : otherwise(count));
      }),
  };
}

/** The counts of every consumer that a release of the plugin shadows, the most frequent first. */
export function readShadowCounts(queries: Queries, packageName: string): Promise<readonly ShadowCountRow[]> {
  return queries.query<ShadowCountRow & { readonly [column: string]: unknown }>(
    `select n.consumer_id as "consumerId", n.kind, n.live, n.shadow, n.count
     from cdc.shadow_count n join cdc.plugin_shadow s using (consumer_id)
     where s.package = $1 order by n.consumer_id, n.count desc, n.kind, n.live, n.shadow`,
    [packageName],
  );
}

/** Null when the shadow is another one by now, or was turned off: what was counted of the one before is not added to it. */
async function hasRoom(
  queries: Queries,
  consumerId: string,
  version: string | null,
): Promise<boolean | null> {
  const [shadow] = await queries.query<{ readonly rows: bigint }>(
    `select (select count(*) from cdc.shadow_count n where n.consumer_id = s.consumer_id) as rows
     from cdc.plugin_shadow s where s.consumer_id = $1 and ($2::text is null or s.version = $2) for share`,
    [consumerId, version],
  );
  return shadow === undefined ? null : shadow.rows < rowsMax;
}

function keyOf({ kind, live, shadow }: ShadowCount): string {
  return JSON.stringify([kind, live, shadow]);
}

function otherwise(counted: ShadowCount): ShadowCount {
  const isDifference = counted.kind === "outcome" || counted.kind === "calls";
  return isDifference ? { kind: "other", live: "", shadow: "", count: counted.count } : counted;
}

async function addOne(
  queries: Queries,
  consumerId: string,
  { kind, live, shadow, count }: ShadowCount,
): Promise<void> {
  await queries.query(
    `insert into cdc.shadow_count as n (consumer_id, kind, live, shadow, count) values ($1, $2, $3, $4, $5)
     on conflict (consumer_id, kind, live, shadow) do update set count = n.count + excluded.count`,
    [consumerId, kind, live, shadow, count],
  );
}
