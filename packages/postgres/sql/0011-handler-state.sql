-- What handlers remember for a consumer. The key is a keyed hash and the value is sealed: both may tell of a person.
create table cdc.handler_state (
  consumer_id text not null,
  handler text not null,
  key_hash text not null,
  value bytea not null,
  at timestamptz not null default now(),
  primary key (consumer_id, handler, key_hash)
) with (fillfactor = 80);

-- It goes with its consumer, whoever deletes the row.
create function cdc.forget_handler_state() returns trigger language plpgsql as $$
begin
  delete from cdc.handler_state where consumer_id = old.id::text;
  return null;
end
$$;
create trigger consumer_forget_handler_state after delete on cdc.consumer
  for each row execute function cdc.forget_handler_state();
