import { GluttonyError } from "@gluttony/model";
import { adoptConsumerTable } from "./adopt-consumer.ts";
import { withAdvisoryLock } from "./advisory-lock.ts";
import { type Migration, readMigrations } from "./migration-files.ts";
import { type AppliedMigration, type MigrationStep, planMigration } from "./plan-migration.ts";
import type { Pool, Queries } from "./pool.ts";

/** What a database has and lacks. */
export interface MigrationStatus {
  readonly applied: readonly AppliedMigration[];
  readonly pending: readonly MigrationStep[];
}

/** Says what `migrate` would do. Changes nothing; throws what `migrate` would refuse with. */
export async function migrationStatus(pool: Pool): Promise<MigrationStatus> {
  const applied = await pool.session(readApplied);
  return { applied, pending: planMigration(await readMigrations(), applied) };
}

/** Throws `database.not_migrated` or `database.newer_schema` unless the schema is the one of this version. */
export async function requireMigrated(pool: Pool): Promise<void> {
  const { pending } = await migrationStatus(pool);
  if (pending.length === 0) return;
  throw new GluttonyError("database.not_migrated", { missing: pending.map((step) => step.name) });
}

/**
 * Brings the database to this version, each file in a transaction of its own, and answers the files it ran.
 * Any number of hosts may call it at once: one works, the others wait and find nothing left to do.
 */
export function migrate(pool: Pool): Promise<readonly MigrationStep[]> {
  return withAdvisoryLock(pool, "gluttony migrate", async (queries) => {
    await makeRecord(queries);
    const files = await readMigrations();
    const steps = planMigration(files, await readApplied(queries));
    const wanted = new Set(steps.map((step) => step.number));
    for (const file of files) if (wanted.has(file.number)) await apply(queries, file);
    return steps;
  });
}

/** Looks before it makes: `create schema if not exists` needs a right that an adopted schema may not give. */
async function makeRecord(queries: Queries): Promise<void> {
  const [found] = await queries.query<{ schema: string | null; record: string | null }>(
    `select to_regnamespace('cdc')::text as schema, to_regclass('cdc.migration')::text as record`,
  );
  if (found?.schema === null) await queries.query("create schema cdc");
  if (found?.record !== null) return;
  await queries.query(
    `create table cdc.migration (
       number integer primary key, name text not null, sha256 text not null,
       applied_at timestamptz not null default now()
     )`,
  );
}

async function readApplied(queries: Queries): Promise<readonly AppliedMigration[]> {
  const [found] = await queries.query<{ record: string | null }>(
    `select to_regclass('cdc.migration')::text as record`,
  );
  if (found?.record === null) return [];
  return queries.query<{ number: number; name: string; sha256: string; appliedAt: Date }>(
    `select number, name, sha256, applied_at as "appliedAt" from cdc.migration order by number`,
  );
}

async function apply(queries: Queries, file: Migration): Promise<void> {
  await queries.query("begin");
  try {
    // A busy table must not make every other session queue up behind this one.
    await queries.query("set local lock_timeout = '10s'");
    if (file.number === 1) await adoptConsumerTable(queries);
    await queries.query(file.sql);
    await queries.query("insert into cdc.migration (number, name, sha256) values ($1, $2, $3)", [
      file.number,
      file.name,
      file.sha256,
    ]);
    await queries.query("commit");
  } catch (error) {
    await queries.query("rollback").catch(() => undefined);
    throw error;
  }
}
