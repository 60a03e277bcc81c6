-- Releases that a host took back, and releases that shadow a consumer.

-- The release that failed and that the pin stands in for, when a host made it; null for a person's choice.
alter table cdc.plugin_pin add column instead_of text;

-- Which release gets a consumer's changes beside the one that serves it, dry, and how the two compare.

create table cdc.plugin_shadow (
  consumer_id text primary key,
  package text not null,
  version text not null,
  by text not null,
  at timestamptz not null default now(),
  foreign key (package, version) references cdc.plugin_release (package, version) on delete cascade
);

-- Of all hosts together, since the shadow was turned on. The words name outcomes, codes and targets, and no record.
create table cdc.shadow_count (
  consumer_id text not null references cdc.plugin_shadow (consumer_id) on delete cascade,
  kind text not null,
  live text not null,
  shadow text not null,
  count bigint not null,
  primary key (consumer_id, kind, live, shadow)
) with (fillfactor = 70);

-- As pins do, it goes with its consumer.
create function cdc.forget_shadows() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_op = 'TRUNCATE' then
    delete from cdc.plugin_shadow;
  else
    delete from cdc.plugin_shadow where consumer_id = old.id::text;
  end if;
  return null;
end
$$;

create trigger gluttony_consumer_unshadowed after delete on cdc.consumer
for each row execute function cdc.forget_shadows();

create trigger gluttony_consumers_unshadowed after truncate on cdc.consumer
for each statement execute function cdc.forget_shadows();
