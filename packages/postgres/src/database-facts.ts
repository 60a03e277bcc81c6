import { migrationStatus } from "./migrate.ts";
import type { Pool } from "./pool.ts";

/** How one table of gluttony's is. */
export interface TableFacts {
  readonly table: string;
  /** Bytes of the table without its indexes. */
  readonly bytes: bigint;
  readonly indexBytes: bigint;
  /** The planner's estimate; -1 where nobody counted yet. */
  readonly rowsAbout: bigint;
  readonly deadRowsAbout: bigint;
  readonly lastVacuumAt: Date | null;
  readonly lastAnalyzeAt: Date | null;
}

/** Sessions of this database alike, without what they run. */
export interface SessionFacts {
  readonly application: string;
  readonly state: string | null;
  readonly waitsFor: string | null;
  readonly count: bigint;
  /** Of the oldest transaction among them. */
  readonly oldestTransactionMs: bigint | null;
}

/** Settings of the server that explain how it behaves; none of them holds a secret. */
const toldSettings = [
  "server_version",
  "max_connections",
  "shared_buffers",
  "synchronous_commit",
  "fsync",
  "statement_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
  "autovacuum",
  "default_transaction_isolation",
  "max_wal_size",
  "TimeZone",
];

/** The largest tables first. Holds no row. */
export function readTableFacts(pool: Pool): Promise<readonly TableFacts[]> {
  return pool.query<TableFacts & { readonly [name: string]: unknown }>(
    `select c.relname as "table", pg_table_size(c.oid) as bytes, pg_indexes_size(c.oid) as "indexBytes",
       c.reltuples::bigint as "rowsAbout", coalesce(s.n_dead_tup, 0) as "deadRowsAbout",
       greatest(s.last_vacuum, s.last_autovacuum) as "lastVacuumAt",
       greatest(s.last_analyze, s.last_autoanalyze) as "lastAnalyzeAt"
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
       left join pg_stat_user_tables s on s.relid = c.oid
     where n.nspname = 'cdc' and c.relkind in ('r', 'p') order by 2 desc, 1`,
  );
}

/** The server as far as it explains trouble: its settings, its sessions, and which migrations ran. */
export async function readServerFacts(pool: Pool): Promise<{
  readonly settings: readonly {
    readonly name: string;
    readonly value: string;
    readonly unit: string | null;
  }[];
  readonly sessions: readonly SessionFacts[];
}> {
  const [settings, sessions] = await Promise.all([
    pool.query<{ name: string; value: string; unit: string | null }>(
      `select name, setting as value, unit from pg_settings where name = any($1) order by name`,
      [toldSettings],
    ),
    pool.query<SessionFacts & { readonly [name: string]: unknown }>(
      `select application_name as application, state, wait_event_type as "waitsFor", count(*) as count,
         (extract(epoch from now() - min(xact_start)) * 1000)::bigint as "oldestTransactionMs"
       from pg_stat_activity where datname = current_database()
       group by 1, 2, 3 order by count(*) desc, 1, 2, 3 limit 100`,
    ),
  ]);
  return { settings, sessions };
}

/** Which migrations ran and when, and which are missing. */
export async function readMigrationFacts(pool: Pool): Promise<{
  readonly applied: readonly { readonly name: string; readonly sha256: string }[];
  readonly pending: readonly string[];
}> {
  const { applied, pending } = await migrationStatus(pool);
  return { applied, pending: pending.map(({ name }) => name) };
}
