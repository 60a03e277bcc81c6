-- What every host sees. Rows that are not refreshed read as unknown.
create table cdc.observed_state (
  consumer_id text not null,
  host_id text not null,
  state text not null,
  since timestamptz not null,
  cause jsonb,
  revision bigint not null,
  release text,
  partitions jsonb not null,
  lag_ms double precision,
  retrying integer not null,
  next_attempt_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (consumer_id, host_id)
) with (fillfactor = 70);

create table cdc.host (
  host_id text primary key,
  version text not null,
  started_at timestamptz not null,
  seen_at timestamptz not null default now()
);
