-- Who sees values of rows, and who was shown some; and what happened, in one order, for those who watch.

create sequence cdc.masking_revision;
create table cdc.masking_rule (
  name text primary key,
  tables text not null,
  columns text not null,
  effect text not null check (effect in ('show', 'mask')),
  reason text not null,
  changed_by text not null,
  changed_at timestamptz not null default now(),
  -- One sequence for all, so that a rule which is deleted and made anew is never taken for the one before.
  revision bigint not null default nextval('cdc.masking_revision')
);

create function cdc.audit_masking_rule() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  actor text := coalesce(nullif(current_setting('gluttony.actor', true), ''), session_user::text);
  old_row jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
  new_row jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
begin
  perform cdc.append_audit(actor,
    'masking.' || case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
    'masking-rule', coalesce(new_row, old_row) ->> 'name', new_row ->> 'reason',
    jsonb_build_object(
      'before', old_row - array['changed_at', 'revision'], 'after', new_row - array['changed_at', 'revision']),
    'done');
  return null;
end
$$;
create trigger gluttony_masking_audited after insert or update or delete on cdc.masking_rule
for each row execute function cdc.audit_masking_rule();

-- Records that somebody was shown as they are. Coordinates only; a value is never kept.
create table cdc.reveal (
  id uuid primary key default gen_random_uuid(),
  actor text not null,
  reason text not null,
  places jsonb not null,
  at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index reveal_by_end on cdc.reveal (expires_at);

create function cdc.audit_reveal() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform cdc.append_audit(new.actor, 'change.reveal', 'reveal', new.id::text, new.reason,
    jsonb_build_object('records', new.places, 'expiresAt', new.expires_at), 'done');
  return null;
end
$$;
create trigger gluttony_reveal_audited after insert on cdc.reveal
for each row execute function cdc.audit_reveal();

-- What happened, for those who watch. Facts without row values; what is older than some days is forgotten.
create table cdc.event (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  topic text not null,
  kind text not null,
  -- Null for what belongs to no consumer.
  consumer_id text,
  subject text,
  detail jsonb not null
);
create index event_by_time on cdc.event (at);

-- One way to tell, for every trigger. Hosts hear of it once the transaction is committed.
create function cdc.tell_event(topic text, kind text, consumer_id text, subject text, detail jsonb) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into cdc.event (topic, kind, consumer_id, subject, detail)
  values (topic, kind, consumer_id, subject, jsonb_strip_nulls(detail));
  perform pg_notify('cdc_event', '');
end
$$;

create function cdc.tell_consumer_revision() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform cdc.tell_event('consumers', new.operation, new.consumer_id, new."row" ->> 'name',
    jsonb_build_object('revision', new.revision::text));
  return null;
end
$$;
create trigger gluttony_revision_told after insert on cdc.consumer_revision
for each row execute function cdc.tell_consumer_revision();

create function cdc.tell_state_change() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform cdc.tell_event('consumers', 'state', new.consumer_id, null,
    jsonb_build_object('hostId', new.host_id, 'state', new.state, 'code', new.code));
  return null;
end
$$;
create trigger gluttony_state_told after insert on cdc.state_change
for each row execute function cdc.tell_state_change();

create function cdc.tell_connector_event() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform cdc.tell_event('connectors', new.deed, null, new.connector,
    jsonb_build_object('hostId', new.host_id, 'outcome', new.outcome));
  return null;
end
$$;
create trigger gluttony_connector_told after insert on cdc.connector_event
for each row execute function cdc.tell_connector_event();

create function cdc.tell_plugin_deed() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform cdc.tell_event('plugins', new.deed, new.consumer_id, new.package,
    jsonb_build_object('version', new.version));
  return null;
end
$$;
create trigger gluttony_deed_told after insert on cdc.plugin_deed
for each row execute function cdc.tell_plugin_deed();

create function cdc.tell_replay_order() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform cdc.tell_event('dead-letters', 'replay-' || new.state, new.consumer_id, new.id::text,
    jsonb_build_object('asked', new.asked, 'succeeded', new.succeeded, 'failed', new.failed));
  return null;
end
$$;
create trigger gluttony_replay_told after insert on cdc.replay_order
for each row execute function cdc.tell_replay_order();
create trigger gluttony_replay_end_told after update on cdc.replay_order
for each row when (old.state is distinct from new.state) execute function cdc.tell_replay_order();
