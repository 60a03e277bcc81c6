-- Who last said whether a consumer is to run, and why. `is_valid` keeps its meaning: false is stopped.
create table cdc.consumer_steering (
  consumer_id text primary key,
  is_paused boolean not null default false,
  -- When a pause ends by itself; null for one that lasts until somebody resumes it.
  until timestamptz,
  actor text not null,
  reason text,
  at timestamptz not null default now(),
  restarts bigint not null default 0
);

-- A switch by whatever way is attributed, and ends a pause.
create function cdc.note_consumer_switched() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_op = 'TRUNCATE' then
    delete from cdc.consumer_steering;
  elsif tg_op = 'DELETE' then
    delete from cdc.consumer_steering where consumer_id = old.id::text;
  else
    insert into cdc.consumer_steering as s (consumer_id, actor, reason)
    values (
      new.id::text,
      coalesce(nullif(current_setting('gluttony.actor', true), ''), session_user::text),
      nullif(current_setting('gluttony.reason', true), '')
    )
    on conflict (consumer_id) do update
    set is_paused = false, until = null, actor = excluded.actor, reason = excluded.reason, at = excluded.at;
  end if;
  return null;
end
$$;
create trigger gluttony_consumer_switched after update on cdc.consumer
for each row when (old.is_valid is distinct from new.is_valid) execute function cdc.note_consumer_switched();
create trigger gluttony_consumer_unsteered after delete on cdc.consumer
for each row execute function cdc.note_consumer_switched();
create trigger gluttony_consumers_unsteered after truncate on cdc.consumer
for each statement execute function cdc.note_consumer_switched();

-- As before, and the transaction may say why, and what a change of the row was: `stop`, `restore`.
create or replace function cdc.record_consumer_revision(changed_id text, operation text, snapshot jsonb) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  next_revision bigint;
begin
  insert into cdc.consumer_head as head (consumer_id, revision) values (changed_id, 1)
  on conflict (consumer_id) do update set revision = head.revision + 1
  returning head.revision into next_revision;
  insert into cdc.consumer_revision (consumer_id, revision, actor, operation, "row", reason)
  values (
    changed_id, next_revision,
    coalesce(nullif(current_setting('gluttony.actor', true), ''), session_user::text),
    case when operation = 'update'
      then coalesce(nullif(current_setting('gluttony.operation', true), ''), operation)
      else operation
    end,
    snapshot,
    nullif(current_setting('gluttony.reason', true), '')
  );
  perform pg_notify('cdc_consumer', left(changed_id, 1000) || ':' || next_revision);
end
$$;

-- What was asked for and takes its time. An operation outlives the host that was asked.
create table cdc.operation (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  kind text not null,
  subject_kind text not null,
  subject_id text not null,
  subject_name text not null,
  actor text not null,
  reason text,
  wanted jsonb not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed', 'cancelled')),
  created_at timestamptz not null default now(),
  deadline_at timestamptz,
  ended_at timestamptz,
  is_cancellable boolean not null,
  result jsonb,
  error_code text,
  check ((state = 'running') = (ended_at is null))
);
create unique index operation_by_seq on cdc.operation (seq);
create index operation_of_subject on cdc.operation (subject_kind, subject_id, seq);
create index operation_by_age on cdc.operation (created_at);
