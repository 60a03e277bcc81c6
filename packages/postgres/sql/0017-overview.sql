-- The whole chain from the source to the target, and what it did over time.

-- What one host measures of each connector, on a slow beat; any host goes on from it.
create table cdc.source_measure (
  connector text primary key,
  measured_at timestamptz not null,
  -- Ids and states of tasks; null when Kafka Connect was not asked or did not answer.
  tasks jsonb,
  slot_active boolean,
  wal_status text,
  retained_bytes bigint,
  behind_bytes bigint,
  -- Why the slot is not known; null when it is.
  slot_reason text,
  heartbeat_at timestamptz,
  heartbeat_every_ms bigint,
  heartbeat_reason text,
  last_change_at timestamptz,
  last_change_reason text
);

-- What each host saw of the cell that runs a consumer's handler; null when it has none.
alter table cdc.observed_state add column cell jsonb;

-- Series for charts: sums of a step of 10 seconds, kept for an hour, and of 2 minutes, kept for a day.
create table cdc.metric_point (
  consumer_id text not null,
  step_s smallint not null check (step_s in (10, 120)),
  at timestamptz not null,
  host_id text not null,
  received bigint not null,
  done bigint not null,
  filtered bigint not null,
  skipped bigint not null,
  parked bigint not null,
  retried bigint not null,
  commits_failed bigint not null,
  cell_restarts bigint not null,
  handler_ms double precision not null,
  handler_counts bigint[] not null,
  ack_ms double precision not null,
  ack_counts bigint[] not null,
  -- The worst that was seen in the step; null when it was not known.
  lag_records bigint,
  lag_ms double precision,
  primary key (consumer_id, step_s, at, host_id)
) with (fillfactor = 80);
create index metric_point_by_age on cdc.metric_point (step_s, at);

create function cdc.sum_counts(a bigint[], b bigint[]) returns bigint[]
language sql immutable set search_path = pg_catalog as $$
  select coalesce(array_agg(coalesce(x, 0) + coalesce(y, 0) order by place), '{}')
  from unnest(a, b) with ordinality as pairs(x, y, place)
$$;
