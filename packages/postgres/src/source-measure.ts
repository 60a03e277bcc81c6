import { onSource } from "./on-source.ts";

/** How much of its log a source keeps for a connector. */
export interface SlotMeasure {
  readonly isActive: boolean;
  readonly walStatus: string | null;
  /** Bytes of log that the source cannot remove because of the slot. */
  readonly retainedBytes: bigint;
  /** Bytes between the end of the log and what the connector confirmed; null when it confirmed nothing yet. */
  readonly behindBytes: bigint | null;
}

/** Null when the source has no such slot. One short connection. Throws `connect.source_unreachable`, `connect.login_refused`. */
export function measureSlot(connString: string, slotName: string): Promise<SlotMeasure | null> {
  return onSource(connString, async (queries) => {
    const [row] = await queries.query<{
      readonly isActive: boolean;
      readonly walStatus: string | null;
      readonly retained: string;
      readonly behind: string | null;
    }>(
      `select active as "isActive", wal_status as "walStatus",
         greatest(coalesce(pg_wal_lsn_diff(here.lsn, restart_lsn), 0), 0)::bigint::text as retained,
         greatest(pg_wal_lsn_diff(here.lsn, confirmed_flush_lsn), 0)::bigint::text as behind
       from pg_replication_slots, (select case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
         else pg_current_wal_lsn() end as lsn) as here
       where slot_name = $1`,
      [slotName],
    );
    if (row === undefined) return null;
    const { isActive, walStatus, retained, behind } = row;
    return {
      isActive,
      walStatus,
      retainedBytes: BigInt(retained),
      behindBytes: behind === null ? null : BigInt(behind),
    };
  });
}
