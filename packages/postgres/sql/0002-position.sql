-- One partition's place and account. The sum is a constraint, so an account that does not add up cannot be kept.
create table cdc.position (
  consumer_id text not null,
  topic text not null,
  topic_id text not null,
  partition integer not null,
  start_offset bigint not null,
  mark bigint not null,
  done bigint not null default 0,
  filtered bigint not null default 0,
  skipped bigint not null default 0,
  parked bigint not null default 0,
  holes bigint not null default 0,
  -- Which records above the mark ended, and how, in the runtime's own encoding; null when none did.
  ended_above bytea,
  host_id text not null,
  updated_at timestamptz not null default now(),
  primary key (consumer_id, topic, partition),
  constraint position_adds_up check (mark - start_offset = done + filtered + skipped + parked + holes)
) with (fillfactor = 70);

create table cdc.filtered_count (
  consumer_id text not null,
  rule text not null,
  count bigint not null,
  primary key (consumer_id, rule)
) with (fillfactor = 70);
