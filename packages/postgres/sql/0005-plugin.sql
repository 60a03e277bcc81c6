-- Installed releases, and which of them serve. Paths are relative to each host's own store.
create table cdc.plugin_release (
  package text not null,
  version text not null,
  integrity text,
  tree_hash text not null,
  root_name text not null,
  manifest jsonb not null,
  granted jsonb not null,
  is_first_party boolean not null,
  by text not null,
  at timestamptz not null default now(),
  primary key (package, version)
);

create table cdc.plugin_activation (
  package text not null,
  version text not null,
  sequence bigint generated always as identity,
  is_active boolean not null,
  by text not null,
  at timestamptz not null default now(),
  primary key (package, version),
  foreign key (package, version) references cdc.plugin_release (package, version) on delete cascade
);
