-- Retry state, chosen positions, ordered replays, the ledger of steps, the fence and the history.

-- Records above the mark that failed and wait, so that their attempts survive a restart; null when none does.
alter table cdc.position
  add column waiting jsonb,
  -- A person chose this mark and nothing was read since.
  add column is_chosen boolean not null default false;

-- A person's way out of a blocked partition, with the account that it ended or went on with.
create table cdc.position_change (
  id bigint generated always as identity primary key,
  consumer_id text not null,
  topic text not null,
  partition integer not null,
  at timestamptz not null default now(),
  actor text not null,
  reason text not null,
  from_topic_id text,
  from_mark bigint,
  to_topic_id text not null,
  to_mark bigint not null,
  old_account jsonb
);
create index position_change_of_consumer on cdc.position_change (consumer_id, id);

-- What a person asked to run again. Letters are begun at most at the order's rate; the bucket holds one second.
create table cdc.replay_order (
  id bigint generated always as identity primary key,
  consumer_id text not null,
  state text not null default 'running' check (state in ('running', 'done', 'stopped')),
  actor text not null,
  reason text not null,
  per_second_max double precision check (per_second_max > 0),
  failures_max integer check (failures_max > 0),
  asked bigint not null default 0,
  succeeded bigint not null default 0,
  failed bigint not null default 0,
  tokens double precision not null default 1,
  tokens_at timestamptz not null default now(),
  asked_at timestamptz not null default now(),
  ended_at timestamptz
);
create index replay_order_of_consumer on cdc.replay_order (consumer_id, id);
create index replay_order_running on cdc.replay_order (consumer_id, id) where state = 'running';

-- The subject is a keyed hash of the ordering key; empty for letters of older versions, which are independent.
alter table cdc.dead_letter
  add column subject text not null default '',
  add column is_behind boolean not null default false,
  add column replays integer not null default 0,
  add column reason text,
  -- No foreign key: forgetting an old order would look for its letters among all.
  add column replay_order_id bigint;
create index dead_letter_of_subject on cdc.dead_letter (consumer_id, partition, subject, topic_id, "offset")
  where state in ('parked', 'replaying');
create index dead_letter_of_order on cdc.dead_letter (replay_order_id, id) where state = 'replaying';
create index dead_letter_ended on cdc.dead_letter (finished_at) where state in ('replayed', 'discarded');
create index dead_letter_to_erase on cdc.dead_letter (finished_at)
  where state in ('replayed', 'discarded') and is_encrypted;

-- Replays that were asked for before there were orders.
insert into cdc.replay_order (consumer_id, actor, reason, asked)
select consumer_id, 'migration', 'asked for before there were orders', count(*)
from cdc.dead_letter where state = 'replaying' group by consumer_id;
update cdc.dead_letter d set replay_order_id = o.id
from cdc.replay_order o where o.consumer_id = d.consumer_id and d.state = 'replaying';

-- Steps that handlers did. A step that is claimed and not done had begun in a process that never said how it went.
create table cdc.once (
  consumer_id text not null,
  idempotency_key text not null,
  name text not null,
  is_done boolean not null default false,
  -- Sealed; null when the step returned nothing.
  result bytea,
  claimed_by text not null,
  claimed_at timestamptz not null default now(),
  primary key (consumer_id, idempotency_key, name)
) with (fillfactor = 80);
create index once_by_age on cdc.once (consumer_id, claimed_at);

-- The newest source position that was handed to a handler, per subject. The time of the entry is kept to the hour: so
-- nearly every raise leaves the indexes alone.
create table cdc.fence (
  consumer_id text not null,
  subject text not null,
  position bytea not null,
  -- When the source committed that version, milliseconds since the epoch.
  committed_at_ms bigint,
  updated_at timestamptz not null default date_trunc('hour', now()),
  primary key (consumer_id, subject)
) with (fillfactor = 70);
create index fence_by_age on cdc.fence (consumer_id, updated_at);

-- Random bytes of this installation, which keys of its own are derived with.
create table cdc.secret_salt (
  name text primary key,
  salt bytea not null check (length(salt) = 32)
);
insert into cdc.secret_salt (name, salt)
values ('subject', sha256(convert_to(concat(gen_random_uuid(), gen_random_uuid(), gen_random_uuid()), 'UTF8')));

-- A consumer's history: the states it came to, and what was done to mend it.
create table cdc.state_change (
  id bigint generated always as identity primary key,
  consumer_id text not null,
  host_id text not null,
  at timestamptz not null,
  state text not null,
  code text,
  note text not null
);
create index state_change_of_consumer on cdc.state_change (consumer_id, id);

alter table cdc.observed_state add column targets jsonb;

-- Why a person moved a position or cleared the fence; null where a change needs no reason.
alter table cdc.consumer_revision add column reason text;
