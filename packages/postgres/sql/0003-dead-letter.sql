-- Records set aside. Their bytes are here only as ciphertext; without a master key only the coordinates are.
create table cdc.dead_letter (
  id bigint generated always as identity primary key,
  consumer_id text not null,
  topic text not null,
  topic_id text not null,
  partition integer not null,
  "offset" bigint not null,
  state text not null default 'parked' check (state in ('parked', 'replaying', 'replayed', 'discarded')),
  failure_kind text not null,
  failure_code text not null,
  failure_message text not null,
  target text,
  attempts integer not null,
  release text,
  idempotency_key text not null,
  record_ts bigint not null,
  key_bytes bytea,
  value_bytes bytea,
  headers bytea,
  is_encrypted boolean not null,
  size_bytes bigint not null,
  parked_at timestamptz not null default now(),
  replay_requested_at timestamptz,
  requested_by text,
  taken_by text,
  taken_at timestamptz,
  finished_at timestamptz,
  unique (consumer_id, topic_id, partition, "offset")
);
create index dead_letter_of_consumer on cdc.dead_letter (consumer_id, state, id);
create index dead_letter_to_replay on cdc.dead_letter (consumer_id, id) where state = 'replaying';
