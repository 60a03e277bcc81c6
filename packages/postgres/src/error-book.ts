import type { ErrorBook, ErrorGroup } from "@gluttony/runtime";
import { GluttonyError } from "@gluttony/model";
import { failureKindOf } from "./failure-kind.ts";
import type { Pool, Queries } from "./pool.ts";
import { storedJson } from "./stored-json.ts";

/** Groups that are kept of one consumer; those seen longest ago give way. */
export const errorGroupsMax = 200;

/** Failed attempts of a consumer that one thing made, on all hosts together. */
export interface SeenError {
  readonly fingerprint: string;
  readonly code: string;
  readonly kind: ErrorGroup["kind"];
  /** `package@version`; null when the records did not reach a handler. */
  readonly release: string | null;
  /** Places in the plugin's own files, the innermost first. */
  readonly frames: readonly string[];
  readonly count: bigint;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** The record that failed so last. */
  readonly sample: { readonly topic: string; readonly partition: number; readonly offset: bigint };
}

/** The runtime's port, and what a person reads. */
export interface ErrorStore extends ErrorBook {
  /** Seen last first. */
  list(consumerId: string): Promise<readonly SeenError[]>;
  /** Throws `consumer.error_unknown`. */
  get(consumerId: string, fingerprint: string): Promise<SeenError>;
}

export function createErrorBook(pool: Pool): ErrorStore {
  return {
    add: (consumerId, groups) => pool.transaction((queries) => add(queries, consumerId, groups)),
    list: (consumerId) => select(pool, "consumer_id = $1", [consumerId]),
    get: async (consumerId, fingerprint) => {
      const [found] = await select(pool, "consumer_id = $1 and fingerprint = $2", [consumerId, fingerprint]);
      if (found === undefined) throw new GluttonyError("consumer.error_unknown");
      return found;
    },
  };
}

/** In one order on every host, so that two of them do not wait for each other. Of a consumer that is gone nothing is kept. */
async function add(queries: Queries, consumerId: string, groups: readonly ErrorGroup[]): Promise<void> {
  const sorted = groups.toSorted((left, right) => (left.fingerprint < right.fingerprint ? -1 : 1));
  const added = await queries.query(
    `insert into cdc.consumer_error as e (consumer_id, fingerprint, code, kind, release, frames, count, first_seen_at,
       last_seen_at, sample_topic, sample_partition, sample_offset)
     select $1, g.fingerprint, g.code, g.kind, g.release, g.frames, g.count,
       to_timestamp(g.first_ms / 1000.0), to_timestamp(g.last_ms / 1000.0), g.topic, g.partition, g."offset"
     from jsonb_to_recordset($2::jsonb) as g (fingerprint text, code text, kind text, release text, frames text[],
       count bigint, first_ms bigint, last_ms bigint, topic text, partition integer, "offset" bigint)
     where exists (select from cdc.consumer c where c.id::text = $1)
     on conflict (consumer_id, fingerprint) do update set count = e.count + excluded.count,
       first_seen_at = least(e.first_seen_at, excluded.first_seen_at),
       last_seen_at = greatest(e.last_seen_at, excluded.last_seen_at),
       sample_topic = excluded.sample_topic, sample_partition = excluded.sample_partition,
       sample_offset = excluded.sample_offset
     returning xmax = 0 as "isNew"`,
    [consumerId, storedJson(sorted.map(toStored))],
  );
  if (added.some((row) => row["isNew"] === true)) await makeRoom(queries, consumerId);
}

function toStored(group: ErrorGroup): { readonly [column: string]: unknown } {
  const { fingerprint, code, kind, release, frames, count, firstSeenAtMs, lastSeenAtMs, sample } = group;
  const { topic, partition, offset } = sample;
  return {
    fingerprint,
    code,
    kind,
    release,
    frames,
    count,
    topic,
    partition,
    offset: String(offset),
    first_ms: Math.trunc(firstSeenAtMs),
    last_ms: Math.trunc(lastSeenAtMs),
  };
}

async function makeRoom(queries: Queries, consumerId: string): Promise<void> {
  await queries.query(
    `delete from cdc.consumer_error e using (
       select fingerprint from cdc.consumer_error where consumer_id = $1
       order by last_seen_at desc, fingerprint offset $2
     ) old where e.consumer_id = $1 and e.fingerprint = old.fingerprint`,
    [consumerId, errorGroupsMax],
  );
}

interface ErrorRow extends Omit<SeenError, "kind" | "release" | "sample"> {
  readonly [column: string]: unknown;
  readonly kind: string;
  readonly release: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

async function select(
  queries: Queries,
  condition: string,
  values: readonly unknown[],
): Promise<readonly SeenError[]> {
  const rows = await queries.query<ErrorRow>(
    `select fingerprint, code, kind, release, frames, count, first_seen_at as "firstSeenAt",
       last_seen_at as "lastSeenAt", sample_topic as topic, sample_partition as partition, sample_offset as "offset"
     from cdc.consumer_error where ${condition} order by last_seen_at desc, fingerprint`,
    values,
  );
  return rows.map(({ topic, partition, offset, kind, release, ...row }) => ({
    ...row,
    kind: failureKindOf(kind),
    release: release === "" ? null : release,
    sample: { topic, partition, offset },
  }));
}
