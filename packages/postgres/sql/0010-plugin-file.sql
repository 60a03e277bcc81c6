-- The files that releases were installed from, and what every host says of every release.

-- In parts of a mebibyte, so that neither side ever holds a whole file. Written in the transaction of the release.
create table cdc.plugin_file (
  integrity text not null,
  part integer not null,
  bytes bytea not null,
  primary key (integrity, part)
);
-- They are compressed already.
alter table cdc.plugin_file alter column bytes set storage external;

-- Where a release came from and what was verified of that; null for those of older versions.
alter table cdc.plugin_release add column verification jsonb;

-- Whether a host could get a release and try it in a cell; the row counts while the host lives and the tree is the same.
create table cdc.plugin_readiness (
  host_id text not null,
  package text not null,
  version text not null,
  tree_hash text not null,
  is_ready boolean not null,
  -- Why not; null when it is ready.
  code text,
  message text,
  at timestamptz not null default now(),
  primary key (host_id, package, version),
  foreign key (package, version) references cdc.plugin_release (package, version) on delete cascade
) with (fillfactor = 80);
