import { isBefore, isSameSubject, matches } from "./letter-selection.ts";

/** Letters that failed so often are left out unless a person insists. */
export const replaysMax = 5;

/** The condition that a selected letter may be replayed; `$8` says that also those that failed often are meant. */
export function isReplayable(alias: string): string {
  return `(${matches(alias)} and ${alias}.state = 'parked' and ${alias}.is_encrypted
    and ($8::boolean or ${alias}.replays < ${replaysMax}))`;
}

/**
 * SQL: given letters that may be replayed, the first of each key that does not go along, as `kept`. A letter that was parked behind
 * another stays where it is unless all that came before it goes along; comparing every pair of a hot key would take for ever.
 */
export function keptBefore(candidates: string): string {
  return `kept as materialized (
    select distinct on (e.consumer_id, e.partition, e.subject) e.consumer_id, e.partition, e.subject, e.topic_id, e."offset"
    from (select distinct consumer_id, partition, subject from ${candidates} where is_behind) s
    join cdc.dead_letter e on ${isSameSubject("e", "s")}
    where e.state = 'parked' and not ${isReplayable("e")}
    order by e.consumer_id, e.partition, e.subject, e.topic_id, e."offset"
  )`;
}

/** SQL: those of the candidates, with all their columns, that nothing holds back. */
export function freeOf(candidates: string): string {
  return `select ${candidates}.* from ${candidates} left join kept
      on kept.consumer_id = ${candidates}.consumer_id and kept.partition = ${candidates}.partition
      and kept.subject = ${candidates}.subject
    where not ${candidates}.is_behind or kept.subject is null or not ${isBefore("kept", candidates)}`;
}
