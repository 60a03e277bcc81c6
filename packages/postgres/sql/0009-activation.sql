-- Which release served before, which consumers are held on one release, and who did what to plugins.

-- The release that served when this one was activated; null when none did.
alter table cdc.plugin_activation add column previous text;

-- A consumer's own choice. It stands before the range in handler_func, and counts only while that names the package.
create table cdc.plugin_pin (
  consumer_id text not null,
  package text not null,
  version text not null,
  -- The release that served the consumer before; null when none did.
  previous text,
  by text not null,
  at timestamptz not null default now(),
  primary key (consumer_id, package),
  foreign key (package, version) references cdc.plugin_release (package, version) on delete cascade
);

-- A consumer's pins go with it: an id that returns later is another consumer.
create function cdc.forget_pins() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_op = 'TRUNCATE' then
    delete from cdc.plugin_pin;
  else
    delete from cdc.plugin_pin where consumer_id = old.id::text;
  end if;
  return null;
end
$$;

create trigger gluttony_consumer_unpinned after delete on cdc.consumer
for each row execute function cdc.forget_pins();

create trigger gluttony_consumers_unpinned after truncate on cdc.consumer
for each statement execute function cdc.forget_pins();

-- The history of what people did. No foreign keys: it outlives releases and consumers.
create table cdc.plugin_deed (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  deed text not null,
  package text not null,
  version text,
  consumer_id text,
  reason text
);
create index plugin_deed_of_package on cdc.plugin_deed (package, id);
