import { tryWithAdvisoryLock } from "./advisory-lock.ts";
import type { Pool } from "./pool.ts";
import { storedJson } from "./stored-json.ts";

/** What was measured of one connector. Where a value is null, its reason says why. */
export interface SourceMeasureRow {
  readonly connector: string;
  readonly tasks: readonly { readonly id: number; readonly state: string }[] | null;
  readonly slot: {
    readonly isActive: boolean;
    readonly walStatus: string | null;
    readonly retainedBytes: bigint;
    readonly behindBytes: bigint | null;
  } | null;
  readonly slotReason: string | null;
  readonly heartbeatAt: Date | null;
  readonly heartbeatEveryMs: number | null;
  readonly heartbeatReason: string | null;
  readonly lastChangeAt: Date | null;
  readonly lastChangeReason: string | null;
}

/** A connector as it is registered, as the watch saw it, and as it was measured. */
export interface SourceStanding {
  readonly connector: string;
  /** Tells source tables apart; holds no user and no password. */
  readonly sourceIdentity: string;
  readonly topic: string;
  readonly consumerIds: readonly string[];
  readonly health: {
    readonly state: string;
    readonly since: Date;
    readonly failure: string | null;
    readonly findings: readonly string[];
    readonly drift: readonly string[];
    readonly mends: number;
    readonly nextMendAt: Date | null;
    readonly isGivenUp: boolean;
  } | null;
  readonly measure: (Omit<SourceMeasureRow, "connector"> & { readonly measuredAt: Date }) | null;
}

/** What is known of sources and their connectors. */
export interface SourceMeasures {
  /** Runs `work` unless another host measures just now; null then. */
  whileAlone<T>(work: () => Promise<T>): Promise<T | null>;
  /** Replaces everything that was measured. */
  save(measured: readonly SourceMeasureRow[]): Promise<void>;
  /** Of every registered connector. */
  standings(): Promise<readonly SourceStanding[]>;
}

const lockName = "gluttony source measures";

export function createSourceMeasures(pool: Pool): SourceMeasures {
  return {
    async whileAlone(work) {
      const done = await tryWithAdvisoryLock(pool, lockName, async () => ({ answer: await work() }));
      return done === null ? null : done.answer;
    },
    async save(measured) {
      await pool.transaction(async (queries) => {
        await queries.query("delete from cdc.source_measure where connector <> all ($1)", [
          measured.map(({ connector }) => connector),
        ]);
        await queries.query(saveStatement, [storedJson(measured.map(toStored))]);
      });
    },
    async standings() {
      const rows = await pool.query<StandingRow & { readonly [name: string]: unknown }>(standingStatement);
      return rows.map(toStanding);
    },
  };
}

function toStored({ slot, ...row }: SourceMeasureRow): { readonly [column: string]: unknown } {
  return {
    ...row,
    slotActive: slot?.isActive ?? null,
    walStatus: slot?.walStatus ?? null,
    retainedBytes: slot === null ? null : String(slot.retainedBytes),
    behindBytes: slot === null || slot.behindBytes === null ? null : String(slot.behindBytes),
  };
}

const saveStatement = `
  insert into cdc.source_measure (connector, measured_at, tasks, slot_active, wal_status, retained_bytes, behind_bytes,
    slot_reason, heartbeat_at, heartbeat_every_ms, heartbeat_reason, last_change_at, last_change_reason)
  select connector, now(), tasks, "slotActive", "walStatus", "retainedBytes", "behindBytes", "slotReason", "heartbeatAt",
    "heartbeatEveryMs", "heartbeatReason", "lastChangeAt", "lastChangeReason"
  from jsonb_to_recordset($1::jsonb) as s (connector text, tasks jsonb, "slotActive" boolean, "walStatus" text,
    "retainedBytes" bigint, "behindBytes" bigint, "slotReason" text, "heartbeatAt" timestamptz,
    "heartbeatEveryMs" bigint, "heartbeatReason" text, "lastChangeAt" timestamptz, "lastChangeReason" text)
  on conflict (connector) do update set measured_at = excluded.measured_at, tasks = excluded.tasks,
    slot_active = excluded.slot_active, wal_status = excluded.wal_status, retained_bytes = excluded.retained_bytes,
    behind_bytes = excluded.behind_bytes, slot_reason = excluded.slot_reason, heartbeat_at = excluded.heartbeat_at,
    heartbeat_every_ms = excluded.heartbeat_every_ms, heartbeat_reason = excluded.heartbeat_reason,
    last_change_at = excluded.last_change_at, last_change_reason = excluded.last_change_reason`;

const standingStatement = `
  select c.name as connector, c.source_identity as "sourceIdentity", c.topic, c.consumer_ids as "consumerIds",
    h.state, h.since, h.failure, h.findings, h.drift, h.mends, h.next_mend_at as "nextMendAt",
    h.is_given_up as "isGivenUp", m.measured_at as "measuredAt",
    m.tasks, m.slot_active as "slotActive",
    m.wal_status as "walStatus", m.retained_bytes as "retainedBytes", m.behind_bytes as "behindBytes",
    m.slot_reason as "slotReason", m.heartbeat_at as "heartbeatAt",
    m.heartbeat_every_ms::float8 as "heartbeatEveryMs", m.heartbeat_reason as "heartbeatReason",
    m.last_change_at as "lastChangeAt", m.last_change_reason as "lastChangeReason"
  from cdc.connector c left join cdc.connector_health h on h.connector = c.name
    left join cdc.source_measure m on m.connector = c.name
  order by c.name`;

type Registered = Pick<SourceStanding, "connector" | "sourceIdentity" | "topic" | "consumerIds">;
type Health = NonNullable<SourceStanding["health"]>;

interface StandingRow
  extends Registered,
    Omit<Health, "state">,
    Omit<SourceMeasureRow, "connector" | "slot"> {
  readonly state: string | null;
  readonly measuredAt: Date | null;
  readonly slotActive: boolean | null;
  readonly walStatus: string | null;
  readonly retainedBytes: bigint | null;
  readonly behindBytes: bigint | null;
}

function toStanding(row: StandingRow): SourceStanding {
  const { connector, sourceIdentity, topic, consumerIds } = row;
  return {
    connector,
    sourceIdentity,
    topic,
    consumerIds,
    health: healthOf(row),
    measure: measureOf(row),
  };
}

function healthOf(row: StandingRow): SourceStanding["health"] {
  const { state, since, failure, findings, drift, mends, nextMendAt, isGivenUp } = row;
  if (state === null) return null;
  return { state, since, failure, findings, drift, mends, nextMendAt, isGivenUp };
}

function measureOf(row: StandingRow): SourceStanding["measure"] {
  const { measuredAt, slotActive: isActive, walStatus, retainedBytes, behindBytes } = row;
  if (measuredAt === null) return null;
  const isThere = isActive !== null && retainedBytes !== null;
  return {
    measuredAt,
    tasks: row.tasks,
    slot: isThere ? { isActive, walStatus, retainedBytes, behindBytes } : null,
    slotReason: row.slotReason,
    heartbeatAt: row.heartbeatAt,
    heartbeatEveryMs: row.heartbeatEveryMs,
    heartbeatReason: row.heartbeatReason,
    lastChangeAt: row.lastChangeAt,
    lastChangeReason: row.lastChangeReason,
  };
}
