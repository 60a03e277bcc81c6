-- How often a position was written. Whoever writes next must have seen this number: a host whose time is over cannot put
-- an older map of what ended, or of what waits, over a newer one while the mark stands still.
alter table cdc.position add column saves bigint not null default 0;
