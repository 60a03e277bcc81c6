-- Secrets under names of ours, sealed. `${secret:name}` refers to one wherever a reference may stand.
create table cdc.secret (
  name text primary key check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  -- Null when it was cleared: the name stays for those that refer to it.
  envelope text,
  -- Of the master key that it was sealed with.
  key_id text,
  -- The end of a keyed hash: tells two values apart and says nothing of either.
  fingerprint text,
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  created_by text not null,
  rotated_at timestamptz not null default now(),
  rotated_by text not null,
  check ((envelope is null) = (fingerprint is null) and (envelope is null) = (key_id is null))
);

-- Who set and who took away, never what.
create function cdc.audit_secret() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  actor text := coalesce(nullif(current_setting('gluttony.actor', true), ''), session_user::text);
begin
  perform cdc.append_audit(actor,
    'secret.' || case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'rotate' else 'delete' end,
    'secret', case tg_op when 'DELETE' then old.name else new.name end, null,
    jsonb_build_object('isSet', case tg_op when 'DELETE' then null else new.envelope is not null end), 'done');
  return null;
end
$$;
create trigger gluttony_secret_written after insert or delete on cdc.secret
for each row execute function cdc.audit_secret();
-- That it was sealed anew with another master key is no change of it.
create trigger gluttony_secret_changed after update on cdc.secret
for each row when (old.revision is distinct from new.revision)
execute function cdc.audit_secret();

-- The key of the subjects' hash, sealed by the first host that needed it: another master key changes no subject then.
alter table cdc.secret_salt add column sealed bytea;

create or replace function cdc.conn_string_mark(conn_string text) returns text
language sql immutable set search_path = pg_catalog as $$
  select case
    when conn_string is null then null
    when conn_string ~ '^enc:v[12]:' then '(encrypted)'
    when conn_string ~ '^\$\{(env|file|secret):[^{}]+\}$' then '(reference)'
    else '(clear)'
  end
$$;

-- A value that is sealed anew with another master key is the same value: no revision, and no host starts anything over.
drop trigger gluttony_consumer_updated on cdc.consumer;
create trigger gluttony_consumer_updated after update on cdc.consumer
for each row when (
  (to_jsonb(old) - 'count') is distinct from (to_jsonb(new) - 'count')
  and not (
    current_setting('gluttony.rewrap', true) is not distinct from 'on'
    and (to_jsonb(old) - 'count' - 'conn_string') is not distinct from (to_jsonb(new) - 'count' - 'conn_string')
    and cdc.conn_string_mark(old.conn_string::text) = '(encrypted)'
    and cdc.conn_string_mark(new.conn_string::text) = '(encrypted)'
  )
)
execute function cdc.on_consumer_change();
