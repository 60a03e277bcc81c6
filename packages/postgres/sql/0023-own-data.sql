-- What people say of themselves, where they are signed in, and tokens of their own.

alter table cdc.user_account
  add column display_name text,
  add column language text check (language in ('en', 'zh-CN')),
  add column time_zone text;

-- A name for each session that opens nothing, and where it was begun.
alter table cdc.session
  add column id uuid not null default gen_random_uuid(),
  add column address text,
  add column client text;

-- Null for tokens of programs, which no person's account ends.
alter table cdc.api_token add column user_id bigint references cdc.user_account (id) on delete cascade;
create index api_token_of_user on cdc.api_token (user_id) where user_id is not null;
