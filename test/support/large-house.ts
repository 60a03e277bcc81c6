import type { ConnectorPorts } from "@gluttony/admin";
import { createConnectorBoard } from "@gluttony/connect";
import {
  createConnectorBook,
  createConnectorRegistry,
  createConsumerSteering,
  type Pool,
} from "@gluttony/postgres";
import { parseList } from "../../packages/connect/src/client/parse-answers.ts";

/** How much there is of everything. */
export const largeHouse = {
  consumers: 200,
  partitions: 10,
  letters: 20_000,
  auditEntries: 20_000,
  operations: 2_000,
  /** Of the operations: those that still wait for their consumer. */
  awaited: 50,
};

/** Fills a migrated database with a large hospital's worth of rows; every consumer runs well. */
export async function fillLargeHouse(pool: Pool): Promise<void> {
  const { consumers, partitions } = largeHouse;
  await pool.query(
    `insert into cdc.consumer (name, topic, handler_func, global_key, is_valid, configuration)
     select 'c' || n, 't' || n, 'empi', '{id}', true, '{"labels": {"site": "north"}}' from generate_series(1, $1::int) n`,
    [consumers],
  );
  await pool.query(
    `insert into cdc.position (consumer_id, topic, topic_id, partition, start_offset, mark, done, host_id)
     select c.id::text, c.topic, 'T', p, 0, 1000, 1000, 'h' from cdc.consumer c, generate_series(0, $1::int - 1) p`,
    [partitions],
  );
  await pool.query(
    `insert into cdc.observed_state (consumer_id, host_id, state, since, revision, partitions, lag_ms, retrying)
     select c.id::text, 'h', 'running', now(), 1, (
       select jsonb_agg(jsonb_build_object('partition', p, 'mark', '1000', 'next', '1000', 'logEnd', '1010',
         'lagRecords', '10', 'inFlight', 0)) from generate_series(0, $1::int - 1) p), 50, 0
     from cdc.consumer c`,
    [partitions],
  );
  await pool.query(
    `insert into cdc.metric_point select c.id::text, 10, to_timestamp(floor(extract(epoch from now()) / 10) * 10) - s * interval '10 seconds',
       'h', 10, 10, 0, 0, 0, 0, 0, 0, 50, array_fill(1::bigint, array[15]), 50, array_fill(1::bigint, array[15]), 10, 50
     from generate_series(299, -60, -1) s, cdc.consumer c`,
  );
  await fillHistory(pool);
  await fillConnectors(pool);
  await pool.query("vacuum analyze");
}

async function fillHistory(pool: Pool): Promise<void> {
  const { letters, auditEntries, operations, awaited, consumers } = largeHouse;
  // One in twenty waits for a person, as after a bad day.
  await pool.query(
    `insert into cdc.dead_letter (consumer_id, topic, topic_id, partition, "offset", state, failure_kind, failure_code,
       failure_message, attempts, idempotency_key, record_ts, is_encrypted, size_bytes, value_bytes, finished_at)
     select (n % $2::int + 1)::text, 't', 'T', n % 10, n, case when n / $2::int % 20 = 0 then 'parked' else 'discarded' end,
       'record', 'empi.rejected', 'refused', 1, n::text, 0, true, 500, sha256(n::text::bytea), case when n / $2::int % 20 = 0 then null else now() end
     from generate_series(1, $1::int) n`,
    [letters, consumers],
  );
  // The chain's hashes are not what lists look at.
  await pool.query(
    `insert into cdc.audit (seq, at, actor, action, target_kind, target_id, detail, result, hash)
     select 1000000 + n, now(), 'user:u' || n % 50, 'consumer.update', 'consumer', (n % $2::int + 1)::text, '{}', 'done', '\\x00'
     from generate_series(1, $1::int) n`,
    [auditEntries, consumers],
  );
  await pool.query(
    `insert into cdc.operation (kind, subject_kind, subject_id, subject_name, actor, wanted, state, ended_at, is_cancellable)
     select 'positions.move', 'consumer', (n % $2::int + 1)::text, 'c', 'local', '{}', 'done', now(), false
     from generate_series(1, $1::int) n`,
    [operations, consumers],
  );
  const steering = createConsumerSteering(pool);
  const rows = await pool.query<{ id: string }>(
    "select id::text as id from cdc.consumer c order by c.id desc limit $1",
    [awaited],
  );
  const wish = {
    verb: "pause",
    actor: "local",
    reason: "a look",
    until: null,
    limitMs: 3_600_000,
  } as const;
  for (const { id } of rows) await steering.steer(id, wish);
  await pool.query(
    "update cdc.observed_state o set revision = h.revision from cdc.consumer_head h where h.consumer_id = o.consumer_id",
  );
}

async function fillConnectors(pool: Pool): Promise<void> {
  await pool.query(
    `insert into cdc.connector (name, consumer_ids, source_identity, topic, slot, publication)
     select c.name, array[c.id::text], 'db:5432/his.' || c.name, c.topic, 'slot_' || c.name, 'pub_' || c.name from cdc.consumer c`,
  );
  await pool.query(
    `insert into cdc.source_measure (connector, measured_at, tasks, slot_active, wal_status, retained_bytes, behind_bytes,
       heartbeat_at, heartbeat_every_ms, last_change_at)
     select name, now(), '[{"id": 0, "state": "RUNNING"}]', true, 'reserved', 1000, 10, now(), 10000, now() from cdc.connector`,
  );
  await createConnectorBook(pool).save(
    Array.from({ length: largeHouse.consumers }, (_, at) => ({
      ...{ connector: `c${at + 1}`, state: "running", sinceMs: Date.now(), mends: 0, nextMendMs: null },
      ...{ pending: null, isGivenUp: false, failure: null, drift: [], findings: [] },
    })),
  );
}

/** The board over a worker that answers at once with as many connectors. */
export function largeBoard(pool: Pool): ConnectorPorts["board"] {
  const config = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`option.${at}`, "a value"]));
  const listed = parseList(
    Object.fromEntries(
      Array.from({ length: largeHouse.consumers }, (_, at) => {
        const name = `c${at + 1}`;
        const running = { state: "RUNNING", worker_id: "w:8083" };
        const status = { name, connector: running, tasks: [{ id: 0, ...running }], type: "source" };
        return [name, { info: { name, type: "source", config }, status }];
      }),
    ),
  );
  const client = { list: async () => listed ?? [], config: async () => null, options: async () => [] };
  return createConnectorBoard({
    client,
    registry: createConnectorRegistry(pool, null),
    book: createConnectorBook(pool),
  });
}
