import { listenForConsumers } from "./listen.ts";
import type { Pool } from "./pool.ts";

/** Something that happened, without row values. */
export interface StoredEvent {
  readonly id: bigint;
  readonly at: Date;
  readonly topic: string;
  readonly kind: string;
  /** Null for what belongs to no consumer. */
  readonly consumerId: string | null;
  readonly subject: string | null;
  readonly detail: unknown;
}

/** Which events: those after a number, and those of missing numbers, whose transactions may have ended since. */
export interface EventWish {
  readonly after: bigint;
  readonly missing: readonly bigint[];
  readonly limit: number;
}

/** What happened, in one order for all hosts. Triggers write it; see `cdc.tell_event`. */
export interface Events {
  /** The oldest and the newest number that are kept; both 0 when there are none. */
  ends(): Promise<{ readonly oldest: bigint; readonly newest: bigint }>;
  /** In their order. A number is missing while its transaction is at work, and for ever when it was taken back. */
  read(wish: EventWish): Promise<readonly StoredEvent[]>;
  /** Calls back when there may be new ones, until the signal. */
  listen(onChange: () => void, signal: AbortSignal): Promise<void>;
}

export function createEvents(pool: Pool): Events {
  return {
    async ends() {
      const [row] = await pool.query<{ oldest: bigint; newest: bigint }>(
        "select coalesce(min(id), 0) as oldest, coalesce(max(id), 0) as newest from cdc.event",
      );
      return row ?? { oldest: 0n, newest: 0n };
    },
    read: ({ after, missing, limit }) =>
      pool.query<StoredEvent & { readonly [name: string]: unknown }>(
        `select id, at, topic, kind, consumer_id as "consumerId", subject, detail from cdc.event
         where id > $1 or id = any($2::bigint[]) order by id limit $3`,
        [after, missing, limit],
      ),
    listen: (onChange, signal) => listenForConsumers(pool, { onChange, channel: "cdc_event" }, signal),
  };
}
