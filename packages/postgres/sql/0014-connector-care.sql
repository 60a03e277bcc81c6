-- How a connector came into our care, and what was last applied to it, without secrets.
alter table cdc.connector add column kind text not null default 'made';
alter table cdc.connector add column applied jsonb;

-- What the watch last saw of each connector; any host goes on from it.
create table cdc.connector_health (
  connector text primary key,
  state text not null,
  since timestamptz not null,
  mends integer not null,
  next_mend_at timestamptz,
  pending text,
  is_given_up boolean not null,
  failure text,
  drift text[] not null,
  findings text[] not null,
  seen_at timestamptz not null default now()
);

-- What was done for connectors, and what it came to.
create table cdc.connector_event (
  id bigint generated always as identity primary key,
  connector text not null,
  host_id text not null,
  at timestamptz not null,
  deed text not null,
  outcome text not null,
  note text not null
);
create index connector_event_by_connector on cdc.connector_event (connector, id desc);
create index connector_event_by_time on cdc.connector_event (at);
