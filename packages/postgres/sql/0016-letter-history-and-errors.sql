-- A person's note on a dead letter, what happened to each letter, and failures by what made them.

alter table cdc.dead_letter add column note text;

-- The history goes with its letter. Hosts and people are named, codes and counts told, never what a record holds.
create table cdc.dead_letter_event (
  letter_id bigint not null references cdc.dead_letter (id) on delete cascade,
  id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  what text not null,
  actor text,
  failure_code text,
  attempts integer not null,
  release text,
  replay_order_id bigint,
  primary key (letter_id, id)
);

-- One place writes it, whoever changes a letter's state and however many at once.
create function cdc.note_letter_event() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  what text;
  actor text;
  failed text;
  order_id bigint;
begin
  if tg_op = 'UPDATE' and new.state = old.state then
    return null;
  end if;
  if tg_op = 'INSERT' then
    what := 'parked';
    failed := new.failure_code;
  elsif new.state = 'replaying' then
    what := 'replay_asked';
    order_id := new.replay_order_id;
    actor := (select o.actor from cdc.replay_order o where o.id = order_id);
  elsif new.state = 'replayed' then
    what := 'replayed';
    actor := old.taken_by;
    order_id := old.replay_order_id;
  elsif new.state = 'discarded' then
    what := 'discarded';
    actor := new.requested_by;
  elsif old.state = 'replaying' and new.replays > old.replays then
    what := 'replay_failed';
    actor := old.taken_by;
    failed := new.failure_code;
    order_id := old.replay_order_id;
  elsif old.state = 'replaying' then
    what := 'replay_called_off';
    order_id := old.replay_order_id;
  elsif old.state = 'discarded' and new.parked_at = old.parked_at then
    what := 'restored';
    actor := new.requested_by;
  else
    what := 'parked';
    failed := new.failure_code;
  end if;
  insert into cdc.dead_letter_event (letter_id, what, actor, failure_code, attempts, release, replay_order_id)
  values (new.id, what, actor, failed, new.attempts, new.release, order_id);
  return null;
end
$$;

create trigger gluttony_letter_noted after insert or update of state on cdc.dead_letter
for each row execute function cdc.note_letter_event();

-- What is known of letters that are older than this table.
insert into cdc.dead_letter_event (letter_id, at, what, failure_code, attempts, release)
select id, parked_at, 'parked', failure_code, attempts, release from cdc.dead_letter
where state in ('parked', 'replaying');

-- Failures of attempts, by what made them. No message is kept: only code, release, and places in the plugin's own files.
create table cdc.consumer_error (
  consumer_id text not null,
  fingerprint text not null,
  code text not null,
  kind text not null,
  release text not null,
  frames text[] not null,
  count bigint not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  sample_topic text not null,
  sample_partition integer not null,
  sample_offset bigint not null,
  primary key (consumer_id, fingerprint)
) with (fillfactor = 70);
create index consumer_error_by_time on cdc.consumer_error (last_seen_at);

-- They go with their consumer.
create function cdc.forget_errors() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_op = 'TRUNCATE' then
    delete from cdc.consumer_error;
  else
    delete from cdc.consumer_error where consumer_id = old.id::text;
  end if;
  return null;
end
$$;

create trigger gluttony_consumer_errors_forgotten after delete on cdc.consumer
for each row execute function cdc.forget_errors();

create trigger gluttony_consumers_errors_forgotten after truncate on cdc.consumer
for each statement execute function cdc.forget_errors();
