-- Who may do what, and what was done: accounts, sessions, tokens, and the audit as a chain of hashes.

create table cdc.user_account (
  id bigint generated always as identity primary key,
  name text not null unique,
  -- A salted hash that says how it was made; null for those who sign in through an identity provider.
  password text,
  -- The provider's issuer and subject; null for those who sign in here.
  subject text unique,
  grants jsonb not null default '[]',
  is_disabled boolean not null default false,
  created_at timestamptz not null default now(),
  created_by text not null,
  revision bigint not null default 1
);

-- Of every secret only its hash is kept: who reads this table can sign in with nothing in it.
create table cdc.session (
  token_hash bytea primary key,
  user_id bigint not null references cdc.user_account (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  seen_at timestamptz not null default now()
);
create index session_of_user on cdc.session (user_id);

create table cdc.api_token (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  shown text not null,
  token_hash bytea not null unique,
  grants jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz
);

-- The one-time token with which the first administrator is made.
create table cdc.bootstrap_token (
  token_hash bytea primary key,
  expires_at timestamptz not null
);

-- Answers to requests that carried an Idempotency-Key, so that a repeated one is answered and not done again.
create table cdc.request_memory (
  key_hash bytea primary key,
  fingerprint bytea not null,
  at timestamptz not null default now(),
  -- Null while the request is at work.
  status integer,
  headers jsonb,
  body text
);
create index request_memory_by_age on cdc.request_memory (at);

create table cdc.audit (
  seq bigint primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  target_kind text,
  target_id text,
  reason text,
  detail jsonb not null,
  result text not null check (result in ('done', 'refused')),
  -- Where it came from: request id, address and program; null for what plain SQL or a host did.
  request jsonb,
  hash bytea not null
);
create index audit_by_target on cdc.audit (target_kind, target_id, seq);
create index audit_by_actor on cdc.audit (actor, seq);

-- The newest link. Its lock makes one chain of what many transactions do at once.
create table cdc.audit_head (
  is_only boolean primary key default true check (is_only),
  seq bigint not null,
  hash bytea not null
);
insert into cdc.audit_head (seq, hash) values (0, sha256('gluttony'));

-- What a link's hash covers: the one before it, and all of itself in one written form.
create function cdc.audit_hash(previous bytea, entry cdc.audit) returns bytea
language sql immutable set search_path = pg_catalog as $$
  select sha256(previous || convert_to(jsonb_build_array(
    entry.seq, extract(epoch from entry.at)::text, entry.actor, entry.action, entry.target_kind, entry.target_id,
    entry.reason, entry.detail, entry.result, entry.request
  )::text, 'UTF8'))
$$;

create function cdc.append_audit(
  actor text, action text, target_kind text, target_id text, reason text, detail jsonb, result text
) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  head cdc.audit_head;
  entry cdc.audit;
begin
  select * into strict head from cdc.audit_head for update;
  entry.seq := head.seq + 1;
  entry.at := clock_timestamp();
  entry.actor := actor;
  entry.action := action;
  entry.target_kind := target_kind;
  entry.target_id := target_id;
  entry.reason := reason;
  entry.detail := coalesce(detail, '{}');
  entry.result := result;
  entry.request := nullif(current_setting('gluttony.request', true), '')::jsonb;
  entry.hash := cdc.audit_hash(head.hash, entry);
  insert into cdc.audit select entry.*;
  update cdc.audit_head set seq = entry.seq, hash = entry.hash;
end
$$;

-- It only grows. Who may drop this trigger can still be found out: the chain tells.
create function cdc.refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit only grows' using errcode = 'insufficient_privilege';
end
$$;
create trigger gluttony_audit_grows before update or delete or truncate on cdc.audit
for each statement execute function cdc.refuse_audit_change();

-- Every change of a consumer is in the audit, whoever made it and by whatever way. The columns that changed are named,
-- and the row is covered by its hash; its values stay in the revision.
create function cdc.audit_consumer_revision() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  before jsonb;
begin
  -- What has a table or a note of its own.
  if new.operation in ('move', 'fence-clear') then
    return null;
  end if;
  select r."row" into before from cdc.consumer_revision r
  where r.consumer_id = new.consumer_id and r.revision < new.revision order by r.revision desc limit 1;
  perform cdc.append_audit(
    new.actor, 'consumer.' || case new.operation when 'insert' then 'create' else new.operation end,
    'consumer', new.consumer_id, new.reason,
    jsonb_build_object(
      'revision', new.revision::text,
      'name', coalesce(new."row", before) ->> 'name',
      'changed', coalesce((
        select jsonb_agg(n.name order by n.name) from jsonb_object_keys(coalesce(new."row", '{}')) n(name)
        where before is not null and before -> n.name is distinct from new."row" -> n.name
      ), '[]'),
      'row', encode(sha256(convert_to(coalesce(new."row"::text, ''), 'UTF8')), 'hex')
    ),
    'done');
  return null;
end
$$;
create trigger gluttony_revision_audited after insert on cdc.consumer_revision
for each row execute function cdc.audit_consumer_revision();

create function cdc.audit_position_change() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform cdc.append_audit(new.actor, 'position.move', 'consumer', new.consumer_id, new.reason,
    jsonb_build_object('topic', new.topic, 'partition', new.partition, 'toTopicId', new.to_topic_id,
      'fromMark', new.from_mark::text, 'toMark', new.to_mark::text), 'done');
  return null;
end
$$;
create trigger gluttony_position_audited after insert on cdc.position_change
for each row execute function cdc.audit_position_change();

create function cdc.audit_plugin_deed() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform cdc.append_audit(new.actor, 'plugin.' || new.deed, 'plugin', new.package, new.reason,
    jsonb_build_object('version', new.version, 'consumerId', new.consumer_id), 'done');
  return null;
end
$$;
create trigger gluttony_deed_audited after insert on cdc.plugin_deed
for each row execute function cdc.audit_plugin_deed();

-- Accounts and tokens: who got which rights, never a hash.
create function cdc.audit_access() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  actor text := coalesce(nullif(current_setting('gluttony.actor', true), ''), session_user::text);
  old_row jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
  new_row jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
  kept jsonb := coalesce(new_row, old_row);
begin
  perform cdc.append_audit(actor,
    tg_argv[0] || '.' || case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
    tg_argv[0], kept ->> 'id', null,
    jsonb_build_object(
      'name', kept ->> 'name',
      'grantsBefore', old_row -> 'grants', 'grants', new_row -> 'grants',
      'isDisabled', new_row -> 'is_disabled', 'expiresAt', new_row -> 'expires_at',
      'isRevoked', new_row ->> 'revoked_at' is not null,
      'isPasswordChanged', (old_row ->> 'password') is distinct from (new_row ->> 'password')
    ), 'done');
  return null;
end
$$;
create trigger gluttony_user_audited after insert or update or delete on cdc.user_account
for each row execute function cdc.audit_access('user');
create trigger gluttony_token_written after insert or delete on cdc.api_token
for each row execute function cdc.audit_access('token');
-- That a token was used is no change.
create trigger gluttony_token_changed after update on cdc.api_token
for each row when ((to_jsonb(old) - 'last_used_at') is distinct from (to_jsonb(new) - 'last_used_at'))
execute function cdc.audit_access('token');
