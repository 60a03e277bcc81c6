-- Settings that people change while hosts run. Hosts read them whenever they act by them.

create table cdc.settings (
  is_only boolean primary key default true check (is_only),
  revision bigint not null default 0,
  -- Name and number of what was decided; what is not here has its default.
  decided jsonb not null default '{}'
);
insert into cdc.settings default values;

create table cdc.settings_revision (
  revision bigint primary key,
  at timestamptz not null default now(),
  actor text not null,
  reason text,
  decided jsonb not null,
  -- Name, value before and value after; null is the default.
  changes jsonb not null
);

create function cdc.audit_settings_revision() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform cdc.append_audit(new.actor, 'settings.update', 'settings', null, new.reason,
    jsonb_build_object('revision', new.revision::text, 'changes', new.changes), 'done');
  return null;
end
$$;
create trigger gluttony_settings_audited after insert on cdc.settings_revision
for each row execute function cdc.audit_settings_revision();
