-- Signing in through an identity provider.

-- Sign-ins that were begun. Each is used once, and only with what the browser keeps: who reads this table can end none of them.
create table cdc.sign_in_attempt (
  state_hash bytea primary key,
  -- A path of ours.
  return_to text not null,
  expires_at timestamptz not null
);
create index sign_in_attempt_by_end on cdc.sign_in_attempt (expires_at);
