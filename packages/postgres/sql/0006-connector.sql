-- The connectors we made, what they left in the source database, and who uses them.
create table cdc.connector (
  name text primary key,
  consumer_ids text[] not null,
  source_identity text not null,
  topic text not null,
  conn_string text,
  slot text,
  publication text,
  created_at timestamptz not null default now()
);
