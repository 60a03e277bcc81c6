import { isBefore, isSameSubject } from "./letter-selection.ts";

/**
 * SQL: given `heads` of subjects, what was parked behind them joins an order. A letter that failed itself, or that holds
 * no bytes, holds back what comes after it; of each subject only the first such is looked for.
 */
export function freedBy(orderId: string): string {
  return `followers as (
    select b.id from heads h
    left join lateral (
      select e.topic_id, e."offset" from cdc.dead_letter e
      where ${isSameSubject("e", "h")} and e.state = 'parked' and (not e.is_behind or not e.is_encrypted)
      order by e.topic_id, e."offset" limit 1
    ) first on true
    join cdc.dead_letter b on ${isSameSubject("b", "h")} and b.state = 'parked' and b.is_behind and b.is_encrypted
      and (first.topic_id is null or ${isBefore("b", "first")})
    order by b.id for update of b
  ), freed as (
    update cdc.dead_letter b set state = 'replaying', replay_order_id = ${orderId}, replay_requested_at = now(),
      taken_by = null, taken_at = null
    from followers where b.id = followers.id returning 1
  )`;
}
