import {
  changedSettings,
  type DecidedSettings,
  effectiveSettings,
  GluttonyError,
  type RuntimeSettingName,
  type RuntimeSettingValues,
  type SettingChanges,
  settingDifferences,
} from "@gluttony/model";
import type { Pool, Queries } from "./pool.ts";

/** What was decided, and in which revision. */
export interface KeptSettings {
  readonly revision: bigint;
  readonly decided: DecidedSettings;
}

/** One change of settings. */
export interface SettingsRevision {
  readonly revision: bigint;
  readonly at: Date;
  readonly actor: string;
  readonly reason: string | null;
  readonly changes: readonly {
    readonly name: string;
    readonly before: number | null;
    readonly after: number | null;
  }[];
}

/** Who changes settings, why, and the revision they saw. */
export interface SettingsChange {
  readonly actor: string;
  readonly reason: string | null;
  readonly revision: bigint;
}

/** Settings that people change while hosts run. */
export interface RuntimeSettingsStore {
  read(): Promise<KeptSettings>;
  /** A change that changes nothing makes no revision. Throws `settings.stale_revision`. */
  change(changes: SettingChanges, by: SettingsChange): Promise<KeptSettings>;
  /** Newest first, from below `before` on. */
  revisions(page: {
    readonly before: bigint | null;
    readonly limit: number;
  }): Promise<readonly SettingsRevision[]>;
}

export function createRuntimeSettings(pool: Pool): RuntimeSettingsStore {
  return {
    read: () => read(pool),
    change: (changes, by) => pool.transaction((queries) => change(queries, changes, by)),
    revisions: ({ before, limit }) =>
      pool.query<SettingsRevision & { readonly [column: string]: unknown }>(
        `select revision, at, actor, reason, changes from cdc.settings_revision
         where $1::bigint is null or revision < $1 order by revision desc limit $2`,
        [before, limit],
      ),
  };
}

/** A value for every setting, as it is now. */
export async function settingsNow(queries: Queries): Promise<RuntimeSettingValues> {
  return effectiveSettings((await read(queries)).decided);
}

/** What was decided of one setting, as an expression of SQL; null where nothing was. */
export function decidedSql(name: RuntimeSettingName): string {
  return `(select (decided ->> '${name}')::float8 from cdc.settings)`;
}

type SettingsRow = KeptSettings & { readonly [column: string]: unknown };

async function read(queries: Queries, lock: "" | "for update" = ""): Promise<KeptSettings> {
  const [row] = await queries.query<SettingsRow>(`select revision, decided from cdc.settings ${lock}`);
  return row === undefined ? { revision: 0n, decided: {} } : { revision: row.revision, decided: row.decided };
}

async function change(
  queries: Queries,
  changes: SettingChanges,
  { actor, reason, revision: seen }: SettingsChange,
): Promise<KeptSettings> {
  const kept = await read(queries, "for update");
  if (kept.revision !== seen)
    throw new GluttonyError("settings.stale_revision", {
      seen: String(seen),
      current: String(kept.revision),
    });
  const decided = changedSettings(kept.decided, changes);
  const differences = settingDifferences(kept.decided, decided);
  if (differences.length === 0) return kept;
  const revision = kept.revision + 1n;
  const stored = JSON.stringify(decided);
  await queries.query("update cdc.settings set revision = $1, decided = $2", [revision, stored]);
  await queries.query(
    `insert into cdc.settings_revision (revision, actor, reason, decided, changes) values ($1, $2, $3, $4, $5)`,
    [revision, actor, reason, stored, JSON.stringify(differences)],
  );
  return { revision, decided };
}
