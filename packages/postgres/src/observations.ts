import type { ObservedState, StateChange } from "@gluttony/model";
import type { Observations } from "@gluttony/runtime";
import type { Pool, Queries } from "./pool.ts";
import { type ObservedRow, toObservedState } from "./observed-row.ts";
import { readHistory, rememberChanges } from "./state-changes.ts";
import { storedJson } from "./stored-json.ts";

/** Milliseconds after which a host that says nothing is not believed any more. */
const staleMsDefault = 15_000;

/** The runtime's port, and what anybody reads. */
export interface ObservationStore extends Observations {
  /** Of one consumer, of these, or of all; partitions can be left out. What is too old reads as `unknown`. */
  readStates(among?: string | readonly string[], without?: "partitions"): Promise<readonly ObservedState[]>;
  /** Newest first; at most 500. */
  history(consumerId: string, limit?: number): Promise<readonly StateChange[]>;
}

export function createObservations(
  pool: Pool,
  options: { readonly staleMs?: number } = {},
): ObservationStore {
  return {
    write: (states) => write(pool, states),
    remember: (changes) => rememberChanges(pool, changes),
    history: (consumerId, limit) => readHistory(pool, consumerId, limit),
    forget: (hostId, consumerIds) => forget(pool, hostId, consumerIds),
    readStates: (among, without) => {
      const consumerIds = among === undefined ? null : [among].flat();
      const staleMs = options.staleMs ?? staleMsDefault;
      return readStates(pool, { consumerIds, staleMs, isWhole: without === undefined });
    },
  };
}

async function write(queries: Queries, states: readonly ObservedState[]): Promise<void> {
  if (states.length === 0) return;
  await queries.query(
    `insert into cdc.observed_state (consumer_id, host_id, state, since, cause, revision, release, partitions,
       lag_ms, retrying, next_attempt_at, targets, cell)
     select * from jsonb_to_recordset($1::jsonb) as s (consumer_id text, host_id text, state text,
       since timestamptz, cause jsonb, revision bigint, release text, partitions jsonb, lag_ms double precision,
       retrying integer, next_attempt_at timestamptz, targets jsonb, cell jsonb)
     order by consumer_id, host_id
     on conflict (consumer_id, host_id) do update set state = excluded.state, since = excluded.since,
       cause = excluded.cause, revision = excluded.revision, release = excluded.release,
       partitions = excluded.partitions, lag_ms = excluded.lag_ms, retrying = excluded.retrying,
       next_attempt_at = excluded.next_attempt_at, targets = excluded.targets, cell = excluded.cell,
       updated_at = now()`,
    [storedJson(states.map(toStored))],
  );
}

function toStored(state: ObservedState): { readonly [column: string]: unknown } {
  return {
    consumer_id: state.consumerId,
    host_id: state.hostId,
    state: state.state,
    since: state.since.toISOString(),
    cause: state.cause,
    revision: String(state.revision),
    release: state.release,
    partitions: state.partitions,
    lag_ms: state.lagMs,
    retrying: state.retrying,
    next_attempt_at: state.nextAttemptAt?.toISOString() ?? null,
    targets: state.targets === undefined || state.targets.length === 0 ? null : state.targets,
    cell: state.cell ?? null,
  };
}

async function forget(queries: Queries, hostId: string, consumerIds: readonly string[]): Promise<void> {
  await queries.query("delete from cdc.observed_state where host_id = $1 and consumer_id = any($2::text[])", [
    hostId,
    consumerIds,
  ]);
}

/** The age is measured by the database's clock, which also wrote it: hosts' clocks differ. */
async function readStates(
  queries: Queries,
  wish: {
    readonly consumerIds: readonly string[] | null;
    readonly staleMs: number;
    readonly isWhole: boolean;
  },
): Promise<readonly ObservedState[]> {
  const rows = await queries.query<ObservedRow & { readonly [name: string]: unknown }>(
    `select consumer_id as "consumerId", host_id as "hostId", state, since, cause, revision, release,
       case when $3 then partitions else '[]' end as partitions,
       lag_ms as "lagMs", retrying, next_attempt_at as "nextAttemptAt", targets, cell, updated_at as "updatedAt",
       updated_at < now() - $2 * interval '1 millisecond' as "isStale"
     from cdc.observed_state where $1::text[] is null or consumer_id = any($1) order by consumer_id, host_id`,
    [wish.consumerIds, wish.staleMs, wish.isWhole],
  );
  return rows.map(toObservedState);
}
