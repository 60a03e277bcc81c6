alter table cdc.position
  -- How often a position was written. Whoever writes next must have seen this number: a host whose time is over cannot put
  -- an older map of what ended, or of what waits, over a newer one while the mark stands still.
  add column saves bigint not null default 0,
  -- How many partitions the topic had when this one was first read; null for what an older version began, or a person chose.
  add column partitions_at_start integer;
