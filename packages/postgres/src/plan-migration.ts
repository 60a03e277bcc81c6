import { GluttonyError } from "@gluttony/model";
import type { Migration } from "./migration-files.ts";

/** One migration as `cdc.migration` remembers it. */
export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly appliedAt: Date;
}

/** One migration that would run. */
export interface MigrationStep {
  readonly number: number;
  readonly name: string;
}

/**
 * Lists what would run. Pure. Throws `database.newer_schema` when the database knows migrations that this
 * version does not, and `database.migration_changed` when a file differs from the one that ran.
 */
export function planMigration(
  files: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly MigrationStep[] {
  const byNumber = new Map(files.map((file) => [file.number, file]));
  const unknown = applied.filter((done) => !byNumber.has(done.number));
  if (unknown.length > 0) {
    throw new GluttonyError("database.newer_schema", {
      unknown: unknown.map((done) => done.name),
      newestKnown: Math.max(0, ...byNumber.keys()),
    });
  }
  const changed = applied.filter((done) => byNumber.get(done.number)?.sha256 !== done.sha256);
  if (changed.length > 0) {
    throw new GluttonyError("database.migration_changed", { changed: changed.map((done) => done.name) });
  }
  const done = new Set(applied.map(({ number }) => number));
  return files.filter(({ number }) => !done.has(number)).map(({ number, name }) => ({ number, name }));
}
