-- Who is told when something is in trouble, and of what.

-- Thresholds that a person changed; a rule without a row is as it is built in.
create table cdc.alert_rule (
  rule text primary key,
  is_enabled boolean not null,
  threshold double precision not null,
  for_ms bigint not null,
  revision bigint not null default 1,
  updated_at timestamptz not null default now(),
  updated_by text not null
);

-- What fires or fired: one row for each rule and subject.
create table cdc.alert (
  id bigint generated always as identity primary key,
  rule text not null,
  subject_kind text not null,
  subject text not null,
  -- Consumers that it is about; whoever reaches none of them does not see it.
  consumer_ids text[] not null,
  state text not null check (state in ('pending', 'firing', 'resolved')),
  since timestamptz not null,
  fired_at timestamptz,
  resolved_at timestamptz,
  value double precision,
  threshold double precision not null,
  evidence jsonb not null,
  acknowledged_by text,
  acknowledged_at timestamptz,
  acknowledged_note text,
  updated_at timestamptz not null default now()
);
create unique index alert_open on cdc.alert (rule, subject_kind, subject) where state <> 'resolved';
create index alert_by_end on cdc.alert (resolved_at) where state = 'resolved';

create table cdc.alert_channel (
  id bigint generated always as identity primary key,
  name text not null unique,
  kind text not null,
  -- Sealed, or a reference: the address of a chat's robot is a secret by itself.
  url text not null,
  secret text,
  is_enabled boolean not null,
  language text not null,
  revision bigint not null default 1,
  created_by text not null,
  updated_at timestamptz not null default now()
);

-- What is to be said through which channel. `turn` tells a firing from its end.
create table cdc.alert_delivery (
  id bigint generated always as identity primary key,
  alert_id bigint not null references cdc.alert (id) on delete cascade,
  channel_id bigint not null references cdc.alert_channel (id) on delete cascade,
  turn text not null check (turn in ('firing', 'resolved')),
  state text not null check (state in ('waiting', 'delivered', 'given_up', 'silenced')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  code text,
  created_at timestamptz not null default now(),
  delivered_at timestamptz,
  unique (alert_id, channel_id, turn)
);
create index alert_delivery_due on cdc.alert_delivery (next_at) where state = 'waiting';

create table cdc.alert_silence (
  id bigint generated always as identity primary key,
  -- Null stands for every rule, or every subject.
  rule text,
  subject text,
  reason text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  until timestamptz not null
);

-- Who changed what is alerted, never with an address or a secret.
create function cdc.audit_alerting() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  actor text := coalesce(nullif(current_setting('gluttony.actor', true), ''), session_user::text);
  kept jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  perform cdc.append_audit(actor,
    tg_argv[0] || '.' || case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
    tg_argv[0], coalesce(kept ->> 'id', kept ->> 'rule'), kept ->> 'reason',
    kept - array['url', 'secret', 'reason'], 'done');
  return null;
end
$$;
create trigger gluttony_alert_rule_audited after insert or update or delete on cdc.alert_rule
for each row execute function cdc.audit_alerting('alert-rule');
create trigger gluttony_alert_channel_audited after insert or update or delete on cdc.alert_channel
for each row execute function cdc.audit_alerting('alert-channel');
create trigger gluttony_alert_silence_audited after insert or update or delete on cdc.alert_silence
for each row execute function cdc.audit_alerting('alert-silence');
