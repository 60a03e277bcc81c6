import { tryWithAdvisoryLock } from "./advisory-lock.ts";
import type { Pool } from "./pool.ts";
import { storedJson } from "./stored-json.ts";

/** A connector as the watch last saw it. */
export interface ConnectorHealthRow {
  readonly connector: string;
  readonly state: "running" | "failed" | "waiting" | "paused" | "stopped" | "missing";
  readonly sinceMs: number;
  readonly mends: number;
  readonly nextMendMs: number | null;
  readonly pending: "restart_failed" | "restart_all" | "make_again" | null;
  readonly isGivenUp: boolean;
  /** Scrubbed. */
  readonly failure: string | null;
  readonly drift: readonly string[];
  /** Codes of what blocks it in its source. */
  readonly findings: readonly string[];
}

/** One thing that was done for a connector, or what it came to. */
export interface ConnectorEventRow {
  readonly connector: string;
  readonly hostId: string;
  readonly at: Date;
  readonly deed: string;
  readonly outcome: string;
  readonly note: string;
}

/** What is remembered of the connectors' health, for the watch and for those who look at it. */
export interface ConnectorBook {
  /** Runs `work` unless another host watches just now; null then. */
  whileAlone<T>(work: () => Promise<T>): Promise<T | null>;
  load(): Promise<readonly ConnectorHealthRow[]>;
  /** Replaces everything that is remembered. */
  save(seen: readonly ConnectorHealthRow[]): Promise<void>;
  note(events: readonly ConnectorEventRow[]): Promise<void>;
  /** Newest first, at most 500. */
  events(connector: string, limit?: number): Promise<readonly ConnectorEventRow[]>;
}

const lockName = "gluttony connector watch";
const eventsMax = 500;
const eventDaysMax = 30;

export function createConnectorBook(pool: Pool): ConnectorBook {
  return {
    async whileAlone(work) {
      const done = await tryWithAdvisoryLock(pool, lockName, async () => ({ answer: await work() }));
      return done === null ? null : done.answer;
    },
    load: () =>
      pool.query<ConnectorHealthRow & { readonly [name: string]: unknown }>(
        `select connector, state, (extract(epoch from since) * 1000)::float8 as "sinceMs", mends, pending, failure, drift, findings,
           (extract(epoch from next_mend_at) * 1000)::float8 as "nextMendMs", is_given_up as "isGivenUp"
         from cdc.connector_health order by connector`,
      ),
    async save(seen) {
      await pool.transaction(async (queries) => {
        await queries.query("delete from cdc.connector_health where connector <> all ($1)", [
          seen.map(({ connector }) => connector),
        ]);
        await queries.query(saveStatement, [storedJson(seen)]);
      });
    },
    async note(events) {
      await pool.query(noteStatement, [storedJson(events)]);
      await pool.query("delete from cdc.connector_event where at < now() - make_interval(days => $1)", [
        eventDaysMax,
      ]);
    },
    events: (connector, limit = eventsMax) =>
      pool.query<ConnectorEventRow & { readonly [name: string]: unknown }>(
        `select connector, host_id as "hostId", at, deed, outcome, note from cdc.connector_event
         where connector = $1 order by id desc limit $2`,
        [connector, Math.min(eventsMax, Math.max(1, Math.trunc(limit)))],
      ),
  };
}

const saveStatement = `
  insert into cdc.connector_health as h (connector, state, since, mends, next_mend_at, pending, is_given_up, failure, drift, findings)
  select connector, state, to_timestamp("sinceMs" / 1000), mends, to_timestamp("nextMendMs" / 1000), pending, "isGivenUp",
    failure, array(select jsonb_array_elements_text(drift)),
    array(select jsonb_array_elements_text(findings))
  from jsonb_to_recordset($1::jsonb) as s (connector text, state text, "sinceMs" float8, mends int, "nextMendMs" float8,
    pending text, "isGivenUp" boolean, failure text, drift jsonb, findings jsonb)
  on conflict (connector) do update set state = excluded.state, since = excluded.since, mends = excluded.mends,
    next_mend_at = excluded.next_mend_at, pending = excluded.pending, is_given_up = excluded.is_given_up,
    failure = excluded.failure, drift = excluded.drift, findings = excluded.findings, seen_at = now()`;

const noteStatement = `
  insert into cdc.connector_event (connector, host_id, at, deed, outcome, note)
  select connector, "hostId", at, deed, outcome, note
  from jsonb_to_recordset($1::jsonb) as e (connector text, "hostId" text, at timestamptz, deed text, outcome text, note text)`;
